"""The field in which a state machine keeps where it stands."""

from django_fsm import FSMField


class StateField(FSMField):
    """A state that moves only by its transitions. Migrations see the text it is: made again for each of their steps, the
    machine would cost every fresh start a fifth of its time."""

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs

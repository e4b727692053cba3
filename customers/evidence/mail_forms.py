"""To which customer a mail belongs."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.evidence.arriving import letter_in
from customers.evidence.parties import Parties
from customers.models import Collaborator, Customer

MOST = 500


class SortForm(forms.Form):
    """One of the customers on which this person works; those that share a domain with the mail stand first."""

    customer = forms.ModelChoiceField(label=_("Customer"), queryset=None, empty_label="—")

    def __init__(self, *args, user, arrived, **options):
        super().__init__(*args, **options)
        likely = {each.pk for each in self._likely(arrived)}
        worked_on, field = _worked_on(user), self.fields["customer"]
        field.queryset = worked_on  # type: ignore[attr-defined]
        rows = list(worked_on.order_by("name").only("name")[:MOST])
        rows.sort(key=lambda row: row.pk not in likely)
        field.choices = [("", "—"), *((row.pk, row.name) for row in rows)]  # type: ignore[attr-defined]
        self.initial["customer"] = rows[0].pk if rows and rows[0].pk in likely else None

    @staticmethod
    def _likely(arrived):
        if (letter := letter_in(arrived)) is None:
            return []
        parties = Parties(arrived.organization, letter.sender, letter.recipients)
        return [*Customer.objects.filter(pk__in=list(parties.contacts)), *parties.likely()]


def _worked_on(user):
    """As far as his role edits, and what is shared with him to be worked on."""
    within, way = user.reach("edit"), Collaborator.Way.EDIT
    shared = Collaborator.objects.filter(user=user, way=way).values("content_object")
    his = Q() if within is None else Q(owner__among=within) | Q(pk__in=shared)
    return Customer.objects.open_to(user).owned().filter(his)

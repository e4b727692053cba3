"""Four eyes on what a role may do: how far it sees, changes and exports, and its verbs."""

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import verbs
from accounts.models import Role, User
from accounts.models.roles import REACHES, Reach
from accounts.rules import rule
from approvals import juggling
from approvals.carrying_out import carried_out
from approvals.kinds import SECURITY, CannotTakeEffect, Kind, a_second_person, register


@register
class RoleChange(Kind):
    """What everybody with this role may do."""

    name = "accounts.role"
    label = gettext_lazy("Rights of a role")
    subject = "accounts.Role"
    policy = a_second_person(SECURITY, hours=24)
    administration = True
    stands_on = ("view", "edit", "export", "verbs")

    def interested(self, subject, asked):
        """Whoever gains something does not decide about it: nobody widens his own rights."""
        if not _widens(asked):
            return set()
        return set(User.objects.active().filter(role=asked["code"]).values_list("pk", flat=True))

    def title(self, approval):
        return _("Other rights of the role %(role)s") % {"role": User.Role(approval.asked["code"]).label}

    def lines(self, approval):
        asked, before = approval.asked, approval.asked["before"]
        scopes = [
            (str(Role.label_of(name)), _reach(before[name]), _reach(asked[name]))
            for name in Role.SCOPES
            if before[name] != asked[name]
        ]
        return scopes + [(label, had, has) for label, had, has in _verbs(before["verbs"], asked["verbs"])]

    def url(self, approval):
        return reverse("accounts:roles")

    def take_effect(self, approval, *, by):
        asked = approval.asked
        try:
            with transaction.atomic():
                values = {name: asked[name] for name in (*Role.SCOPES, "verbs")}
                role = Role.objects.get(pk=approval.subject_id)
                role.adapt(by=by, reason=approval.reason, **values)
        except IntegrityError as refused:
            raise CannotTakeEffect(_("The role cannot have all of this any more. Nothing was changed.")) from refused
        juggling.tell_of(role)


def asked_of_role(role, values) -> dict:
    """The copy for `ask`: what was, and what is to be."""
    wanted = {name: values[name] for name in Role.SCOPES} | {"verbs": sorted(values["verbs"])}
    return {"code": role.code, "before": role.written, **wanted}


def _widens(asked):
    before = asked["before"]
    further = any(REACHES.index(asked[name]) > REACHES.index(before[name]) for name in Role.SCOPES)
    return further or bool(set(asked["verbs"]) - set(before["verbs"]))


def _reach(code):
    return str(Reach(code).label)


def _verbs(before, after):
    """(what, from, to) of each verb that comes or goes."""
    for each in verbs.verbs():
        had, has = each.name in before, each.name in after
        if had != has:
            yield str(each.label), _("yes") if had else _("no"), _("yes") if has else _("no")


@rule("accounts.role")
def asks(user, role):
    """His role carries the verb; a second person decides."""
    return True


@rule("accounts.adapt_role")
def was_approved(user, role):
    return carried_out("accounts.role", role)

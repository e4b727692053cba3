"""Four eyes on signing in: what the organisation asks of everybody, and the reset of somebody's second factor."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts import second_factors, sessions
from accounts.models import SignInPolicy, User
from accounts.rules import rule
from accounts.verbs import verb
from approvals.carrying_out import carried_out
from approvals.kinds import SECURITY, CannotTakeEffect, Kind, a_second_person, register
from audit.words import reader_of

# From a letter only with the password: whoever reads a mailbox must not open the way in to it.
WITH_PASSWORD = a_second_person(SECURITY, hours=24) | {"confirm": True}
LABELS = {
    "exempt_roles": gettext_lazy("Without a second factor"),
    "password_length": gettext_lazy("Least length of a password"),
    "password_days": gettext_lazy("A password is changed after"),
    "idle_minutes": gettext_lazy("Signed out without work after"),
    "absolute_hours": gettext_lazy("Signed in again after"),
    "networks": gettext_lazy("Networks"),
}


def said(name, value) -> str:
    """A rule about signing in as a person reads it."""
    if name in ("exempt_roles", "networks"):
        nothing = _("nobody") if name == "exempt_roles" else _("everywhere")
        return reader_of(f"accounts_signinpolicy.{name}")(value) or nothing
    if name == "password_days" and not value:
        return pgettext("how often the password is changed", "never")
    units = {
        "password_length": ngettext("%d character", "%d characters", value),
        "password_days": ngettext("%d day", "%d days", value),
        "idle_minutes": ngettext("%d minute", "%d minutes", value),
        "absolute_hours": ngettext("%d hour", "%d hours", value),
    }
    return units[name] % value


@register
class SignIn(Kind):
    """Passwords, second factors, sessions and networks of a whole organisation."""

    name = "accounts.sign_in_policy"
    label = gettext_lazy("Rules about signing in")
    subject = "accounts.SignInPolicy"
    policy = WITH_PASSWORD
    administration = True
    stands_on = SignInPolicy.FIELDS

    def title(self, approval):
        return _("Other rules about signing in")

    def lines(self, approval):
        asked = approval.asked
        pairs = ((LABELS[name], asked["before"][name], asked[name], name) for name in SignInPolicy.FIELDS)
        return [
            (label, None if before == after else said(name, before), said(name, after))
            for label, before, after, name in pairs
        ]

    def url(self, approval):
        return reverse("approvals:sign_in_policy")

    def take_effect(self, approval, *, by):
        policy = SignInPolicy.objects.get(pk=approval.subject_id)
        policy.change(by=by, **{name: approval.asked[name] for name in SignInPolicy.FIELDS})


@register
class ResetSecondFactor(Kind):
    """Somebody has lost his second factor and his recovery codes. Whoever takes them away lets a password alone sign in."""

    name = "accounts.reset_second_factor"
    label = gettext_lazy("Reset of a second factor")
    subject = "accounts.User"
    policy = WITH_PASSWORD
    administration = True
    stands_on = ("is_active",)

    def interested(self, subject, asked):
        return {subject.pk}

    def title(self, approval):
        return _("Second factor of %(name)s") % {"name": approval.asked["name"]}

    def lines(self, approval):
        asked = approval.asked
        return [(_("Person"), None, asked["name"]), (_("Second factors"), ", ".join(asked["kinds"]), _("none"))]

    def url(self, approval):
        return reverse("accounts:person", args=[approval.subject_id])

    def take_effect(self, approval, *, by):
        person = User.objects.select_related("organization").get(pk=approval.subject_id)
        if not second_factors.of(person):
            raise CannotTakeEffect(_("%(name)s has no second factor any more.") % {"name": person.name})
        second_factors.forget(person, by=by)
        sessions.end_all(person, by=by)


verb(
    "accounts.sign_ins", gettext_lazy("Look after how people sign in: sessions, second factors, rules"),
    "accounts.see_person", "accounts.sign_in_policy", "accounts.see_sign_in_policy", "accounts.reset_second_factor",
    given_to=["administrator", "security"],
)  # fmt: skip


def asked_of_reset(person) -> dict:
    """The copy for `ask`: whose, and which sorts there are now."""
    return {"name": person.name, "kinds": [factor.kind for factor in second_factors.of(person)]}


@rule("accounts.sign_in_policy", "accounts.see_sign_in_policy")
def looks_after_sign_ins(user, policy):
    """His role carries the verb; a second person decides."""
    return True


@rule("accounts.reset_second_factor")
def looks_after_somebody_elses(user, person):
    return user.pk != person.pk


@rule("accounts.change_sign_in_policy")
def was_approved_for_the_policy(user, policy):
    return carried_out(SignIn.name, policy)


@rule("accounts.forget_second_factors")
def was_approved_for_the_person(user, person):
    return carried_out(ResetSecondFactor.name, person)

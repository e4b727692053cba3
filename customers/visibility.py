"""Who can see a customer, and why: shown on its page, with what stands beside role and team."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.hierarchy import superiors
from accounts.models import User
from accounts.models.roles import Reach
from audit.models import Entry
from customers.denials import denied_to

SHOWN_IN_HISTORY = (
    "customers_customer", "customers_contact", "customers_followup", "customers_claim", "customers_collaborator",
    "customers_address", "customers_contactpoint", "customers_customertag", "customers_keyaccount",
)  # fmt: skip
OF_DENIALS = ("customers.deny", "customers.lift")


def who_can_see(customer) -> list[tuple]:
    """(person, what he is, what he may do): the owner first, then who sees it by his place, never who is denied it."""
    owner, denied = customer.owner, denied_to(customer)
    seeing = [(owner, _("owner"), _("sees, changes"))] if owner else []
    seeing += [(manager, _("manager"), _("sees")) for manager in superiors(owner)]
    named = {person.pk for person, *_rest in seeing}
    seeing += [_by_role(person) for person in _readers(owner) if person.pk not in named]
    return [each for each in seeing if each[0].pk not in denied]


def _readers(owner):
    """Whose role sees everybody's customers, or those of the owner's team."""
    within = Q(rights__view=Reach.ORGANIZATION)
    if owner and owner.team_id:
        within |= Q(rights__view=Reach.TEAM, team=owner.team_id)
    readers = User.objects.active().filter(within, rights__verbs__contains=["customers.read"])
    return readers.select_related("rights").order_by("role", "name")


def _by_role(person):
    works = person.rights.edit != Reach.NONE and person.may("customers.work") and person.rights.view == Reach.TEAM
    return person, person.rights, _("sees, changes") if works and person.rights.edit == Reach.TEAM else _("sees")


def exceptions(customer, user) -> dict:
    """With whom it is shared, and, for those whose business it is, who is denied it."""
    shares = list(customer.collaborators.live().select_related("user", "given_by").order_by("given_at"))
    for share in shares:
        share.may_end = user.has_perm("customers.take_back", share)
    return {
        "shares": shares,
        "shared_with_me": next((share for share in shares if share.user_id == user.pk), None),
        "may_share": user.has_perm("customers.share", customer),
        "may_deny": user.has_perm("customers.deny", customer),
        "denials": denials_of(customer) if sees_denials(user, customer) else None,
    }


def sees_denials(user, customer) -> bool:
    """Who may set them, and auditors."""
    return user.is_auditor or user.has_perm("customers.deny", customer)


def denials_of(customer) -> list:
    if not customer.has_denials:
        return []
    return list(customer.denials.live().select_related("person", "denied_by").order_by("denied_at"))


def history_of(customer, user):
    """The customer's entries, in the tables a reader has a use for; denials only for those whose business they are."""
    entries = Entry.objects.about(customer)
    if sees_denials(user, customer):
        return entries.filter(table_name__in=[*SHOWN_IN_HISTORY, "customers_denial"])
    return entries.filter(table_name__in=SHOWN_IN_HISTORY).exclude(action__in=OF_DENIALS)

"""Organisations, people and customers for tests; everything goes in through the product's own doors."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import count

import factory
from django.db import transaction

from accounts import keys, tenancy
from accounts.models import Organization, Team, User
from customers.collaborators import share
from customers.models import ContestedClaim, Customer, OwnershipRules
from customers.registration import Draft, register

PASSWORD = "bright mirror on the wall"
_numbers = count()
# What most tests begin with: claims need no evidence, and nobody meets a limit. Tests of a rule set it (`rules`).
CALM = {
    "hold_hours": 0, "holds_at_once": 1000, "lapses_at_most": 1000, "daily_claims": 5000, "holding_limit": 5000,
    "cooldown_days": 0, "release_hours": 0,
}  # fmt: skip


def rules(**changed) -> OwnershipRules:
    """Other ownership rules from now on, in the transaction that founds the organisation."""
    return OwnershipRules.objects.create(**(CALM | changed))


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Company {n}")
    language = "en"

    @classmethod
    def _create(cls, model, **fields):
        pk = model.objects.next_id()
        with tenancy.scope(pk, source="test"):
            made = model.objects.create(pk=pk, wrapped_key=keys.wrap_for_organization(keys.new_key(), pk), **fields)
            OwnershipRules.objects.create(**CALM)
            return made


@contextmanager
def founding(**fields):
    """A new organisation and its scope in one transaction: whoever comes in it founds it, in whatever role. Later only reps,
    assistants and service come without a second person's yes (`newcomer_as_invited`)."""
    with transaction.atomic():
        organization = OrganizationFactory(**fields)
        with tenancy.scope(organization, source="test"):
            yield organization


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.LazyAttribute(
        lambda person: f"{person.name.lower().replace(' ', '.')}@o{person.organization.pk}.example"
    )
    language = "en"

    @classmethod
    def _create(cls, model, **fields):
        return model.objects.create_user(password=PASSWORD, **fields)


def customer_of(owner, name="", *, contact=None, **fields) -> Customer:
    """A customer that its owner created in the form, saying that it is another one than any that is like it."""
    draft = Draft(name or f"Customer {next(_numbers)} Ltd", fields, contact or {}, another="He knows both.")
    return register([draft], by=owner, way=ContestedClaim.Way.FORM, claimed=True)[0].customer


def shared(customer, *, by, person, way="view", days=30, reason="he knows the machines"):
    """A customer that somebody shares with a colleague for some days."""
    until = tenancy.now() + timedelta(days=days)
    return share(customer, by=by, person=person, way=way, until=until, reason=reason)


def pool_customer(by, name="", **fields) -> Customer:
    """A customer that came in by an import and waits in the pool, another one than any that is like it."""
    draft = Draft(name or f"Customer {next(_numbers)} Ltd", fields, another="He knows both.")
    return register([draft], by=by, way=ContestedClaim.Way.IMPORT, claimed=False)[0].customer

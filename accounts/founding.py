"""Founding an organisation: its key, its first administrator and its recurring jobs, in one transaction."""

from accounts import keys, schedules, tenancy
from accounts.deeds import stamped
from accounts.models import Organization, User


def found(*, name, language, administrator, email, password) -> User:
    """The first administrator of a new organisation; raises IntegrityError when the address signs in already."""
    number, founder = Organization.objects.next_id(), User(pk=User.objects.next_id())
    with tenancy.inside(number, user=founder), stamped("accounts.create_organization", by=founder):
        organization = _organization(number, name, language)
        schedules.begin_for(organization)
        return User.objects.create_user(
            email, password, pk=founder.pk, name=administrator, role=User.Role.ADMINISTRATOR, language=language
        )


def _organization(number, name, language):
    key = keys.wrap_for_organization(keys.new_key(), number)
    return Organization.objects.create(pk=number, name=name, language=language, wrapped_key=key)

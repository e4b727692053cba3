"""Founding an organisation: its key, its first administrator and its recurring jobs, in one transaction."""

from accounts import keys, schedules, tenancy
from accounts.deeds import stamped
from accounts.models import Organization, User


def found(*, name, language, administrator, email, password, speaks=None) -> User:
    """The first administrator and owner of a new organisation; raises IntegrityError when the address signs in already.

    `speaks` is the administrator's own language, if it is not the organisation's.
    """
    number, founder = Organization.objects.next_id(), User.objects.newcomer()
    with tenancy.inside(number, user=founder), stamped("accounts.create_organization", by=founder):
        organization = _organization(number, name, language)
        schedules.begin_for(organization)
        own = {"name": administrator, "language": language if speaks is None else speaks}
        return User.objects.create_user(
            email, password, pk=founder.pk, role=User.Role.ADMINISTRATOR, is_owner=True, **own
        )


def _organization(number, name, language):
    key = keys.wrap_for_organization(keys.new_key(), number)
    return Organization.objects.create(pk=number, name=name, language=language, wrapped_key=key)

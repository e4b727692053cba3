"""Who stands behind a request: the session that it brings, its person, and all that every page asks of him.

The one statement that every request begins with is always the same. The ORM would put it together anew each time, which
cost more than half of what the smallest page costs; so it is written here, and the rows become the same models as ever.
"""

from functools import cache

from django.db import DEFAULT_DB_ALIAS, connection

from accounts import tenancy
from accounts.models import Organization, Role, Session, SignInPolicy, User

FROM = """SELECT {columns}, clock_timestamp(),
           (SELECT b.id FROM accounts_breakglass b
             WHERE b.organization_id = s.organization_id AND b.person_id = s.person_id AND b.ended_at IS NULL
               AND b.until > now() AND b.until > clock_timestamp() LIMIT 1)
      FROM accounts_session s
      JOIN accounts_user u ON u.organization_id = s.organization_id AND u.id = s.person_id
      JOIN accounts_organization o ON o.id = s.organization_id
      JOIN accounts_signinpolicy p ON p.organization_id = s.organization_id
      JOIN accounts_role r ON r.organization_id = u.organization_id AND r.code = u.role
     WHERE s.organization_id = %s AND s.id = %s AND s.person_id = %s AND s.ended_at IS NULL"""
PARTS = {"s": Session, "u": User, "o": Organization, "p": SignInPolicy, "r": Role}


def presented(person_id) -> Session | None:
    """The live session of the running request, with its person, his organisation, its rules about signing in, and his role."""
    scope = tenancy.current()
    if scope is None or scope.session_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [tenancy.organization_id(), scope.session_id, person_id])
        row = cursor.fetchone()
    return _put_together(row) if row else None


@cache
def _statement() -> str:
    columns = (f'{part}."{field.column}"' for part, model in PARTS.items() for field in model._meta.concrete_fields)
    return FROM.format(columns=", ".join(columns))


@cache
def _fields(model) -> tuple[list, list]:
    """Names of the model's columns, and (place, reader) of those that the driver does not hand over as the model has them."""
    fields = model._meta.concrete_fields
    readers = [(place, read) for place, field in enumerate(fields) for read in field.get_db_converters(connection)]
    return [field.attname for field in fields], readers


def _put_together(row) -> Session:
    values = iter(row)
    session, person, organization, policy, role = (_read(model, values) for model in PARTS.values())
    session.person, person.organization, organization.sign_in_policy, person.rights = person, organization, policy, role
    session.now, session.live_break_glass = values
    return session


def _read(model, values):
    names, readers = _fields(model)
    mine = [next(values) for _name in names]
    for place, read in readers:
        mine[place] = read(mine[place], None, connection)
    return model.from_db(DEFAULT_DB_ALIAS, names, mine)

"""Break-glass access for tests: opened through the product's own door, and made older than a test can wait."""

from contextlib import contextmanager

from accounts.models import User
from audit.break_glass import using
from tests.databases import signed_in

WHY = "The pumps in Suzhou stand still"


def opened(person, *, minutes=15, reason=WHY, ticket="T-1"):
    return using.break_glass(by=person, reason=reason, ticket=ticket, minutes=minutes)


def as_signed_in(person):
    """As the next request of this person reads him."""
    return User.objects.with_break_glass().select_related("organization", "team", "rights").get(pk=person.pk)


def aged(glass, by):
    """As if it had been opened so long before. Only the owner of the tables can do that, with the guard put away; the use
    has to be committed. Everybody is here for as much longer."""
    with _without_guard(glass) as line:
        line.execute("UPDATE accounts_user SET joined_at = joined_at - %s", [by])
        line.execute(
            "UPDATE accounts_breakglass SET opened_at = opened_at - %s, until = until - %s, ended_at = ended_at - %s,"
            " review_due = accounts_working_days_after(opened_at - %s, 3, 'Asia/Shanghai') WHERE id = %s",
            [by, by, by, by, glass.pk],
        )


@contextmanager
def _without_guard(glass):
    with signed_in("crm_owner") as line:
        line.execute("SELECT set_config('app.organization_id', %s, true)", [str(glass.organization_id)])
        line.execute("ALTER TABLE accounts_breakglass DISABLE TRIGGER break_glass_stands")
        yield line
        line.execute("ALTER TABLE accounts_breakglass ENABLE TRIGGER break_glass_stands")
        line.commit()

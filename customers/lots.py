"""Drawing lots for a customer that several people want: the database draws, from a seed that was committed to before."""

from django.db import connection

from accounts.models import User


def draw_for(customer) -> User | None:
    """Who gets it; None when nobody wants it, or the rules pass everybody over. Asked again, it answers the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_draw_lots(%s)", [customer.pk])
        winner = cursor.fetchone()[0]
    return winner and User.objects.get(pk=winner)


def objection_to_entry(customer, person) -> str:
    """Why this person cannot enter the draw for a customer, as a code; empty when he can."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT customers_entry_refusal(%s, %s)", [person.pk, customer.pk])
        return cursor.fetchone()[0] or ""


def standing_of(person) -> dict:
    """What he has claimed today, holds and has on hold, each of how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM customers_standing(%s)", [person.pk])
        return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))

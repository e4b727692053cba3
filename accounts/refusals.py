"""What the database refused, by the name that constraints, triggers and policies give."""

from django.db import DatabaseError


def constraint_of(error: DatabaseError) -> str:
    """The name of the constraint that refused, or ''."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""

"""Whether something approved is being carried out just now: the database knows, and rules ask it."""

from django.db import connection


def carried_out(kind, subject) -> bool:
    """Is something of this kind, approved for this subject (or its key), being carried out in this very transaction?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT approvals_carried_out(%s, %s) IS NOT NULL", [kind, getattr(subject, "pk", subject)])
        return cursor.fetchone()[0]

"""What a browser's cookie leads to: Django's own table of sessions, read without the ORM.

Every request begins with it, and the statement is always the same (as in `accounts.presenting`).
"""

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

STATEMENT = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    def load(self):
        """What the session holds; nothing for a key that nobody has, or whose time is over."""
        with connection.cursor() as cursor:
            cursor.execute(STATEMENT, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])

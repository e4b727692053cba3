"""A deed is a change that somebody answers for.

Every deed takes the same steps in one transaction: lock the row, ask the rules, stamp who does what and why for the
ledger's triggers, do the work, save what changed. A failure at any step undoes them all.
"""

from contextlib import contextmanager
from functools import wraps
from time import sleep

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django_fsm import can_proceed
from psycopg.errors import DeadlockDetected

PAUSES = (0.05, 0.2, 0.5)  # seconds; how often a deed begins again, and after what wait when it was in another's way


class Refused(PermissionDenied):
    """A rule said no. Carries the action, so that the page can say who decides."""

    def __init__(self, action, subject=None):
        super().__init__(action)
        self.action, self.subject = action, subject


class Moved(Refused):
    """The row was another's, could not be locked, and has changed hands since it was read."""


def deed(action):
    """Make a model method a deed: `customer.release(by=wang, reason="...")`."""

    def decorate(work):
        @wraps(work)
        def done(self, *, by, **details):
            for pause in PAUSES:
                try:
                    return _do(work, action, self, by, details)
                except Moved:  # who held it has committed by now: this time the row is locked or stays another's
                    continue
                except OperationalError as error:
                    if not isinstance(error.__cause__, DeadlockDetected):
                        raise
                    # Two deeds held what the other wanted. Undone to its beginning, this one holds nothing and lets the
                    # other go first; without the pause it could be back at the row before the other has woken up.
                    sleep(pause)
            return _do(work, action, self, by, details)

        done.action = action  # type: ignore[attr-defined]
        return done

    return decorate


@transaction.atomic
def _do(work, action, subject, by, details):
    with stamped(action, by=by, reason=details.get("reason", "")):
        fresh, is_locked = _take_or_refuse(action, subject, by)
        if not by.has_perm(action, fresh):
            raise Refused(action, fresh)
        before = _values(fresh)
        outcome = work(fresh, by=by, **details)
        changed = [name for name, value in _values(fresh).items() if value != before[name]]
        if changed and not is_locked:
            raise Moved(action, fresh)
        if changed:
            fresh.save(update_fields=changed)
    subject.__dict__.update(fresh.__dict__)
    return outcome


def locked(subject):
    """The row, fresh and locked. One that the database does not let this person change cannot be locked either: it is
    only read, for the rules to answer."""
    return _take(subject)[0]


def _take(subject):
    rows = type(subject)._base_manager.filter(pk=subject.pk)
    row = rows.select_for_update(of=("self",)).first()
    return (row, True) if row else (rows.get(), False)


def _take_or_refuse(action, subject, by):
    """What is hidden from this person cannot be taken; for him that is a no, and no missing row."""
    try:
        return _take(subject)
    except type(subject).DoesNotExist:
        if by.has_perm(action, subject):
            raise
        raise Refused(action, subject) from None


def deeds_open_to(user, subject):
    """Names of what this user could do to this subject now. A page draws one button for each, so a button never lies."""
    return {
        name
        for name, method in vars(type(subject)).items()
        if hasattr(method, "action")
        and (not hasattr(method, "_django_fsm") or can_proceed(getattr(subject, name)))
        and user.has_perm(method.action, subject)
    }


def allow(user, action, subject):
    """Ask the rules for work that creates rows; raises Refused."""
    if not user.has_perm(action, subject):
        raise Refused(action, subject)


@contextmanager
def stamped(action, *, by=None, reason=""):
    """Tell the ledger's triggers who does what and why, for the statements within. Nested stamps restore the outer one.

    Without `by` it stays who acts: the person of the deed around it, or nobody in a job of the house."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('app.action', true), current_setting('app.user_id', true),"
            " current_setting('app.reason', true), set_config('app.action', %s, true),"
            " set_config('app.user_id', coalesce(%s, current_setting('app.user_id', true)), true), set_config('app.reason', %s, true)",
            [action, by and str(by.pk), reason],
        )
        outer = [value or "" for value in cursor.fetchone()[:3]]
        yield
        cursor.execute(
            "SELECT set_config('app.action', %s, true), set_config('app.user_id', %s, true),"
            " set_config('app.reason', %s, true)",
            outer,
        )


def _values(instance):
    return {field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields}

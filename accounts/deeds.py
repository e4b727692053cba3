"""A deed is a change that somebody answers for.

Every deed takes the same steps in one transaction: lock the row, ask the rules, stamp who does what and why for the
ledger's triggers, do the work, save what changed. A failure at any step undoes them all.
"""

from contextlib import contextmanager
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django_fsm import can_proceed


class Refused(PermissionDenied):
    """A rule said no. Carries the action, so that the page can say who decides."""

    def __init__(self, action, subject=None):
        super().__init__(action)
        self.action, self.subject = action, subject


def deed(action):
    """Make a model method a deed: `customer.release(by=wang, reason="...")`."""

    def decorate(work):
        @wraps(work)
        @transaction.atomic
        def done(self, *, by, **details):
            fresh = _locked(self)
            if not by.has_perm(action, fresh):
                raise Refused(action, fresh)
            before = _values(fresh)
            with stamped(action, by=by, reason=details.get("reason", "")):
                outcome = work(fresh, by=by, **details)
                if changed := [name for name, value in _values(fresh).items() if value != before[name]]:
                    fresh.save(update_fields=changed)
            self.__dict__.update(fresh.__dict__)
            return outcome

        done.action = action
        return done

    return decorate


def _locked(subject):
    """The row, fresh and locked. One that the database does not let this person change cannot be locked either: the
    rules answer for it, and a deed that leaves it as it is (a lost claim) goes on."""
    rows = type(subject)._base_manager
    return rows.select_for_update(of=("self",)).filter(pk=subject.pk).first() or rows.get(pk=subject.pk)


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
def stamped(action, *, by, reason=""):
    """Tell the ledger's triggers who does what and why, for the statements within. Nested stamps restore the outer one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('app.action', true), current_setting('app.user_id', true),"
            " current_setting('app.reason', true), set_config('app.action', %s, true),"
            " set_config('app.user_id', %s, true), set_config('app.reason', %s, true)",
            [action, str(by.pk), reason],
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

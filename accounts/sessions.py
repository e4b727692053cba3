"""Where people are signed in: begun at sign-in, seen at work, ended by themselves, by an administrator or by the clock."""

from uuid import UUID

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

from accounts import devices, duties, tenancy, travel
from accounts.deeds import allow
from accounts.models import Session
from accounts.recording import record

KEY = "signed_in"  # in the cookie's session: which row below it stands for
MINUTE = 60


def begin(request, person) -> Session:
    """Somebody has signed in: by password, and by what the second factor's page says of this request."""
    session = Session.objects.create(
        person=person,
        factor=getattr(request, "second_factor", ""),
        address=devices.address_of(request),
        agent=devices.agent_of(request),
        place=travel.locate(devices.address_of(request)),
    )
    request.session[KEY] = str(session.pk)
    devices.welcome(request, person, session)
    travel.compare(session, person)
    return session


def number(request) -> UUID | None:
    """Which session a request brings."""
    text = request.session.get(KEY)
    return UUID(text) if text else None


def seen(session):
    """At work a moment ago; written once a minute, and never waited for."""
    if (session.now - session.seen_at).total_seconds() > MINUTE:
        free = (
            Session.objects.live().filter(pk=session.pk).select_for_update(skip_locked=True, of=("self",)).values("pk")
        )
        Session.objects.filter(pk__in=free).update(seen_at=tenancy.Clock())


def proved(session, factor=None):
    """He has just shown that it is he; `factor` where it was a second one."""
    said = {} if factor is None else {"factor": factor}
    Session.objects.live().filter(pk=session.pk).update(proved_at=tenancy.Clock(), **said)


def of(person) -> list[Session]:
    """Where this person is signed in now, newest first."""
    return list(Session.objects.live().filter(person=person).order_by("-seen_at"))


def end(session, *, by):
    """Signed out there, from the next request on."""
    allow(by, "accounts.end_session", session)
    if _end(session.pk):
        record("accounts.end_session", session, detail=_told(session), about=session.person)


def end_all(person, *, by, but=None):
    """All of somebody's sessions, or all but this one."""
    for session in of(person):
        if but is None or session.pk != but.pk:
            end(session, by=by)


def run_out(session, why):
    """The clock ended it."""
    if _end(session.pk):
        record("accounts.session_over", session, detail=_told(session) | {"why": why}, about=session.person)


def _end(pk):
    return Session.objects.live().filter(pk=pk).update(ended_at=tenancy.Clock())


def _told(session):
    return {"address": session.address, "agent": session.agent}


@receiver(user_logged_out)
def signed_out(sender, request, user, **kwargs):
    if user is not None and (pk := number(request)):
        with tenancy.inside(user.organization_id, user=user):
            _end(pk)


@duties.handed_over_by
def leave(person, by):
    """Who was deactivated is signed in nowhere."""
    if not person.is_active:
        end_all(person, by=by)

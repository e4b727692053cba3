"""Second factors: set up by the person himself, shown at sign-in, each code good for one time."""

import re
import secrets
from base64 import b32decode, b32encode

import segno
from allauth.core import context, ratelimit
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import devices, keys, mailing, notices, tenancy
from accounts.deeds import allow, stamped
from accounts.models import RecoveryCode, SecondFactor
from accounts.recording import record

PERIOD, DIGITS = 30, 6
DRIFT = (-1, 0, 1)  # steps that a clock may be off
CODES = 10
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
LIMIT = "login_failed"  # the same counters as for passwords

notices.sentences(
    {
        "accounts.second_factor_failed": _(
            "Somebody gave your password and then wrong codes, from %(address)s. If that was not you, change your password."
        )
    }
)


def of(person) -> list[SecondFactor]:
    return list(SecondFactor.objects.filter(person=person).select_related("organization").order_by("added_at"))


def kinds_of(person) -> list[str]:
    """What sorts somebody has set up, and nothing more: this is what administrators see."""
    found = SecondFactor.objects.filter(person=person).order_by("kind").values_list("kind", flat=True)
    return [str(SecondFactor.Kind(kind).label) for kind in dict.fromkeys(found)]


def codes_left(person) -> int:
    return RecoveryCode.objects.filter(person=person, used_at=None).count()


# An authenticator app


def new_secret() -> str:
    """What the app and the house will share, as it is typed by hand."""
    return b32encode(secrets.token_bytes(20)).decode()


def address_of(secret, person) -> str:
    """What the square picture says to an app."""
    return _clock(b32decode(secret)).get_provisioning_uri(person.email, f"Candor · {person.organization.name}")


def picture_of(secret, person) -> str:
    """The square picture, as the address of an image."""
    return segno.make(address_of(secret, person), error="m").svg_data_uri(scale=5, border=4, light="#fff", dark="#000")


def step_of(secret: bytes, code: str) -> int | None:
    """The time step a code belongs to, by the database's clock; None for a wrong one."""
    clock, now = _clock(secret), int(tenancy.now().timestamp()) // PERIOD
    return next((now + drift for drift in DRIFT if _fits(clock, code, (now + drift) * PERIOD)), None)


def _clock(secret):
    return TOTP(secret, DIGITS, SHA1(), PERIOD, enforce_key_length=False)  # noqa: S303 what every app speaks


def _fits(clock, code, moment):
    try:
        clock.verify(code.encode(), moment)
    except InvalidToken:
        return False
    return True


def add_app(person, secret, code) -> SecondFactor | None:
    """The app is set up once its first code fits; that code is used up with it. None when it does not fit."""
    step = step_of(b32decode(secret), plain(code))
    return (
        None
        if step is None
        else add(person, SecondFactor.Kind.APP, str(_("Authenticator app")), b32decode(secret), counter=step)
    )


def add(person, kind, name, secret: bytes, *, counter) -> SecondFactor:
    """Set up by the person himself, told to him by mail."""
    allow(person, "accounts.add_second_factor", person)
    sealed = keys.seal(person.organization.key, secret, SecondFactor.place(person.pk))
    with stamped("accounts.add_second_factor", by=person):
        factor = SecondFactor.objects.create(person=person, kind=kind, name=name[:60], sealed=sealed, counter=counter)
    mailing.write_to(person, "second_factor", what="added", kind=str(factor.kind))
    return factor


def remove(factor, *, by):
    """One of one's own; with the last one the recovery codes go as well."""
    person = factor.person
    factor.remove(by=by)
    if not SecondFactor.objects.filter(person=person).exists():
        with stamped("accounts.remove_second_factor", by=by):
            _drop_codes(person)
    mailing.write_to(person, "second_factor", what="removed", kind=str(factor.kind))


def forget(person, *, by):
    """All of somebody's, as a second person approved."""
    allow(by, "accounts.forget_second_factors", person)
    with stamped("accounts.forget_second_factors", by=by):
        _drop_all(person)


def take_off(person, *, reason):
    """All of somebody's, by the operator's shell, where nobody is left who could decide."""
    with stamped("accounts.operator_reset", by=person, reason=reason):
        _drop_all(person)


def _drop_all(person):
    SecondFactor.objects.filter(person=person).delete()
    _drop_codes(person)
    mailing.write_to(person, "second_factor", what="reset", kind="")


# Recovery codes


def new_codes(person) -> list[str]:
    """Ten fresh ones, shown this once; those from before end here."""
    allow(person, "accounts.add_second_factor", person)
    codes = ["-".join("".join(secrets.choice(SIGNS) for _ in range(5)) for _ in range(2)) for _ in range(CODES)]
    with stamped("accounts.make_recovery_codes", by=person):
        _drop_codes(person)
        RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=_digest(person, code)) for code in codes)
    return codes


def _digest(person, code):
    return person.organization.digest("recovery", f"{person.pk}:{plain(code)}")


def _drop_codes(person):
    RecoveryCode.objects.filter(person=person).delete()


# Showing one


def accepts(person, code) -> str:
    """Takes a code of the app or a recovery code, once; which of them it was, or '' with an entry in the ledger."""
    taken = _taken_by_app(person, plain(code)) or _taken_as_recovery(person, plain(code))
    if not taken:
        failed(person)
    return taken


def plain(code) -> str:
    """Without what people type between the signs."""
    return re.sub(r"[\s-]", "", code).lower()


def _taken_by_app(person, code):
    app = SecondFactor.objects.filter(person=person, kind=SecondFactor.Kind.APP).select_related("organization").first()
    step = app and step_of(app.secret, code)
    return "app" if step and used(app, step) else ""


def used(factor, counter) -> bool:
    """Use it up to here; False when the database says that it was used so far already."""
    try:
        with transaction.atomic():
            factor.use(by=factor.person, counter=counter)
    except IntegrityError:
        return False
    return True


def _taken_as_recovery(person, code):
    kept = RecoveryCode.objects.filter(person=person, digest=_digest(person, code), used_at=None).first()
    if kept is None:
        return ""
    try:
        with transaction.atomic():
            kept.use(by=person)
    except IntegrityError:
        return ""
    mailing.write_to(person, "recovery_code", left=codes_left(person))
    return "recovery"


def failed(person):
    """Somebody knew the password and no code. Who, nobody knows yet, so the entry names nobody as its actor."""
    request = context.request
    with tenancy.inside(person.organization_id):
        told = {"address": devices.address_of(request), "agent": devices.agent_of(request)}
        record("accounts.second_factor_failed", person, detail=told)


# Limits


def may_try(person) -> bool:
    """Five tries in five minutes for a person, ten a minute for an address: the try is counted before it is looked at."""
    if ratelimit.consume(context.request, action=LIMIT, key=_key(person)):
        return True
    said: dict = {"address": devices.address_of(context.request)}
    key = f"second factor failed {tenancy.now():%Y-%m-%d %H}"
    notices.tell([person], "accounts.second_factor_failed", url=reverse("accounts:security"), key=key, **said)
    return False


def forgive(person):
    ratelimit.clear(context.request, action=LIMIT, key=_key(person))


def _key(person):
    return f"second-factor-{person.pk}"

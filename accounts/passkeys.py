"""Passkeys: a key pair that never leaves the device, asked with a fresh question each time. Spoken by the fido2 library."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts import second_factors
from accounts.models import SecondFactor

QUESTION = "passkey_question"  # in the session, for one answer


class NotThisKey(Exception):
    """The answer does not fit the question, or comes from a key that is not known."""


def possible() -> bool:
    """Browsers tie a passkey to a name; at a bare address there is none."""
    try:
        ipaddress.ip_address(house())
    except ValueError:
        return True
    return False


def house() -> str:
    """The name that keys are for: from the settings, never from what a request says."""
    return urlsplit(settings.BASE_URL).hostname or ""


def _server():
    return Fido2Server(PublicKeyCredentialRpEntity(id=house(), name="Candor"))


def begin_adding(request, person) -> dict:
    """What the browser is to make a key for."""
    whose = PublicKeyCredentialUserEntity(id=person.pk.bytes, name=person.email, display_name=person.name)
    options, request.session[QUESTION] = _server().register_begin(
        whose,
        [_known(factor) for factor in _keys_of(person)],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return dict(options)


def add(request, person, name, answer) -> SecondFactor:
    data = _completed(_server().register_complete, _question(request), answer)
    secret = bytes(data.credential_data)
    return second_factors.add(person, SecondFactor.Kind.PASSKEY, name, secret, counter=data.counter)


def begin_asking(request, person) -> dict | None:
    """A fresh question to the keys of this person; None when he has none."""
    known = [_known(factor) for factor in _keys_of(person)]
    if not known:
        return None
    options, request.session[QUESTION] = _server().authenticate_begin(known, UserVerificationRequirement.PREFERRED)
    return dict(options)


def accepts(request, person, answer) -> bool:
    """Does a key of this person answer the question just asked? Each question is answered once."""
    factors = {bytes(_known(factor).credential_id): factor for factor in _keys_of(person)}
    try:
        keys = [_known(factor) for factor in factors.values()]
        found = _completed(_server().authenticate_complete, _question(request), keys, answer)
        counter = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except NotThisKey:
        second_factors.failed(person)
        return False
    if not second_factors.used(factors[bytes(found.credential_id)], counter):
        second_factors.failed(person)
        return False
    return True


def _question(request):
    if (question := request.session.pop(QUESTION, None)) is None:
        raise NotThisKey
    return question


def _completed(check, *given):
    """Whatever the answer is made of: what does not fit is not this key."""
    try:
        return check(*given)
    except Exception as error:
        raise NotThisKey from error


def _keys_of(person):
    return [factor for factor in second_factors.of(person) if factor.kind == SecondFactor.Kind.PASSKEY]


def _known(factor):
    return AttestedCredentialData(factor.secret)

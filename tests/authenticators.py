"""An authenticator app and a passkey in software, as people have them in their hands."""

import hashlib
import json
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts import second_factors
from accounts.models import SecondFactor

SECRET = b"a secret of 20 bytes"
STEP = 30


def code_of(secret=SECRET, steps=0) -> str:
    """What the app shows now, or so many steps later."""
    clock = TOTP(secret, 6, hashes.SHA1(), STEP, enforce_key_length=False)
    return clock.generate(int(time.time()) + steps * STEP).decode()


def with_app(person) -> SecondFactor:
    """This person has set up an app, an hour ago as far as its codes go."""
    return second_factors.add(person, "app", "App", SECRET, counter=int(time.time()) // STEP - 120)


class SoftKey:
    """One passkey; `origin` is where the browser says that it is asked."""

    def __init__(self, origin="http://localhost", house="localhost"):
        self.key, self.number, self.count = ec.generate_private_key(ec.SECP256R1()), hashlib.sha256(b"key").digest(), 0
        self.origin, self.house = origin, house

    def made(self, options) -> str:
        """The answer to `navigator.credentials.create`."""
        public = ES256.from_cryptography_key(self.key.public_key())
        data = AttestedCredentialData.create(Aaguid(bytes(16)), self.number, public)
        sealed = AttestationObject.create("none", self._data(attested=data), {})
        return self._answer("webauthn.create", options, attestationObject=websafe_encode(sealed))

    def shown(self, options) -> str:
        """The answer to `navigator.credentials.get`."""
        data = self._data()
        client = self._client("webauthn.get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            "webauthn.get", options, authenticatorData=websafe_encode(data), signature=websafe_encode(signature)
        )

    def _data(self, attested=None):
        self.count += 1
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
        flags |= AuthenticatorData.FLAG.AT if attested else AuthenticatorData.FLAG(0)
        house = hashlib.sha256(self.house.encode()).digest()
        return AuthenticatorData.create(house, flags, self.count, attested or b"")

    def _client(self, kind, options):
        said = {"type": kind, "challenge": options["publicKey"]["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, kind, options, **response):
        response["clientDataJSON"] = websafe_encode(self._client(kind, options))
        number = websafe_encode(self.number)
        return json.dumps({"id": number, "rawId": number, "type": "public-key", "response": response})


def at_localhost(monkeypatch):
    """Passkeys need a name."""
    monkeypatch.setattr(settings, "BASE_URL", "http://localhost")

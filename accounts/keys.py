"""Encryption of personal data: master key -> organisation key -> person key.

Values are AES-256-GCM with their place as associated data, so a ciphertext copied to another column or person does not
open. Destroying a person's key makes every copy of his values, in history and ledger too, unreadable for good.
"""

import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12


def new_key() -> bytes:
    return os.urandom(32)


def seal(key: bytes, value: bytes, place: str) -> bytes:
    """nonce + ciphertext + tag; `place` must be the same when it is opened."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, value, place.encode())


def unseal(key: bytes, sealed: bytes | memoryview, place: str) -> bytes:
    """The value; raises cryptography.exceptions.InvalidTag for another key or place."""
    sealed = bytes(sealed)
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())


def wrap_for_organization(key: bytes, organization_id: int) -> bytes:
    return seal(settings.MASTER_KEY, key, f"organization:{organization_id}")


@lru_cache(maxsize=1024)
def organization_key(wrapped: bytes, organization_id: int) -> bytes:
    return unseal(settings.MASTER_KEY, wrapped, f"organization:{organization_id}")


def digest(key: bytes, kind: str, value: str) -> bytes:
    """A blind index: equal values of one organisation have equal digests, and nobody without the key can compute one."""
    return hmac.digest(key, f"{kind}\0{value}".encode(), "sha256")

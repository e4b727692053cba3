"""The approval seal: a hash over exactly what was asked, so that what is carried out can be held against it."""

import hashlib
import json


def seal_of(**parts) -> str:
    """SHA-256 in hex over the canonical JSON of these parts; raises TypeError for what has no exact writing."""
    return hashlib.sha256(canonical(parts)).hexdigest()


def canonical(value) -> bytes:
    """One writing for equal values: keys sorted, no spaces, UTF-8. Fractions are texts, because floats are not exact."""
    _must_be_exact(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _must_be_exact(value):
    if isinstance(value, dict):
        for key, each in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{key!r} is no name")
            _must_be_exact(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _must_be_exact(each)
    elif not (value is None or isinstance(value, str | bool | int)):
        raise TypeError(f"{value!r} has no exact writing: make it a text")

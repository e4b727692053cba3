"""Where an address is, by a map of the operator's, and whether somebody can have come from one sign-in to the next."""

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

import maxminddb
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import notices
from accounts.models import Session, User
from accounts.recording import record

FASTEST = 900  # km/h: an airliner
NEAR = 100  # km: maps of addresses are no better
EARTH = 6371

notices.sentences(
    {
        "accounts.impossible_travel": _(
            "You signed in from %(here)s, %(distance)s km from %(there)s where you were %(minutes)s minutes before. If that was not you, change your password."
        ),
        "accounts.impossible_travel_of": _(
            "%(name)s signed in from %(here)s, %(distance)s km from %(there)s %(minutes)s minutes before. Ask whether it was the same person."
        ),
    }
)


@lru_cache(maxsize=1)
def _map(path):
    return maxminddb.open_database(path)


def locate(address) -> dict | None:
    """{name, latitude, longitude} of an address; None without a map, or where the map is white."""
    if not (settings.GEOIP_DATABASE and address):
        return None
    found = _map(settings.GEOIP_DATABASE).get(address) or {}
    spot = found.get("location", {})
    if "latitude" not in spot or "longitude" not in spot:
        return None
    name = (found.get("city") or found.get("country") or {}).get("names", {}).get("en", "?")
    return {"name": name, "latitude": spot["latitude"], "longitude": spot["longitude"]}


def kilometres(one, other) -> float:
    """Along the surface of the earth."""
    a, b = radians(one["latitude"]), radians(other["latitude"])
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other["longitude"] - one["longitude"]) / 2) ** 2
    return 2 * EARTH * asin(sqrt(half))


def compare(session, person):
    """With the sign-in before it: if nobody travels that fast, he and the administrators are told, and it is recorded."""
    if session.place is None:
        return
    before = (
        Session.objects.filter(person=person, place__isnull=False).exclude(pk=session.pk).order_by("-began_at").first()
    )
    if before is None:
        return
    distance = kilometres(before.place, session.place)
    hours = (session.began_at - before.began_at).total_seconds() / 3600
    if distance > NEAR and distance > FASTEST * hours:
        _tell(session, before, person, round(distance), round(hours * 60))


def _tell(session, before, person, distance, minutes):
    said = {"here": session.place["name"], "there": before.place["name"], "distance": distance, "minutes": minutes}
    record("accounts.impossible_travel", person, detail=said)
    key = f"travel {session.pk}"
    notices.tell([person], "accounts.impossible_travel", url=reverse("accounts:security"), key=key, **said)
    watching = User.objects.active().filter(role__in=User.WATCHING).exclude(pk=person.pk)
    page = reverse("accounts:person", args=[person.pk])
    notices.tell(watching, "accounts.impossible_travel_of", url=page, key=key, name=person.name, **said)

"""From where and on what somebody signs in: his address, what his browser calls itself, and whether it was here before."""

import re
import secrets

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import mailing, notices
from accounts.models import Device
from accounts.recording import record

COOKIE = "device"
YEAR = 365 * 24 * 3600
OURS = re.compile(r"[\w-]{32,60}", re.ASCII)
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "MicroMessenger": "WeChat",
    "Chrom": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iOS",
    "iPad": "iPadOS",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}

notices.sentences(
    {
        "accounts.new_device": _(
            "You signed in on a device that is new: %(device)s, from %(address)s. If that was not you, change your password."
        )
    }
)


def address_of(request) -> str:
    """The visitor's address as the proxy tells it; empty where there is none."""
    try:
        return get_adapter().get_client_ip(request) if request is not None else ""
    except PermissionDenied:  # behind a socket there is none
        return ""


def agent_of(request) -> str:
    return request.META.get("HTTP_USER_AGENT", "")[:200] if request is not None else ""


def agent_class(agent) -> str:
    """What sort of browser on what sort of system: "Firefox · Windows". Versions come and go."""
    found = (next((said for sign, said in names.items() if sign in agent), "") for names in (BROWSERS, SYSTEMS))
    return " · ".join(filter(None, found))


def welcome(request, person, session):
    """Know this device from now on. Whoever was here on another one before is told of it."""
    token = request.COOKIES.get(COOKIE, "")
    token = token if OURS.fullmatch(token) else secrets.token_urlsafe(32)
    request.device_token = token
    known = Device.objects.filter(person=person)
    mark = {"digest": person.organization.digest("device", token), "agent_class": agent_class(session.agent)}
    if known.filter(**mark).exists():
        return
    is_first = not known.exists()
    device = Device.objects.create(person=person, **mark)
    if not is_first:
        _tell(person, session, device)


def _tell(person, session, device):
    said: dict = {"device": device.agent_class or "—", "address": session.address or "—"}
    record("accounts.new_device", person, detail=said)
    notices.tell(
        [person],
        "accounts.new_device",
        url=reverse("accounts:security"),
        key=f"device {device.pk}",
        at_once=False,
        **said,
    )
    mailing.write_to(person, "new_device", device=said["device"], from_address=said["address"])


def remember(request, response):
    """The cookie by which this browser is known again; it opens nothing."""
    if token := getattr(request, "device_token", ""):
        response.set_cookie(COOKIE, token, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response

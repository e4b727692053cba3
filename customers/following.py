"""Companies somebody had to do with: their state, and a notice when one of them begins to be followed. Never by whom."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts import tenancy
from accounts.models import User
from accounts.notices import sentences, tell
from accounts.outbox import enqueue, job
from accounts.paging import Keyset, plain_fetcher
from customers.models import Touch

NEWEST = Keyset(id=UUID, descending=True)
SLICE = 200

sentences({"customers.followed": _("%(name)s is being followed now.")})


@require_GET
def followed(request):
    """What he himself touched, by the name he knows, the newest first."""
    if not request.user.may("customers.read"):
        raise PermissionDenied("customers.followed")
    page = NEWEST.page(request, plain_fetcher(Touch.objects.of(request.user)))
    return render(request, "customers/followed.html", {"page": page})


@job("customers.tell_followed")
def tell_followed():
    """Everybody whom the database owes a notice, once for each change; who began to follow it is not told himself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT touch, person, called, is_true FROM customers_owed_notices(%s)", [SLICE])
        owed = cursor.fetchall()
    people = User.objects.active().in_bulk({person for _touch, person, _name, is_true in owed if is_true})
    for touch, person, name, is_true in owed:
        if is_true and person in people:
            key = f"{touch} {tenancy.request_id()}"
            tell([people[person]], "customers.followed", url=reverse("customers:followed"), key=key, name=name)
    if len(owed) == SLICE:
        enqueue("customers.tell_followed", dedupe_key=tenancy.request_id())

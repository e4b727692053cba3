"""One-time form keys: stored in the transaction of the effect, so a double click or a retry gets the first answer."""

import re
from secrets import token_urlsafe

from django.http import HttpResponseRedirect

from accounts.models import OnceKey

FIELD = "once"
OURS = re.compile(r"[\w-]{8,40}", re.ASCII)


def fresh() -> str:
    return token_urlsafe(18)


class OnceMiddleware:
    """A second request with the same key waits for the first to commit, then is sent where the first was sent."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        key = request.POST.get(FIELD, "") if request.method == "POST" and request.user.is_authenticated else ""
        if not OURS.fullmatch(key):
            return self.get_response(request)
        used = OnceKey(user=request.user, key=key)
        OnceKey.objects.bulk_create([used], ignore_conflicts=True)
        mine = OnceKey.objects.select_for_update().get(user=request.user, key=key)
        if mine.location:
            return HttpResponseRedirect(mine.location)
        return self._answer_once(request, mine)

    def _answer_once(self, request, used):
        response = self.get_response(request)
        if response.status_code in (302, 303):
            used.location = response["Location"][:500]
            used.save(update_fields=["location"])
        elif response.status_code < 500:
            used.delete()
        return response

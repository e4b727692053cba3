"""Pages of requests: where they wait, and the one screen on which they are decided."""

from django.http import HttpResponse


def inbox(request, **_):
    return HttpResponse()


asked = decided = all_ = detail = inbox

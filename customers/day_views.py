"""The first page of everybody who works on customers."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_GET

from customers.day import has_a_day, parts_of


@require_GET
def day(request):
    """What to do first, what waits for an answer, what was done."""
    if not has_a_day(request.user):
        raise PermissionDenied("customers.follow_up")
    return render(request, "customers/day.html", parts_of(request.user))

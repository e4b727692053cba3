"""Pages that belong to no single app: the way in, the palette, the pulse."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect, render

from crm.context import navigation
from customers import emergencies
from customers.day import has_a_day
from customers.models import Customer
from customers.search import matching

MOST_FOUND = 8


def home(request):
    """Everybody begins where his work is."""
    if request.user.may("accounts.read_people"):
        return redirect("accounts:people")
    if has_a_day(request.user):
        return redirect("customers:day")
    return redirect("audit:ledger" if request.user.may("audit.read") else "customers:list")


def search(request):
    """The command palette: customers this person may see, then pages. A fragment for the dialog, a page without script."""
    typed = request.GET.get("q", "")[:100]
    found = matching(Customer.objects.visible_to(request.user), typed)[:MOST_FOUND] if typed.strip() else []
    pages = [
        entry for section in navigation(request) for entry in section if typed.lower() in str(entry["label"]).lower()
    ]
    emergencies.shown(found, by=request.user)
    template = "components/_palette_results.html" if request.headers.get("HX-Request") else "search.html"
    return render(request, template, {"typed": typed, "customers": found, "pages": pages})


@login_not_required
def healthz(request):
    """Is the database there? Answers a supervisor; tells nobody anything else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")

"""Pages of the public pools."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.deeds import allow
from accounts.paging import counted
from approvals.asking import AlreadyAsked, ask
from approvals.views.administration import led_to, posted
from customers.limits import SENTENCES
from customers.models import Customer, Draw, Pool
from customers.pools import browsing, draws
from customers.pools.change_forms import PoolForm
from customers.pools.changes import (
    MEMBERS,
    PoolChange,
    asked_of_pool,
    decision_on,
    facts_of,
    new_pool,
    undecided_pools,
)
from customers.pools.masking import shown_name


@require_GET
def pool(request):
    """What nobody owns: enough to decide whether to claim it, and no more."""
    if not request.user.sells:
        raise PermissionDenied("customers.claim")
    pools = browsing.pools_of(request.user)
    shown = browsing.chosen(pools, request.GET.get("pool"))
    if shown is None:
        return render(request, "customers/pool.html", {"pools": [], "standing": browsing.line_of(request.user)})
    filters = browsing.PoolFilter(request.GET, browsing.waiting_in(shown, request.user), pool=shown)
    context = {
        "pools": pools,
        "shown": shown,
        "page": browsing.page_of(request, filters, shown),
        "filters": filters,
        "count": counted(filters.qs),
        "standing": browsing.line_of(request.user),
        "leads": request.user.may("customers.lead"),
    }
    return render(request, "customers/pool.html", context)


@require_POST
def want(request, pk):
    """Nothing that decides comes from the page: not who, not for which hour."""
    customer = _waiting(request, pk)
    try:
        draws.want(customer, by=request.user)
        messages.success(request, _("You are in the draw. It takes place when the company opens."))
    except draws.CannotEnter as refused:
        messages.error(request, str(refused))
    return redirect(browsing.tab_of(customer))


@require_POST
def withdraw(request, pk):
    customer = _waiting(request, pk)
    try:
        draws.no_longer_wanted(customer, by=request.user)
        messages.success(request, _("You are no longer in the draw."))
    except draws.CannotEnter as refused:
        messages.error(request, str(refused))
    return redirect(browsing.tab_of(customer))


def _waiting(request, pk):
    if not request.user.sells:
        raise PermissionDenied("customers.want")
    return get_object_or_404(Customer.objects.in_pool().open_to(request.user), pk=pk)


@require_GET
def draw(request, pk, draw):
    """A draw that is over: everything needed to draw it again."""
    found = get_object_or_404(Draw, pk=draw)
    customer = get_object_or_404(Customer, pk=pk)
    entries = draws.drawn(customer, found, request.user)
    if entries is None:
        raise Http404
    rows = [
        {"entry": each, "is_mine": each.person_id == request.user.pk, "ticket": f"{each.ticket:.12g}",
         "why": SENTENCES.get(each.passed_over_for, "")}
        for each in entries
    ]  # fmt: skip
    context = {
        "draw": found, "seed": bytes(found.seed or b"").hex(), "commitment": bytes(found.commitment).hex(),
        "rows": rows, "customer": customer, "name": shown_name(customer, entries[0].pool),
    }  # fmt: skip
    return render(request, "customers/pools/draw.html", context)


@require_GET
def pools(request):
    """How the pools are cut: the same page for everybody, because everybody works with it."""
    found = Pool.objects.order_by(F("archived_at").asc(nulls_first=True), *Pool.ORDER).prefetch_related(*MEMBERS)
    rows = [{"pool": each, "facts": facts_of(each)} for each in found]
    may_ask = request.user.has_perm(PoolChange.name, rows[0]["pool"])
    waits = undecided_pools(request.user) if may_ask else []
    return render(request, "customers/pools/list.html", {"rows": rows, "may_ask": may_ask, "undecided": waits})


def new(request):
    """A pool that is not there yet; nothing changes until a second person has decided."""
    return _asked_for(request, new_pool())


def change(request, pk):
    return _asked_for(request, get_object_or_404(Pool, pk=pk))


def _asked_for(request, pool):
    allow(request.user, PoolChange.name, pool)
    form = PoolForm(posted(request), pool=pool)
    if not form.is_valid():
        return _form_page(request, pool, form, 422 if form.errors else 200)
    teams, people, reason = (form.cleaned_data[name] for name in ("teams", "people", "reason"))
    asked = asked_of_pool(pool, form.content, teams=teams, people=people)
    try:
        return led_to(request, ask(PoolChange.name, pool, by=request.user, reason=reason, **asked))
    except AlreadyAsked:
        return _form_page(request, pool, form, 409)


def _form_page(request, pool, form, status):
    asked = asked_of_pool(pool, pool.content, teams=[], people=[])
    context = {"pool": pool, "adding": pool._state.adding, "form": form, **decision_on(request.user, pool, asked)}
    return render(request, "customers/pools/change.html", context, status=status)

"""Pages of customers. A view finds what the person may see, calls one verb, and answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.outbox import enqueue
from accounts.paging import counted, plain_fetcher
from audit.deeds import allow, deeds_open_to
from audit.reading import acts
from audit.recording import record
from customers import changing, contacts, emergencies, lists, visibility
from customers.assignment import telling as of_assignment
from customers.assignment.bulk import acts_for
from customers.assignment.by_rules import takes_from
from customers.collisions import freezing
from customers.evidence.forms import EvidenceForm
from customers.evidence.telling import told
from customers.follow_up_forms import FollowUpForm
from customers.forms import ContactForm, CreditCodeForm, NewCustomerForm, ProfileForm, ReasonForm
from customers.leaving import look
from customers.limits import NotClaimable
from customers.merging.views import passed
from customers.models import ConflictProbe, ContestedClaim, Customer
from customers.pools.browsing import tab_of
from customers.probing.asking import OverBudget, hidden_in, keep
from customers.profile import contact_points
from customers.profile.record import record_of
from customers.registration import register
from customers.request_views import asked_to_claim
from customers.saved_views import columns
from customers.saved_views.looking import asked_for
from customers.timeline import timeline
from customers.verification import standing
from customers.waiting import ASKED_FOR, waiting_for


@require_GET
def list_(request):
    """The customers this person may see: a view of the house or a saved one, narrowed by the URL."""
    if not request.user.may("customers.read"):
        raise PermissionDenied("customers.list")
    offered = lists.views_shown_to(request.user)
    shown = asked_for(request.GET, request.user, offered)
    page, filters = shown.page(request)
    context = {
        "page": page,
        "filters": filters,
        "views": offered,
        "look": shown,
        "view": shown.saved.pk if shown.saved else shown.base,
        "shows_owner": columns.WHO in shown.columns,
        "shows_contact": columns.WHEN in shown.columns,
        "count": counted(filters.qs),
        "may_export": request.user.may("customers.take_out"),
        "may_select": bool(acts_for(request.user)),
        "may_save": request.user.has_perm("customers.save_view", request.user.organization),
    }
    emergencies.shown(page.rows, by=request.user)
    return render(request, "customers/list.html", context)


def new(request):
    """A new customer; the contest answers on submitting, and nothing typed is lost."""
    allow(request.user, "customers.create", request.user.organization)
    form = NewCustomerForm(request.POST or None)
    answer = None
    if request.method == "POST" and form.is_valid():
        answer = _registered(form, request.user)
        if answer and answer.is_won:
            return _created(request, answer)
    status = 409 if answer else 422 if form.errors else 200
    return render(request, "customers/new.html", {"form": form, "answer": answer}, status=status)


def _registered(form, user):
    """What the contest says; nothing, with the sentence on the form, when the rules let him have no further customer, or when
    he has asked as often as he may: then nothing was written, whatever the answer would have been."""
    draft = form.draft()
    goes_to_others = takes_from(user, draft.fields)
    try:
        with transaction.atomic():
            answer = register([draft], by=user, way=ContestedClaim.Way.FORM, claimed=not goes_to_others)[0]
            keep(draft, answer.told, by=user, way=ConflictProbe.Way.FORM, hidden=hidden_in(form.data.get("name", "")))
    except (NotClaimable, OverBudget) as refused:
        form.add_error(None, refused.sentence)
        return None
    if answer.is_won and goes_to_others:
        enqueue("customers.assign_new", dedupe_key=str(answer.customer.pk), customer=str(answer.customer.pk))
    return answer


def _created(request, answer):
    customer = answer.customer
    if answer.like:
        messages.info(request, _("It may be a company that is there already. Somebody who may see both decides."))
    if customer.owner_id is None and not request.user.is_leaving:
        messages.success(
            request, _("%(name)s is entered. By the assignment rules it goes to others.") % {"name": customer.name}
        )
        return redirect("customers:list")
    if request.user.is_leaving:
        return asked_to_claim(request, customer)
    messages.success(request, _("%(name)s is yours now.") % {"name": customer.name})
    return redirect("customers:detail", customer.pk)


@require_GET
def detail(request, pk):
    try:
        customer = _visible(request.user, pk)
    except Http404:
        return passed(request, pk)
    record("customers.view", customer, detail={"name": customer.name})
    return _detail(request, customer, FollowUpForm.asked(customer, request.GET))


def _detail(request, customer, form, revealed=None, evidence=None, status=200):
    waiting = waiting_for(customer, request.user)
    context = {
        "customer": customer,
        "deeds": deeds_open_to(request.user, customer),
        "works_on_it": request.user.has_perm("customers.follow_up", customer),
        "form": form,
        "evidence_form": evidence or EvidenceForm(required=False),
        "steps": list(form.steps.select_related("person")),
        "release_form": ReasonForm(),
        "revealed": revealed or {},
        "timeline": timeline(customer),
        "claim": customer.claims.filter(released_at=None).first(),
        "who_can_see": visibility.who_can_see(customer),
        **visibility.exceptions(customer, request.user),
        **of_assignment.of_the_owner(customer),
        "asks_customers": request.user.may("customers.ask_customers"),
        "leads": {name for name in ("assign", "recall") if request.user.has_perm(f"customers.{name}", customer)},
        **record_of(customer, request.user),
        **standing.on_the_page(customer, request.user),
        "merges": list(customer.merges.standing().select_related("loser", "done_by").order_by("-done_at")),
        "may_merge": request.user.has_perm("customers.choose_merge", customer),
        **freezing.on_the_page(customer, request.user),
        "waiting": waiting,
        "may_ask": _may_ask(request.user, customer, waiting),
    }
    return render(request, "customers/detail.html", context, status=status)


def _may_ask(user, customer, waiting):
    """What this person may ask a second person for, and has not been asked yet."""
    asked = {request.kind for request in waiting}
    return {
        action.partition(".")[2]
        for action in (kind.name for kind in ASKED_FOR)
        if action not in asked and user.has_perm(action, customer)
    }


def _visible(user, pk):
    """The customer, or a 404 that does not say whether there is one; counted for somebody who leaves."""
    found = Customer.objects.visible_to(user).select_related("owner", "owner__team", "organization")
    customer = get_object_or_404(found, pk=pk)
    look(user, customer)
    return customer


@require_POST
def claim(request, pk):
    """Nothing that decides comes from the page: not who, not when, not from which pool."""
    customer = get_object_or_404(Customer.objects.open_to(request.user), pk=pk)
    if request.user.is_leaving:
        return asked_to_claim(request, customer)
    try:
        if customer.claim(by=request.user):
            messages.success(request, _("%(name)s is yours now.") % {"name": customer.name})
            return redirect("customers:detail", pk)
        messages.error(request, _("Somebody else was faster by a moment. Your attempt is kept."))
        messages.info(request, _("If you were there first, contest it under “Collision cases”."))
    except NotClaimable as refused:
        if refused.why == "lapses":
            return redirect("customers:claim_after_lapses", pk)
        messages.error(request, refused.sentence)
    return redirect(tab_of(customer))


@require_POST
def release(request, pk):
    customer = _visible(request.user, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say in a few words why you release it. Nothing was changed."))
        return redirect("customers:detail", pk)
    customer.release(by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("%(name)s is in the public pool.") % {"name": customer.name})
    return redirect("customers:list")


@require_POST
def follow_up(request, pk):
    customer = _visible(request.user, pk)
    form = FollowUpForm(request.POST, request.FILES, customer=customer)
    evidence = EvidenceForm(request.POST, request.FILES, required=False)
    is_valid = [form.is_valid(), evidence.is_valid()]
    entry = evidence.logged(customer, form, by=request.user) if all(is_valid) else None
    if entry is None:
        return _detail(request, customer, form, evidence=evidence, status=422)
    messages.success(request, told(customer, entry))
    return redirect("customers:detail", pk)


def edit(request, pk):
    """What describes the company. Name and credit code identify it and are not edited here."""
    customer = _visible(request.user, pk)
    allow(request.user, "customers.edit", customer)
    form = ProfileForm(request.POST or None, initial={name: getattr(customer, name) for name in Customer.EDITABLE})
    code = CreditCodeForm(request.POST or None, customer=customer)
    if request.method == "POST" and form.is_valid() and code.is_valid():
        if not code.is_free(by=request.user):
            return render(
                request, "customers/edit.html", {"customer": customer, "form": form, "code": code}, status=409
            )
        changing.change(customer, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. The change is in the history."))
        return redirect("customers:detail", pk)
    status = 422 if form.errors or code.errors else 200
    return render(request, "customers/edit.html", {"customer": customer, "form": form, "code": code}, status=status)


@require_GET
def history(request, pk):
    """Who, when, what from → to, why: as the ledger has it."""
    customer = _visible(request.user, pk)
    record("customers.history", customer, detail={"name": customer.name})
    entries = visibility.history_of(customer, request.user)
    page = lists.NEWEST_ENTRY.page(request, plain_fetcher(entries.changes_and("customers.reveal")))
    context = {"customer": customer, "page": page, "acts": acts(page.rows), "readers": lists.readers_of(entries)}
    return render(request, "customers/history.html", context)


def add_contact(request, pk):
    customer = _visible(request.user, pk)
    allow(request.user, "customers.add_contact", customer)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        contacts.add(customer, by=request.user, **form.cleaned_data)
        messages.success(request, _("The contact was added."))
        return redirect("customers:detail", pk)
    return render(
        request, "customers/add_contact.html", {"customer": customer, "form": form}, status=422 if form.errors else 200
    )


@require_POST
def reveal(request, pk, contact):
    """Phone and e-mail of one contact, once; every look is counted and in the ledger."""
    customer = _visible(request.user, pk)
    found = get_object_or_404(customer.contacts.select_related("person_key", "customer"), pk=contact)
    form = FollowUpForm(customer=customer)
    return _detail(request, customer, form, revealed={found.pk: contacts.reveal(found, by=request.user)})


@require_POST
def reveal_point(request, pk, point):
    """One more phone or mail address, of a person or of the company; counted and recorded as any other."""
    customer = _visible(request.user, pk)
    found = get_object_or_404(customer.contact_points.live(), pk=point)
    form = FollowUpForm(customer=customer)
    return _detail(request, customer, form, revealed={found.pk: contact_points.reveal(found, by=request.user)})

"""Pages of assignment: a manager's act upon one customer or upon many, and the rules."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Organization, User
from accounts.paging import plain_fetcher
from approvals.asking import AlreadyAsked
from approvals.waiting import one_of, waiting
from audit.deeds import Refused, allow
from customers import lists
from customers.assignment import acts, bulk, changes
from customers.assignment.forms import AssignForm, BulkForm, RuleForm, RuleForms
from customers.forms import ReasonForm
from customers.models import AssignmentRule, Customer
from customers.saved_views.looking import asked_for


def assign(request, pk):
    """To whom and why. It happens at once, and both are told."""
    customer = _seen(request.user, pk)
    allow(request.user, "customers.assign", customer)
    form = AssignForm(request.POST or None, manager=request.user, customer=customer)
    if form.is_valid():
        acts.assign(customer, by=request.user, **form.cleaned_data)
        messages.success(
            request,
            _("%(name)s is %(person)s’s now.") % {"name": customer.name, "person": form.cleaned_data["to"].name},
        )
        return redirect("customers:detail", pk)
    context = {"customer": customer, "form": form}
    return render(request, "customers/assignment/assign.html", context, status=422 if form.errors else 200)


def recall(request, pk):
    customer = _seen(request.user, pk)
    allow(request.user, "customers.recall", customer)
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        acts.recall(customer, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s is in the public pool.") % {"name": customer.name})
        return redirect("customers:list")
    context = {"customer": customer, "form": form}
    return render(request, "customers/assignment/recall.html", context, status=422 if form.errors else 200)


def _seen(user, pk):
    """One he sees, or one that waits in the pool."""
    found = Customer.objects.open_to(user).select_related("owner", "organization")
    customer = get_object_or_404(found, pk=pk)
    if customer.owner_id and not user.has_perm("customers.view", customer):
        raise Http404
    return customer


def select(request):
    """A page of the list with a box for each customer, and what can be done to those that are chosen."""
    offered = bulk.acts_for(request.user)
    if not (request.user.may("customers.read") and offered):
        raise Refused("customers.assign")
    look = asked_for(request.GET, request.user, lists.views_shown_to(request.user))
    form = BulkForm(request.POST or None, acts=offered)
    chosen = _chosen(request)
    if form.is_valid() and chosen:
        said = {name: form.cleaned_data[name] for name in ("to", "tag", "reason")}
        report = bulk.carry_out(form.cleaned_data["act"], chosen, by=request.user, **said)
        return render(request, "customers/assignment/report.html", {"report": report, "query": look.rows_query})
    if form.is_bound and not chosen:
        form.add_error(None, _("Choose at least one customer. Nothing was changed."))
    context = {
        "form": form,
        "rows": _page(request, look),
        "query": look.rows_query,
        "chosen": {str(pk) for pk in chosen},
    }
    return render(request, "customers/assignment/select.html", context, status=422 if form.errors else 200)


def _page(request, look):
    """The first customers of the list, as many as can be done at once."""
    filters = lists.CustomerFilter(look.data, lists.rows_of(look.base, request.user))
    found = filters.qs.select_related("owner")
    return list(plain_fetcher(found, filters.places)(None, ["protected_until", "id"], bulk.MOST))


def _chosen(request) -> list[UUID]:
    found = []
    for text in request.POST.getlist("customer")[: bulk.MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@require_GET
def rules(request):
    """What comes in goes to whom: read by everybody who sells, changed by two."""
    person = request.user
    if not changes.reads_assignment_rules(person):
        raise Refused("customers.assignment_rules")
    live = changes.as_they_are()
    names = {
        str(each.pk): each.name for each in User.objects.filter(pk__in=[pk for rule in live for pk in rule["people"]])
    }
    waits = list(waiting(person, changes.AssignmentRules.name, subject_id=UUID(int=person.organization_id)))
    for request_ in waits:
        request_.deciders = one_of(request_.deciders)
    context = {
        "rules": [(rule["name"], changes.in_words(rule, names)) for rule in live], "waiting": waits,
        "may_change": person.may("customers.assignment"),
    }  # fmt: skip
    return render(request, "customers/assignment/rules.html", context)


def change_rules(request):
    """The whole set as it is to be; nothing changes until a second person agrees."""
    allow(request.user, changes.AssignmentRules.name, request.user.organization)
    initial = [RuleForm.initial_of(rule) for rule in changes.as_they_are()]
    forms, reason = RuleForms(request.POST or None, initial=initial), ReasonForm(request.POST or None)
    if request.method == "POST" and forms.is_valid() and reason.is_valid():
        wanted = [form for form in forms if form.cleaned_data.get("name")]
        asked = [form.as_asked(place) for place, form in enumerate(wanted, 1)]
        try:
            approval = changes.ask_for(asked, by=request.user, reason=reason.cleaned_data["reason"])
            return redirect("approvals:detail", approval.pk)
        except AlreadyAsked:
            reason.add_error(None, _("Other rules were asked for already and are not decided yet. Nothing was sent."))
    failed = any(forms.errors) or bool(reason.errors) if request.method == "POST" else False
    context = {
        "forms": forms,
        "reason": reason,
        "columns": AssignmentRule.COLUMNS,
        "organization": Organization.objects.get(),
    }
    return render(request, "customers/assignment/change.html", context, status=422 if failed else 200)

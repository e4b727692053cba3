"""Pages of what stands in a customer's record: addresses, people, phones and mail addresses, tags, key accounts."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.deeds import allow
from customers import contacts
from customers.forms import ReasonForm
from customers.leaving import look
from customers.models import Address, Contact, ContactPoint, Customer, CustomerTag
from customers.profile import addresses, contact_points, tags
from customers.profile.forms import AddressForm, ContactEditForm, PointForm
from customers.profile.key_accounts import NamedAlready, key_account_of, name_key_account
from customers.request_views import posted


def _seen(user, pk) -> Customer:
    """The customer, or a 404 that does not say whether there is one."""
    customer = get_object_or_404(Customer.objects.visible_to(user).select_related("owner", "organization"), pk=pk)
    look(user, customer)
    return customer


def _part_of(customer, model, pk):
    """What hangs on this customer, with what its deeds and rules ask for."""
    found = get_object_or_404(model.objects.filter(customer=customer), pk=pk)
    found.customer = customer
    return found


def add_address(request, pk):
    customer = _seen(request.user, pk)
    allow(request.user, "customers.add_address", customer)
    form = AddressForm(posted(request), initial={"country": customer.country})
    if form.is_valid():
        addresses.add(customer, by=request.user, **form.cleaned_data)
        messages.success(request, _("The address was added."))
        return redirect("customers:detail", pk)
    return _form(request, customer, form, _("New address"), _("Add address"))


def edit_address(request, pk, address):
    customer = _seen(request.user, pk)
    found = _part_of(customer, Address, address)
    allow(request.user, "customers.edit_address", found)
    form = AddressForm(posted(request), initial={name: getattr(found, name) for name in Address.FIELDS})
    if form.is_valid():
        addresses.edit(found, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved. The change is in the history."))
        return redirect("customers:detail", pk)
    return _form(request, customer, form, _("Address"), _("Save"), address=found)


@require_POST
def end_address(request, pk, address):
    customer = _seen(request.user, pk)
    addresses.end(_part_of(customer, Address, address), by=request.user)
    messages.success(request, _("Out of use. It stays in the history."))
    return redirect("customers:detail", pk)


def _form(request, customer, form, title, act, **more):
    context = {"customer": customer, "form": form, "title": title, "act": act, **more}
    return render(request, "customers/part.html", context, status=422 if form.errors else 200)


def edit_contact(request, pk, contact):
    """Name and position, another phone or mail address. What is sealed is not shown for editing: a look at it is counted."""
    customer = _seen(request.user, pk)
    found = _contact(customer, contact)
    allow(request.user, "customers.edit_contact", found)
    form = ContactEditForm(posted(request), contact=found)
    if form.is_valid():
        contacts.change(found, by=request.user, **form.details())
        messages.success(request, _("Saved. The change is in the history."))
        return redirect("customers:detail", pk)
    return _form(request, customer, form, found.name, _("Save"), contact=found, points=_points_of(customer, found))


def _contact(customer, pk) -> Contact:
    rows = customer.contacts.select_related("person_key__organization", "organization")
    found = get_object_or_404(rows, pk=pk)
    found.customer = customer
    return found


@require_POST
def contact_left(request, pk, contact):
    contacts.leave(_contact(_seen(request.user, pk), contact), by=request.user)
    messages.success(request, _("Marked as left. What was said with this person stays."))
    return redirect("customers:detail", pk)


@require_POST
def contact_back(request, pk, contact):
    contacts.come_back(_contact(_seen(request.user, pk), contact), by=request.user)
    messages.success(request, _("Marked as back."))
    return redirect("customers:detail", pk)


def add_point(request, pk, contact=None):
    """One more phone or mail address: of the company, or of a person there."""
    customer = _seen(request.user, pk)
    allow(request.user, "customers.add_contact_point", customer)
    person = _contact(customer, contact) if contact else None
    form = PointForm(posted(request))
    if form.is_valid():
        contact_points.add(customer, by=request.user, contact=person, **form.cleaned_data)
        messages.success(request, _("Added. It is shown masked; each look at it is recorded."))
        return redirect("customers:detail", pk)
    title = _("Phone or e-mail of %(name)s") % {"name": person.name if person else customer.name}
    return _form(request, customer, form, title, _("Add"), points=_points_of(customer, person))


def _points_of(customer, contact):
    """What is there already, of this person or of the company itself, to be taken out of use."""
    rows = customer.contact_points.live().filter(contact=contact)
    return rows.select_related("person_key__organization").order_by("pk")


@require_POST
def end_point(request, pk, point):
    customer = _seen(request.user, pk)
    contact_points.end(_part_of(customer, ContactPoint, point), by=request.user)
    messages.success(request, _("Out of use. It stays in the history."))
    return redirect("customers:detail", pk)


@require_POST
def tag(request, pk):
    """A tag of the vocabulary, by its name; who makes tags finds the page for it in the menu of the list."""
    customer = _seen(request.user, pk)
    try:
        tags.put(customer, tags.named(request.POST.get("name", "")[:200]), by=request.user)
    except tags.NoSuchTag as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:detail", pk)


@require_POST
def untag(request, pk, tag):
    customer = _seen(request.user, pk)
    worn = get_object_or_404(CustomerTag, customer=customer, tag=tag)
    tags.take_off(customer, worn.tag_id, by=request.user)
    return redirect("customers:detail", pk)


def key_account(request, pk):
    """A manager above the owner says that it is one, or is one no longer; and why."""
    customer = _seen(request.user, pk)
    standing = key_account_of(customer)
    if standing:
        standing.customer = customer
    allow(
        request.user,
        *(("customers.end_key_account", standing) if standing else ("customers.name_key_account", customer)),
    )
    form = ReasonForm(posted(request))
    if form.is_valid():
        return _said(request, customer, standing, form.cleaned_data["reason"])
    context = {"customer": customer, "standing": standing, "form": form}
    return render(request, "customers/key_account.html", context, status=422 if form.errors else 200)


def _said(request, customer, standing, reason):
    try:
        if standing:
            standing.end(by=request.user, reason=reason)
        else:
            name_key_account(customer, by=request.user, reason=reason)
        messages.success(request, _("Recorded, with your name and the reason."))
    except NamedAlready as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:detail", customer.pk)

"""The ways in that are ours: founding an organisation, and accepting an invitation to one."""

from functools import wraps

from allauth.core.ratelimit import consume_or_429
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import beginnings, invitations, tenancy
from accounts.forms import AddressForm, JoinForm, SignUpForm
from accounts.founding import found

BACKEND = settings.AUTHENTICATION_BACKENDS[0]


def _only_strangers_found(view):
    """Founding is for who is not here yet, where the operator lets strangers do it, and not without end."""

    @wraps(view)
    def asked(request, *args, **kwargs):
        if not settings.SIGN_UP:
            return render(request, "accounts/sign_up_closed.html", status=404)
        if request.user.is_authenticated:
            return redirect("home")
        return consume_or_429(request, action="signup") or view(request, *args, **kwargs)

    return login_not_required(never_cache(asked))


@_only_strangers_found
def sign_up(request):
    """Whoever wants to found an organisation gets a letter. The page says the same whether the address is known or not."""
    form = AddressForm(request.POST or None)
    if form.is_valid():
        beginnings.write_to(form.cleaned_data["email"], request)
        return redirect("accounts:sign_up_sent")
    return render(request, "accounts/sign_up.html", {"form": form}, status=422 if form.errors else 200)


@_only_strangers_found
def sign_up_sent(request):
    return render(request, "accounts/sign_up_sent.html")


@sensitive_post_parameters("password")
@_only_strangers_found
def begin(request, word):
    """A new organisation and its first administrator, signed in at once. The link shows that the mailbox is his."""
    email = beginnings.address_in(word)
    if not email:
        return render(request, "accounts/sign_up_over.html", status=410)
    form = SignUpForm(request.POST or None, initial={"language": get_language()}, email=email)
    if form.is_valid() and (founder := _founded(form)):
        login(request, founder, BACKEND)
        return redirect("home")
    context = {"form": form, "email": email}
    return render(request, "accounts/begin.html", context, status=422 if form.errors else 200)


def _founded(form):
    try:
        return found(**form.cleaned_data, email=form.email)
    except IntegrityError:  # the address is unique among all organisations; its owner has shown that it is his
        form.add_error(None, _("This address signs in already. Sign in with it, or use another one."))
        return None


@login_not_required
@never_cache
@sensitive_post_parameters("password")
def join(request, organization_id, token):
    """Accepting an invitation: name and password, then signed in. The link works once."""
    if request.user.is_authenticated:
        return render(request, "accounts/join_signed_in.html", status=409)
    if refused := consume_or_429(request, action="join"):
        return refused
    with tenancy.inside(organization_id):
        newcomer, page = _joining(request, token)
    if newcomer is None:
        return page
    login(request, newcomer, BACKEND)
    return redirect("home")


def _joining(request, token):
    """The newcomer, or the page that is shown instead."""
    invitation = invitations.open_by(token)
    if invitation is None:
        return None, render(request, "accounts/join_over.html", status=410)
    form = JoinForm(request.POST or None, invitation=invitation)
    if form.is_valid() and (newcomer := _accepted(form, token)):
        return newcomer, None
    context = {"form": form, "invitation": invitation}
    return None, render(request, "accounts/join.html", context, status=422 if form.errors else 200)


def _accepted(form, token):
    try:
        with tenancy.inside(tenancy.organization_id()):
            newcomer = invitations.accept(token, language=get_language(), **form.cleaned_data)
    except IntegrityError:  # the address is unique among all organisations
        form.add_error(
            None, _("This address signs in to another organisation already. Ask for an invitation to another one.")
        )
        return None
    if newcomer is None:
        form.add_error(None, _("The link was used a moment ago. If that was you, sign in."))
    return newcomer

"""The second factor at sign-in, and the pages on which somebody sets up and removes his own."""

import json

from allauth.account.internal.decorators import login_stage_required
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts import passkeys, second_factors, sessions, tenancy
from accounts.gates import must_set_up
from accounts.models import SecondFactor
from accounts.reauthentication import asks_again
from accounts.second_factor_forms import NOT_THIS_KEY, AnswerForm, CodeForm, PasskeyForm
from accounts.second_factor_stage import SecondFactorStage

SECRET, CODES = "app_secret", "recovery_codes"


@login_stage_required(stage=SecondFactorStage.key, redirect_urlname="account_login")
@sensitive_post_parameters("code", "answer")
def show(request):
    """The password was right; now the second factor, then he is signed in."""
    stage = request._login_stage
    if "abandon" in request.POST:
        return stage.abort()
    person = stage.login.user
    with tenancy.inside(person.organization_id, user=person):
        if not person.is_active:
            return redirect("account_inactive")
        answered = _by_passkey if "answer" in request.POST else _by_code
        taken, page = answered(request, person)
    if page:
        return page
    request.second_factor = taken
    return stage.exit()


def _by_code(request, person):
    form = CodeForm(request.POST or None, person=person, accepts=lambda code: second_factors.accepts(person, code))
    if form.is_valid():
        return form.taken, None
    return "", _page(request, person, form)


def _by_passkey(request, person):
    form = AnswerForm(request.POST)
    if (
        second_factors.may_try(person)
        and form.is_valid()
        and passkeys.accepts(request, person, form.cleaned_data["answer"])
    ):
        second_factors.forgive(person)
        return "passkey", None
    return "", _page(request, person, CodeForm(person=person, accepts=None), refused=NOT_THIS_KEY)


def _page(request, person, form, refused=""):
    question = passkeys.begin_asking(request, person) if passkeys.possible() else None
    status = 422 if form.errors or refused else 200
    context = {"form": form, "question": json.dumps(question) if question else "", "refused": refused}
    return render(request, "account/second_factor.html", context, status=status)


@require_GET
@never_cache
def set_up(request):
    """The one page for whoever has to set up a second factor and has none."""
    here = must_set_up(request.user, request.user.organization.sign_in_policy)
    elsewhere = here and bool(second_factors.of(request.user))
    context = {"is_asked": here, "is_elsewhere": elsewhere, "passkeys": passkeys.possible()}
    return render(request, "accounts/set_up.html", context)


@asks_again
@never_cache
@sensitive_post_parameters("code")
def add_app(request):
    """The secret waits sealed in the session until its first code has shown that the app knows it."""
    person, organization = request.user, request.user.organization
    if SecondFactor.objects.filter(person=person, kind=SecondFactor.Kind.APP).exists():
        return redirect("accounts:security")
    secret = _waiting_secret(request, organization)
    form = CodeForm(
        request.POST or None, person=person, accepts=lambda code: second_factors.add_app(person, secret, code)
    )
    if form.is_valid():
        del request.session[SECRET]
        return _added(request, form.taken)
    context = {"form": form, "secret": secret, "picture": second_factors.picture_of(secret, person)}
    return render(request, "accounts/add_app.html", context, status=422 if form.errors else 200)


def _waiting_secret(request, organization):
    if request.method == "GET" or SECRET not in request.session:
        request.session[SECRET] = organization.seal(SECRET, second_factors.new_secret())
    return organization.unseal(SECRET, request.session[SECRET])


@asks_again
@never_cache
def add_passkey(request):
    form = PasskeyForm(request.POST or None)
    if form.is_valid():
        try:
            return _added(
                request, passkeys.add(request, request.user, form.cleaned_data["name"], form.cleaned_data["answer"])
            )
        except passkeys.NotThisKey:
            form.add_error(None, NOT_THIS_KEY)
    possible = passkeys.possible()
    question = json.dumps(passkeys.begin_adding(request, request.user)) if possible else ""
    context = {"form": form, "question": question, "house": passkeys.house()}
    return render(request, "accounts/add_passkey.html", context, status=422 if form.errors else 200)


def _added(request, factor):
    """This session has shown it now. Those that were begun without it end; the first one brings its recovery codes."""
    sessions.proved(request.user.session, factor=factor.kind)
    sessions.end_all(request.user, by=request.user, but=request.user.session)
    if second_factors.codes_left(request.user):
        messages.success(request, _("Set up. From the next sign-in on you are asked for it."))
        return redirect("accounts:security")
    return _with_fresh_codes(request)


@require_POST
@asks_again
def remove(request, pk):
    """Where the organisation asks for one, the last one stays until there is another."""
    factor = get_object_or_404(SecondFactor.objects.select_related("person"), pk=pk, person=request.user)
    if len(second_factors.of(request.user)) == 1 and _is_required(request.user):
        messages.error(
            request, _("Your organisation asks you for a second factor. Set up another one first. Nothing was changed.")
        )
        return redirect("accounts:security")
    second_factors.remove(factor, by=request.user)
    messages.success(request, _("Removed. You were told by mail as well."))
    return redirect("accounts:security")


def _is_required(person):
    return person.organization.sign_in_policy.asks_second_factor_of(person.role)


@asks_again
@never_cache
def recovery_codes(request):
    """Shown once on the page that follows their making; they wait for it sealed in the session."""
    if request.method == "POST":
        return _with_fresh_codes(request) if second_factors.of(request.user) else redirect("accounts:security")
    sealed = request.session.pop(CODES, "")
    codes = request.user.organization.unseal(CODES, sealed).split() if sealed else []
    context = {"codes": codes, "left": second_factors.codes_left(request.user)}
    return render(request, "accounts/recovery_codes.html", context)


def _with_fresh_codes(request):
    codes = second_factors.new_codes(request.user)
    request.session[CODES] = request.user.organization.seal(CODES, " ".join(codes))
    return redirect("accounts:recovery_codes")

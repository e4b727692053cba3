"""Error pages: what happened, who decides, what to do next. Nothing of them depends on who caused the error."""

import structlog
from django.http import HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.departures import closed_sentence
from audit.deeds import Refused
from audit.words import words_for

log = structlog.get_logger()


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    action = exception.action if isinstance(exception, Refused) else ""
    log.warning("refused", action=action, path=request.path)
    return render(
        request,
        "403.html",
        {"action": words_for(action) if action else "", "who_decides": _said(request, exception, action)},
        status=403,
    )


def _said(request, exception, action):
    """The refusal's own sentence, or that he is leaving, or who decides on such things."""
    sentence = getattr(exception, "sentence", "")
    person = getattr(request, "user", None)
    if not sentence and person is not None and person.is_authenticated:
        sentence = closed_sentence(person, action)
    return sentence or _who_decides(action)


def _who_decides(action):
    if "break_glass" in action:
        return _(
            "Break-glass access is opened by administrators; the owner, auditors and security administrators review it."
        )
    if "departure" in action:
        return _(
            "A departure is announced by a manager or an administrator, and cancelled or completed by another one."
        )
    if action.startswith("accounts."):
        return _("An administrator of your organisation decides on people and settings.")
    if action in ("approvals.see_policies", "approvals.draft_policy"):
        return _(
            "An administrator writes an approval policy and another one puts it in force; managers and auditors read it."
        )
    if action in ("audit.open_review", "audit.review_terms", "audit.confirm_access", "audit.refuse_access"):
        return _(
            "Administrators and the security administrator run access reviews, auditors read them; each reviewer answers for himself."
        )
    if action.startswith("audit."):
        return _("Only auditors read the whole ledger. You find the history of your own customers on their pages.")
    return _("The owner of a customer works on it; managers see it and do not change it.")


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def broken(request):
    """Drawn without the frame: after an error in the database its transaction answers no more questions."""
    theme = request.COOKIES.get("theme", "")
    return HttpResponseServerError(render_to_string("500.html", {"theme": theme if theme in ("light", "dark") else ""}))


def form_expired(request, reason=""):
    return render(request, "403_csrf.html", status=403)

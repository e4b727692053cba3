"""Who may do what. Each app writes its rules beside its models and registers them here.

A rule answers one question about one user and one object. An action without a rule is forbidden, and no user is above
the rules: there is no superuser.
"""

from django.utils.translation import gettext_lazy as _

from accounts.verbs import verb_of

_rules = {}
_nos: dict = {}
NO = _("The rule of this act says no.")
_denials: list = []
_closed: dict = {}


def rule(*actions, no=NO):
    """Register a function `(user, object) -> bool` as the answer for these actions, and the sentence that explains a no."""

    def register(answer):
        for action in actions:
            if action in _rules:
                raise ValueError(f"{action} already has a rule")
            _rules[action], _nos[action] = answer, no
        return answer

    return register


def registered():
    return _rules.keys()


def no_of(action) -> str:
    """Why the rule of an action says no, when it does."""
    return str(_nos[action])


def allows(user, action, subject) -> bool:
    """Only an active user, only inside the own organisation, only what his role does, never what he is denied, and only
    with a rule that says yes."""
    return subject is not None and all(holds for _, holds in reasons(user, action, subject))


def reasons(user, action, subject):
    """The questions in their order, each with its answer; the first no ends them. Pages explain access by them."""
    verb = verb_of(action)
    questions = (
        ("active", lambda: user.is_active),
        ("organization", lambda: _organization_of(subject) == user.organization_id),
        ("rule_exists", lambda: action in _rules),
        ("role", lambda: verb is None or user.may(verb.name)),
        ("leaving", lambda: not (action in _closed and user.is_leaving)),
        ("denial", lambda: not is_denied(user, subject)),
        ("rule", lambda: bool(_rules[action](user, subject))),
    )
    for name, ask in questions:
        holds = ask()
        yield name, holds
        if not holds:
            return


def while_leaving(label, *actions):
    """Register acts that are closed to somebody in departure mode, and what they are called together."""
    for action in actions:
        _closed[action] = label


def closed_while_leaving() -> dict:
    """{action: label}."""
    return dict(_closed)


def denial(denies):
    """Register a function `(user, subject) -> bool` whose yes stands above every rule."""
    _denials.append(denies)
    return denies


def is_denied(user, subject) -> bool:
    """What somebody is denied he does not even find."""
    return any(denies(user, subject) for denies in _denials)


def _organization_of(subject):
    return subject.pk if subject._meta.label == "accounts.Organization" else subject.organization_id

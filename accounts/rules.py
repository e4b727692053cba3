"""Who may do what. Each app writes its rules beside its models and registers them here.

A rule answers one question about one user and one object. An action without a rule is forbidden, and no user is above
the rules: there is no superuser.
"""

_rules = {}


def rule(*actions):
    """Register a function `(user, object) -> bool` as the answer for these actions."""

    def register(answer):
        for action in actions:
            if action in _rules:
                raise ValueError(f"{action} already has a rule")
            _rules[action] = answer
        return answer

    return register


def registered():
    return _rules.keys()


def allows(user, action, subject) -> bool:
    """Only an active user, only inside the own organisation, only with a rule that says yes."""
    answer = _rules.get(action)
    return bool(
        answer
        and subject is not None
        and user.is_active
        and _organization_of(subject) == user.organization_id
        and answer(user, subject)
    )


def _organization_of(subject):
    return subject.pk if subject._meta.label == "accounts.Organization" else subject.organization_id

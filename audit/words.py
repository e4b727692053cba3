"""How the ledger is read aloud: each app registers the words for its own actions; fields speak for themselves."""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.verbs import verbs

_words: dict = {}
_readers: dict = {}


def words(sentences):
    """Register `{"app.verb": "did this"}`; each reads after a person's name."""
    _words.update(sentences)


def words_for(action):
    """The words of an action; the bare action when nobody registered any."""
    return _words.get(action, action)


def read_as(column, reader):
    """Register how the values of a column ("app_table.column") are read aloud: a code as a name, say."""
    _readers[column] = reader


def reader_of(column):
    return _readers.get(column, str)


def is_read(field) -> bool:
    """Did somebody say how the values of this field are read aloud?"""
    return f"{field.model._meta.db_table}.{field.column}" in _readers


def spoken():
    return _words.keys()


def model_of(table):
    """The model whose rows a ledger entry is about, or None for a table that is no longer there."""
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)


def field_named(model, column):
    """The model's field behind a column, or None."""
    try:
        return next((field for field in model._meta.concrete_fields if field.column == column), None)
    except (AttributeError, FieldDoesNotExist):
        return None


words(
    {
        "insert": _("created a record"),
        "update": _("changed a record"),
        "delete": _("removed a record"),
        "accounts.sign_in": _("signed in"),
        "accounts.sign_out": _("signed out"),
        "accounts.sign_in_failed": _("could not sign in"),
        "accounts.create_organization": _("created the organisation"),
        "accounts.invite": _("invited somebody"),
        "accounts.revoke": _("took an invitation back"),
        "accounts.join": _("accepted an invitation"),
        "audit.open_review": _("opened an access review"),
        "audit.review_terms": _("set how often access is reviewed"),
        "audit.confirm_access": _("confirmed an access"),
        "audit.refuse_access": _("did not confirm an access"),
        "audit.lapse_access": _("let an access lapse that was not confirmed"),
        "audit.leave_overdue": _("left an access overdue that nobody answered for"),
        "audit.ask_another": _("asked another reviewer"),
        "audit.close_review": _("closed an access review"),
        "audit.keep_evidence": _("kept the evidence of an access review"),
        "audit.download_evidence": _("downloaded the evidence of an access review"),
        "accounts.announce_departure": _("announced that somebody leaves"),
        "accounts.cancel_departure": _("cancelled a departure"),
        "accounts.complete_departure": _("completed a departure"),
        "accounts.deactivate": _("deactivated a person"),
        "accounts.preferences": _("changed own preferences"),
        "accounts.change_password": _("changed own password"),
        "accounts.add_second_factor": _("set up a second factor"),
        "accounts.use_second_factor": _("showed a second factor"),
        "accounts.remove_second_factor": _("removed a second factor"),
        "accounts.forget_second_factors": _("reset a person's second factors as approved"),
        "accounts.operator_reset": _("had all second factors taken off by the operator"),
        "accounts.second_factor_failed": _("gave a wrong code"),
        "accounts.make_recovery_codes": _("made recovery codes"),
        "accounts.use_recovery_code": _("used a recovery code"),
        "accounts.end_session": _("ended a session"),
        "accounts.session_over": _("was signed out by the time limit"),
        "accounts.new_device": _("signed in on a new device"),
        "accounts.impossible_travel": _("signed in from two places too far apart"),
        "accounts.see_person": _("looked at how a person signs in"),
        "accounts.create_team": _("created a team"),
        "accounts.change_team": _("changed a team"),
        "accounts.explain_access": _("had access explained"),
        "accounts.retry": _("had a job tried again"),
        "accounts.break_glass": _("opened break-glass access"),
        "accounts.break_glass_look": _("opened a page by break-glass access"),
        "accounts.end_break_glass": _("ended break-glass access"),
        "accounts.review_break_glass": _("reviewed break-glass access"),
        "audit.read_ledger": _("read the ledger"),
    }
)

ROLES = dict(User.Role.choices)


def _roles(codes):
    return ", ".join(str(ROLES.get(code, code)) for code in codes)


def _networks(networks):
    return "; ".join(f"{_roles([role])}: {', '.join(named)}" for role, named in networks.items() if named)


read_as("accounts_signinpolicy.exempt_roles", _roles)
read_as("accounts_signinpolicy.networks", _networks)

THEMES = {"light": _("Light"), "dark": _("Dark")}

for _table in ("accounts_user", "accounts_organization"):
    read_as(f"{_table}.language", lambda code: dict(settings.LANGUAGES).get(code, code))


def _verbs(names):
    labels = {each.name: str(each.label) for each in verbs()}
    return "; ".join(labels.get(name, name) for name in names)


read_as("accounts_role.verbs", _verbs)
read_as("accounts_user.theme", lambda value: THEMES.get(value, value))


def _told(people):
    """How many; the page of the use names them."""
    return str(len(people))


read_as("accounts_breakglass.told", _told)

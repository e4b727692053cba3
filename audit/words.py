"""How the ledger is read aloud: each app registers the words for its own actions; fields speak for themselves."""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy as _

from accounts.models import User

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
        "accounts.deactivate": _("deactivated a person"),
        "accounts.reactivate": _("reactivated a person"),
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
        "accounts.retry": _("had a job tried again"),
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
read_as("accounts_user.theme", lambda value: THEMES.get(value, value))

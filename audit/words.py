"""How the ledger is read aloud: each app registers the words for its own actions; fields speak for themselves."""

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy as _

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
        "accounts.preferences": _("changed own preferences"),
        "accounts.change_password": _("changed own password"),
        "accounts.create_team": _("created a team"),
        "accounts.change_team": _("changed a team"),
        "accounts.explain_access": _("had access explained"),
        "accounts.retry": _("had a job tried again"),
        "audit.read_ledger": _("read the ledger"),
    }
)

THEMES = {"light": _("Light"), "dark": _("Dark")}

for _table in ("accounts_user", "accounts_organization"):
    read_as(f"{_table}.language", lambda code: dict(settings.LANGUAGES).get(code, code))


def _verbs(names):
    labels = {each.name: str(each.label) for each in verbs()}
    return "; ".join(labels.get(name, name) for name in names)


read_as("accounts_role.verbs", _verbs)
read_as("accounts_user.theme", lambda value: THEMES.get(value, value))

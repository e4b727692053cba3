"""Kinds of requests that only a test knows: registered, installed by the owner of the tables, and gone afterwards."""

from contextlib import contextmanager

from accounts import rules
from approvals import guards, kinds
from tests.databases import as_owner, signed_in


@contextmanager
def installed(*kind_classes, open_to=lambda user, subject: True):
    """These kinds with a rule that lets people ask, unless there is one, and with their house policies and triggers."""
    names = [kind.name for kind in kind_classes]
    for kind in kind_classes:
        if kind.name not in kinds._kinds:
            kinds.register(kind)
        if kind.name not in rules.registered():
            rules.rule(kind.name)(open_to)
    install()
    yield
    forget(*names)


def install():
    with signed_in("crm_owner", autocommit=True) as line:
        line.execute("SET lock_timeout = '20s'")
        guards.install(line)


def forget(*names):
    """As if they had never been; no transaction may be open that has touched their subjects."""
    for name in names:
        kind, trigger = kinds._kinds.pop(name), name.replace(".", "_")
        rules._rules.pop(name, None)
        table = guards.apps.get_model(kind.subject)._meta.db_table
        as_owner(
            *(f'DROP TRIGGER IF EXISTS {way}_{trigger} ON "{table}"' for way in ("void", "back")),
            f"DELETE FROM approvals_housepolicy WHERE kind = '{name}'",
        )

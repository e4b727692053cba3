"""The shape of the house, kept by tests."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from accounts import rules
from approvals.kinds import kinds
from audit import words

ROOT = Path(__file__).parent.parent
FLOORS = ["accounts", "audit", "approvals", "customers", "opportunities", "crm"]  # lowest first
SQL = re.compile(r"\b(insert\s+into|update\s+\S+\s+set|delete\s+from|truncate|merge\s+into|copy\s+\S+\s+from)\b", re.I)

# Whoever changes rows in bulk goes past the deeds. Each place that does, and why it may.
PAST_THE_DEEDS = {
    "accounts/digests.py:_write": "machinery: that a notice went out by mail",
    "accounts/notices.py:read": "machinery: what a person has read is nobody else's business",
    "accounts/once.py:OnceMiddleware._answer_once": "a one-time key whose form came to nothing",
    "accounts/outbox.py:_remember_failure": "a job's own row: why it failed",
    "accounts/models/second_factors.py:SecondFactor.remove": "within its deed, which a save afterwards would undo",
    "accounts/second_factors.py:_drop_codes": "recovery codes, under the stamp of what makes them void",
    "accounts/second_factors.py:_drop_all": "all factors at once, under the stamp of a reset",
    "accounts/sessions.py:_end": "machinery: the end of a session is recorded as an event beside it",
    "accounts/sessions.py:proved": "machinery: that it is still the same person",
    "accounts/sessions.py:seen": "machinery: when somebody was last at work",
    "accounts/sweeping.py:sweep": "machinery that has served its time",
    "customers/calendars.py:read": "when a calendar address was read last, under the stamp of its reading",
    "customers/changing.py:renew_terms": "search terms, derived from the names",
    "customers/duplicates/storing.py:forget": "what is derived from customers that are removed",
    "customers/duplicates/blocks.py:find": "what a key is of, derived once a search",
    "customers/duplicates/scanning.py:count": "machinery: a part of a search that counts itself",
    "customers/importing/trying.py:close": "keys of one file, which live only while it is tried",
    "customers/importing/undoing.py:_remove": "what an import wrote and nobody has touched, stamped with who undid it and why",
    "customers/pools/changes.py:_set_members": "who leaves a pool, as approved, under the stamp of its change",
    "customers/profile/tags.py:take_off": "a tag taken off: the ledger keeps who put it on and who took it off",
    "customers/registration.py:_register": "keys of what is there already by likeness, of companies that were never written",
    "customers/registration.py:_contest": "keys that lost within the same statement, of companies that were never written",
}
WRITES_SQL = {
    "accounts/arrays.py:insert_columns": "rows as arrays, for lists of 10,000: walled as the ORM is, a third of its time",
    "customers/duplicates/storing.py:": "what is derived from customers, for one and for thousands in the same statements",
    "customers/duplicates/trial/crowds.py:": "copies for other organisations, in a database that is dropped after a measurement",
    "customers/search.py:write_terms": "two dozen rows a name, from one text",
    "approvals/guards.py:": "the trigger that makes requests void, installed by the owner of the tables",
    "approvals/guards.py:install": "the house's own policies, which the application only reads",
    "audit/capture.py:_into_history": "the triggers that write history, installed by the owner of the tables",
}
BEFORE_THE_APPS = {
    "crm/celery.py:perform",
    "crm/celery.py:leave_to_the_relay_what_was_not_finished",
    "crm/wsgi.py:refuse_a_role_that_could_bypass",
}
LONG_TEMPLATES = {}  # path: why it cannot be shorter


@cache
def sources(*floors):
    """(path, tree) of every Python file of these apps, migrations made by a machine left out."""
    paths = [path for floor in floors for path in sorted((ROOT / floor).rglob("*.py"))]
    return [(path, ast.parse(path.read_text())) for path in paths if not path.name.endswith("_initial.py")]


def every_source():
    return sources(*FLOORS)


def templates():
    return [path for path in sorted((ROOT / "templates").rglob("*.html")) if path.is_file()]


def where(path):
    return str(path.relative_to(ROOT))


def imported_apps(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif name_of_call(node) in ("import_module", "__import__", "import_string", "get_model"):
            yield from (text.split(".")[0] for text in constants(node))


def name_of_call(node):
    if not isinstance(node, ast.Call):
        return None
    return getattr(node.func, "id", None) or getattr(node.func, "attr", None)


def constants(node):
    return [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]


@cache
def within(tree):
    """(qualified name of the function or class around it, node) for every node."""

    def walk(node, around):
        for child in ast.iter_child_nodes(node):
            named = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            yield around, child
            yield from walk(child, f"{around}.{child.name}".lstrip(".") if named else around)

    return list(walk(tree, ""))


# The staircase


@pytest.mark.parametrize("floor", FLOORS)
def test_an_app_imports_only_lower_floors(floor):
    """At the head of a file, inside a function, under TYPE_CHECKING or by name: it is an import all the same."""
    above = set(FLOORS[FLOORS.index(floor) + 1 :])
    for path, tree in sources(floor):
        assert not above & set(imported_apps(tree)), where(path)


def test_nobody_imports_crm():
    for path, tree in sources(*FLOORS[:-1]):
        assert "crm" not in set(imported_apps(tree)), where(path)


def test_imports_inside_functions_stand_only_where_a_registry_needs_them():
    """`AppConfig.ready` fills the registries; Celery's task and signal and the server's door exist before the apps do."""
    late = {
        f"{where(path)}:{around}"
        for path, tree in every_source()
        for around, node in within(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and around.rpartition(".")[2] in functions(tree)
    }
    late = {place for place in late if not place.endswith("Config.ready") and "/stack/" not in place}
    assert late <= BEFORE_THE_APPS


@cache
def functions(tree):
    """A class body is executed with its module; only functions are late."""
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


# Deeds, rules, words


def models():
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in FLOORS]


def deeds():
    """action -> "Model.method"."""
    return {
        method.action: f"{model.__name__}.{name}"
        for model in models()
        for name, method in vars(model).items()
        if hasattr(method, "action")
    }


def test_every_transition_is_a_deed():
    for model in models():
        for name, method in vars(model).items():
            if hasattr(method, "_django_fsm"):
                assert hasattr(method, "action"), f"{model.__name__}.{name} leaves no trace"


def test_every_deed_has_a_rule():
    assert deeds().keys() <= set(rules.registered())


def test_every_rule_is_asked():
    """A rule that nobody asks protects nothing: each belongs to a deed, or its action is named where it is asked."""
    asked = {text for _, tree in every_source() for text in constants_outside_registries(tree)}
    asked |= {name for path in templates() for name in re.findall(r"[a-z]+\.[a-z_]+", path.read_text())}
    assert set(rules.registered()) - deeds().keys() - asked == set()


def constants_outside_registries(node):
    """Every text but those that only register a rule, its words or what notices say."""
    for child in ast.iter_child_nodes(node):
        if name_of_call(child) not in ("rule", "words", "sentences"):
            if isinstance(child, ast.Constant) and isinstance(child.value, str):
                yield child.value
            yield from constants_outside_registries(child)


def actions_used():
    """What is written into the ledger as an action: by deeds, by stamps, by events."""
    for path, tree in every_source():
        for around, node in within(tree):
            if name_of_call(node) in ("deed", "stamped", "record", "record_event") and node.args:
                place = f"{where(path)}:{around}"
                if around in ("_do", "stamped") or place == "approvals/asking.py:ask":
                    continue  # the mechanism itself passes on what it was given
                yield place, node.args[0]
    for path in sorted(ROOT.glob("*/sql/*.sql")):  # by a trigger, as an event
        for action in re.findall(r"audit_record\('([a-z_.]+)'", path.read_text()):
            yield where(path), ast.Constant(action)
    for kind in kinds():  # asking is an action of the kind's own name
        yield type(kind).__name__, ast.Constant(kind.name)


def test_every_action_of_the_ledger_is_a_plain_word_with_words_for_it():
    """R8. An action that is put together at run time could not be read aloud, and is not found by looking for it."""
    for place, action in actions_used():
        values = [action.body, action.orelse] if isinstance(action, ast.IfExp) else [action]
        assert all(isinstance(value, ast.Constant) for value in values), place
        assert {value.value for value in values} <= set(words.spoken()), place


def test_there_are_no_words_for_what_nobody_does():
    used = {text for _, action in actions_used() for text in constants(action)}
    assert set(words.spoken()) - used == {"insert", "update", "delete"}


# Doors that stay shut


def calls_past_the_deeds(tree):
    """Calls that write without a deed: `.delete(`, `.bulk_update(`, and `.update(` with keywords.

    A queryset's `update` takes keywords only and a dictionary's or set's is used with a positional argument here, so
    that the two are told apart without knowing types.
    """
    for around, node in within(tree):
        name = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        if name in (
            "delete",
            "adelete",
            "bulk_update",
            "abulk_update",
            "_raw_delete",
            "raw",
            "extra",
            "_update",
            "_insert",
        ):
            yield around, node
        if name in ("update", "aupdate", "update_or_create") and (node.keywords or not node.args):
            yield around, node
        if name_of_call(node) == "getattr" and {"update", "delete", "bulk_update"} & set(constants(node)):
            yield around, node


def is_super_call(node):
    return isinstance(node.func, ast.Attribute) and name_of_call(node.func.value) == "super"


def test_what_matters_changes_only_by_deeds():
    found = {
        f"{where(path)}:{around}"
        for path, tree in every_source()
        for around, node in calls_past_the_deeds(tree)
        if not is_super_call(node) and "/stack/" not in where(path)
    }
    assert found == PAST_THE_DEEDS.keys()


def test_nobody_writes_rows_in_sql():
    """SQL that writes stands in the migrations' files, where the triggers are; Python asks the ORM."""
    found = {
        f"{where(path)}:{around}"
        for path, tree in every_source()
        for around, node in within(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    }
    assert found == WRITES_SQL.keys()


def test_jobs_are_started_only_by_the_outbox():
    banned = {"delay", "apply_async", "signature"}
    for path, tree in every_source():
        for around, node in within(tree):
            is_banned = isinstance(node, ast.Attribute) and node.attr in banned
            assert not is_banned, f"{where(path)}:{around}"
            if name_of_call(node) == "send_task":
                assert f"{where(path)}:{around}" == "accounts/outbox.py:publish"


def test_no_query_chooses_another_database_or_leaves_the_wall():
    """`.using(` reaches the owner's connection, a plain Manager has no wall, a plain QuerySet no guard on writing."""
    for path, tree in every_source():
        if where(path) == "accounts/tenancy.py" or "/stack/" in where(path):
            continue
        for around, node in within(tree):
            assert not (isinstance(node, ast.Attribute) and node.attr == "using"), f"{where(path)}:{around}"
            bases = [ast.unparse(base) for base in node.bases] if isinstance(node, ast.ClassDef) else []
            assert "models.QuerySet" not in bases, f"{where(path)}:{node.name}"


# Names and sizes


def test_no_file_is_named_after_nothing():
    shapeless = re.compile(r"^(utils?|services?|helpers?|common|misc|managers|constants)(\.py)?$")
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*"):
            assert not shapeless.match(path.name), where(path)


def test_functions_files_and_templates_stay_small():
    too_big = []
    for path, tree in every_source():
        lines = len(path.read_text().splitlines())
        too_big += [f"{where(path)}: {lines} lines"] if lines > 300 and "migrations" not in path.parts else []
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 40:
                too_big.append(f"{where(path)}:{node.name}: {node.end_lineno - node.lineno + 1} lines")
    for path in templates():
        lines = len(path.read_text().splitlines())
        too_big += [f"{where(path)}: {lines} lines"] if lines > 60 and where(path) not in LONG_TEMPLATES else []
    assert too_big == []

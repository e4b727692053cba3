"""Ledger entries in words: who did what, when, from what to what, why. Entries of one act stand together."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import models
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.models import Entry
from audit.words import field_named, is_read, model_of, reader_of, words_for

SOURCES = {
    "web": _("Web form"),
    "job": _("Background job"),
    "shell": _("Command line"),
    "test": _("Test"),
    "break_glass": _("Break-glass access"),
}


# What the line of an act says already, or its beginning implies.
SAID_ALREADY = (
    "created_at",
    "created_by",
    "recorded_at",
    "author",
    "claimant",
    "claimed_at",
    "needs_review",
    "given_by",
    "given_at",
    "denied_by",
    "denied_at",
    "added_by",
    "added_at",
    "tagged_by",
    "tagged_at",
    "named_by",
    "named_at",
    "completeness",
)


@dataclass
class Act:
    """What one person did in one request, as the ledger tells it."""

    number: int
    at: datetime
    actor: User | None
    words: str
    source: str
    reason: str
    subject: str = ""
    changes: list = field(default_factory=list)


def acts(entries, people=None) -> list[Act]:
    """Acts from entries that are ordered newest first. Queries: one, for the people named in them, unless they are given."""
    entries = list(entries)
    people = User.objects.only("name").in_bulk(_people_in(entries)) if people is None else people
    return [_act(list(group), people) for _key, group in groupby(entries, key=_belongs_together)]


def _belongs_together(entry):
    return (entry.request_id or entry.pk, entry.action, entry.actor_id)


def _act(group, people):
    latest = group[0]
    changes = [change for entry in reversed(group) for change in changes_of(entry, people)]
    return Act(
        number=latest.pk,
        at=latest.recorded_at,
        actor=people.get(latest.actor_id),
        words=words_for(latest.action),
        source=_source(latest.source),
        reason=latest.reason,
        subject=_subject(latest),
        changes=_each_once(changes),
    )


def _source(source):
    """Where from, in words; reads by break-glass carry the number of their use."""
    name, _colon, _number = source.partition(":")
    return SOURCES.get(source) or (SOURCES[name] if name == "break_glass" else source)


def _each_once(changes):
    """A customer and its claim tell the same owner; once is enough."""
    return list({(str(each["label"]), str(each["before"]), str(each["after"])): each for each in changes}.values())


def _subject(entry):
    model = model_of(entry.table_name)
    name = next((image.get("name") for image in (entry.after, entry.before) if image and image.get("name")), "")
    return f"{model._meta.verbose_name} {name}".strip() if model else name or entry.table_name


def changes_of(entry, people) -> list[dict]:
    """[{label, before, after}] of the columns a reader has a use for."""
    model = model_of(entry.table_name)
    if model is None or entry.op == Entry.Op.EVENT:
        return []
    before, after = entry.before or {}, entry.after or {}
    found = []
    for column in [*after, *(name for name in before if name not in after)]:
        told = field_named(model, column)
        if told is None or not _is_telling(told):
            continue
        if entry.op == Entry.Op.INSERT and told.name in SAID_ALREADY:
            continue
        pair = _value(told, before.get(column), people), _value(told, after.get(column), people)
        if pair[0] != pair[1]:
            found.append({"label": told.verbose_name, "before": pair[0], "after": pair[1]})
    return found


def _is_telling(told):
    """Keys, digests and the organisation's own number tell a reader nothing."""
    if (
        told.primary_key
        or (isinstance(told, models.JSONField) and not is_read(told))
        or told.name in ("organization", "customer", "person_key", "token_hash")
    ):
        return False
    return not isinstance(told, models.BinaryField) or told.name.endswith("_sealed")


def _value(told, value, people):
    """A value as a person reads it; '' for nothing."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(told, models.BinaryField):
        return _("(sealed)")
    if told.is_relation:
        return str(people.get(_uuid(value), "")) if told.related_model is User else ""
    if isinstance(told, models.DateTimeField):
        return formats.date_format(timezone.localtime(parse_datetime(value)), "DATETIME_FORMAT")
    if isinstance(told, models.BooleanField):
        return _("yes") if value else _("no")
    reader = reader_of(f"{told.model._meta.db_table}.{told.column}")
    return reader(value) if isinstance(value, list | dict) else dict(told.flatchoices).get(value) or reader(value)


def _people_in(entries):
    """Ids of everybody an entry names: its actor, and every value of a column that points to a person."""
    found = {entry.actor_id for entry in entries if entry.actor_id}
    for entry in entries:
        model = model_of(entry.table_name)
        for image in filter(None, (entry.before, entry.after)):
            for column, value in image.items():
                told = field_named(model, column) if model and value else None
                if told is not None and told.is_relation and told.related_model is User and (pk := _uuid(value)):
                    found.add(pk)
    return found


def _uuid(value):
    try:
        return UUID(str(value))
    except ValueError:
        return None

"""The two walls between organisations, and the scope everything runs in.

Wall one is the manager below: it adds `organization_id = N` as a constant and raises outside a scope.
Wall two is row-level security (see `accounts.walls`), which reads the settings that a scope makes.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _


class OutsideScope(RuntimeError):
    """Rows were asked for while no organisation was in scope, or were to be written into another than that in scope."""


@dataclass(frozen=True)
class Scope:
    """Who acts, for which organisation, from where. Times and rights are not in it: the database has them."""

    organization_id: int | None = None
    user_id: UUID | None = None
    source: str = "shell"
    request_id: str = field(default_factory=lambda: uuid4().hex)
    signing_in: bool = False
    session_id: UUID | None = None


_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current() -> Scope | None:
    return _scope.get()


def request_id() -> str:
    """What ties the entries of one request together; empty outside a scope."""
    scope = _scope.get()
    return scope.request_id if scope else ""


def organization_id() -> int:
    """The organisation in scope; raises OutsideScope when there is none."""
    scope = _scope.get()
    if scope is None or scope.organization_id is None:
        raise OutsideScope("No organisation is in scope. Use `with tenancy.scope(organization_id): ...`.")
    return scope.organization_id


def organization_in_scope() -> int | None:
    """For new rows: the organisation in scope. Without one the row cannot be saved, because the column is not null."""
    scope = _scope.get()
    return scope.organization_id if scope else None


@contextmanager
def scope(organization, *, user=None, source="shell", **details):
    """One transaction for one organisation (or its id). Its settings end with it, so a reused connection forgets them."""
    with _within(Scope(getattr(organization, "pk", organization), getattr(user, "pk", user), source, **details)):
        yield


def inside(organization, *, user=None):
    """A scope of part of the work: another organisation or person, but the same source and request as around it."""
    outer = _scope.get()
    origin = {"source": outer.source, "request_id": outer.request_id} if outer else {}
    return scope(organization, user=user, **origin)


@contextmanager
def anonymous(*, source="web", signing_in=False, **details):
    """A transaction before anybody has signed in: no organisation's rows, and people only where sign-in asks for them."""
    with _within(Scope(None, None, source, signing_in=signing_in, **details)):
        yield


@contextmanager
def _within(scope):
    outer = _scope.get()
    if outer is not None and connection.in_atomic_block:
        with _nested(outer, scope):
            yield
        return
    token = _scope.set(scope)
    try:
        with transaction.atomic():
            _tell_database(scope)
            yield
    finally:
        _scope.reset(token)


@contextmanager
def _nested(outer, scope):
    """A scope within a scope (tests, the demo): a savepoint, after which the outer settings hold again."""
    try:
        with transaction.atomic():
            enter(scope)
            yield
    finally:
        _scope.set(outer)
        if not connection.needs_rollback:
            _tell_database(outer)


def enter(scope: Scope):
    """Change who acts within the running transaction (a person has just signed in)."""
    _scope.set(scope)
    _tell_database(scope)


def enter_as(user):
    enter(replace(_scope.get() or Scope(), organization_id=user.organization_id, user_id=user.pk, signing_in=False))


def _tell_database(scope):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.organization_id', %s, true), set_config('app.user_id', %s, true),"
            " set_config('app.source', %s, true), set_config('app.request_id', %s, true),"
            " set_config('app.signing_in', %s, true)",
            [
                "" if scope.organization_id is None else str(scope.organization_id),
                "" if scope.user_id is None else str(scope.user_id),
                scope.source,
                scope.request_id,
                "on" if scope.signing_in else "",
            ],
        )


class UUIDv7(models.Func):
    """A time-ordered id made by the database, never by a client."""

    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


def fresh_ids(count) -> list[UUID]:
    """Ids for rows that are written in bulk: Django's bulk_create does not read back a key that the database makes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuidv7() FROM generate_series(1, %s)", [count])
        return [pk for (pk,) in cursor.fetchall()]


class Clock(models.Func):
    """The database's clock at this very moment; `Now()` stands still for the length of a transaction."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = models.DateTimeField()


def must_be_in_scope(organization):
    """Refuse to write a row (given by its organisation's id) that belongs to another organisation than the one in scope."""
    if organization != organization_id():
        raise OutsideScope(f"A row of organisation {organization} in the scope of {organization_id()}.")


class WalledQuerySet(models.QuerySet):
    """Writes only into the organisation in scope, by whatever door: save, bulk_create, update, bulk_update."""

    def _insert(self, objs, fields, **options):
        for row in objs:
            must_be_in_scope(row.organization_id)
        return super()._insert(objs, fields, **options)

    def update(self, **values):
        for name in values.keys() & {"organization", "organization_id"}:
            must_be_in_scope(getattr(values[name], "pk", values[name]))
        return super().update(**values)

    def _update(self, values):
        for column, _model, value in values:
            if column.attname == "organization_id":
                must_be_in_scope(value)
        return super()._update(values)

    _update.alters_data = True  # type: ignore[attr-defined]
    _update.queryset_only = False  # type: ignore[attr-defined]
    _insert.alters_data = True  # type: ignore[attr-defined]
    _insert.queryset_only = False  # type: ignore[attr-defined]


_WalledManager = models.Manager.from_queryset(WalledQuerySet)


class OrganizationManager(_WalledManager):
    """Finds only rows of the organisation in scope, and raises outside one."""

    def get_queryset(self):
        return super().get_queryset().filter(organization_id=organization_id())


class Walled(models.Model):
    """A row that belongs to one organisation and stands behind both walls."""

    organization = models.ForeignKey(
        "accounts.Organization",
        models.PROTECT,
        related_name="+",
        default=organization_in_scope,
        editable=False,
        db_index=False,
        verbose_name=_("organisation"),
    )

    objects = OrganizationManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def delete(self, *args, **kwargs):
        """Django deletes a row in hand by its key alone, past the manager."""
        must_be_in_scope(self.organization_id)
        return super().delete(*args, **kwargs)


class OrganizationOwned(Walled):
    """A walled row with a time-ordered id of the database's own making."""

    id = models.UUIDField(primary_key=True, db_default=UUIDv7(), editable=False)

    class Meta(Walled.Meta):
        abstract = True


def implied_organization():
    """The organisation of a row without a foreign key of its own: a composite one that is never empty answers for it."""
    return models.ForeignKey(
        "accounts.Organization",
        models.PROTECT,
        related_name="+",
        default=organization_in_scope,
        editable=False,
        db_index=False,
        db_constraint=False,
    )


class InOrganization(models.ForeignKey):
    """A foreign key that cannot leave the organisation.

    `accounts.walls` makes it composite, (organization_id, x_id) -> (organization_id, id): a plain one accepts another
    organisation's row, because the database checks foreign keys without row-level security.
    """

    def __init__(self, to, on_delete=models.PROTECT, **options):
        options["db_constraint"] = False
        options.setdefault("db_index", False)
        options.setdefault("related_name", "+")
        super().__init__(to, on_delete, **options)


def recorded_at_field():
    """The database's own time of writing; a claimed time stands in a field of its own."""
    return models.DateTimeField(_("recorded"), db_default=Clock(), editable=False)


class Seconds(models.Func):
    """An interval of so many seconds, for arithmetic with the database's clock."""

    function = "make_interval"
    template = "%(function)s(secs => %(expressions)s)"
    output_field = models.DurationField()

    def __init__(self, seconds):
        super().__init__(models.Value(float(seconds), output_field=models.FloatField()))


class Days(models.Func):
    """An interval of so many days."""

    function = "make_interval"
    template = "%(function)s(days => %(expressions)s)"
    output_field = models.DurationField()

    def __init__(self, days):
        super().__init__(models.Value(int(days), output_field=models.IntegerField()))


def now():
    """The database's clock, as a value."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]

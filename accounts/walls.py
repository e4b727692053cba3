"""The second wall: what every organisation-owned table needs in the database, raised after each migration.

It is derived from the models, so a new table cannot forget its wall. A test compares the database with this list.
"""

from django.apps import apps

from accounts.tenancy import InOrganization, Walled

# Tables without an organisation, each with the reason why it needs none.
OUTSIDE = {
    "django_migrations": "the schema's own bookkeeping",
    "django_content_type": "names of models, the same for everybody; readable only",
    "django_session": "random keys; needed before anybody is known",
    "auth_group": "Django's, unused: rights are rules",
    "auth_group_permissions": "Django's, unused: rights are rules",
    "auth_permission": "Django's names of rights, the same for everybody; readable only",
    "account_emailaddress": "django-allauth's, unused: the address stands on the person",
    "account_emailconfirmation": "django-allauth's, unused",
    "guardian_userobjectpermission": "django-guardian's generic rows, never used: ours have walls; open to nobody",
    "guardian_groupobjectpermission": "django-guardian's generic rows, never used; open to nobody",
    "accounts_permissiontemplate": "the house's own roles, the same for everybody; readable only",
    "approvals_housepolicy": "the house's own policies, the same for everybody; readable only",
}

READABLE = {"django_migrations", "auth_permission", "django_content_type"}
CLOSED = {"guardian_userobjectpermission", "guardian_groupobjectpermission"}

EVERYTHING = "SELECT, INSERT, UPDATE, DELETE"
READING = "SELECT"
WALL = "organization_id = current_setting('app.organization_id')::bigint"
SIGN_IN = (
    "CASE WHEN current_setting('app.signing_in', true) = 'on' THEN true"
    " ELSE organization_id = current_setting('app.organization_id')::bigint END"
)


def walled_models():
    """Every model whose rows belong to an organisation, historical ones included."""
    return [
        model for model in apps.get_models(include_auto_created=True) if issubclass(model, Walled) or is_history(model)
    ]


def is_history(model):
    """A table of django-simple-history: walled like the table it follows."""
    return hasattr(model, "history_id")


def raise_walls(connection):
    """Grants, policies, keys. Idempotent; runs as the owner of the tables."""
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement)


def lower_for_the_owner(connection):
    """While he migrates, the owner of the tables looks past the walls: what he fills in and the foreign keys he adds concern the
    rows of every organisation. The application's role stays behind them, and `raise_walls` holds the owner again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relforcerowsecurity"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')


def statements():
    for table in OUTSIDE:
        yield f'REVOKE ALL ON "{table}" FROM crm_app'
        if table not in CLOSED:
            yield f'GRANT {READING if table in READABLE else EVERYTHING} ON "{table}" TO crm_app'
    yield from _nothing_more()
    yield from _wall("accounts_organization")
    yield from _policy("accounts_organization", "wall", _everything(WALL.replace("organization_id =", "id =", 1)))
    for model in walled_models():
        yield from _wall(model._meta.db_table, getattr(model, "grants", EVERYTHING))
        yield from _policies(model)
    yield from _targets()
    for model in walled_models():
        yield from _composite_keys(model)


def _nothing_more():
    """No temporary tables: one named like the ledger could stand before it. Of all counters only the one asked for ids."""
    yield "DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$"
    yield "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM crm_app"
    yield "GRANT USAGE ON SEQUENCE accounts_organization_id_seq TO crm_app"


def _wall(table, grants=EVERYTHING):
    yield f'REVOKE ALL ON "{table}" FROM crm_app'
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    yield f'GRANT {grants} ON "{table}" TO crm_app'


def _policies(model):
    """One wall for all commands; only for reading where nobody but a trigger writes; with a door where sign-in looks."""
    table = model._meta.db_table
    if getattr(model, "opens_at_sign_in", False):
        return _door(table)
    if getattr(model, "grants", EVERYTHING) == READING:
        return _policy(table, "wall", f"FOR SELECT TO crm_app, crm_owner USING ({WALL})")
    return _policy(table, "wall", _everything(WALL))


def _everything(condition):
    return f"TO crm_app, crm_owner USING ({condition}) WITH CHECK ({condition})"


def _door(table):
    """The wall with a door for reading at sign-in.

    One policy per command: a second one for SELECT would not do, because the planner evaluates the first one too, and
    there is no organisation yet.
    """
    yield from _policy(table, "wall", f"FOR SELECT TO crm_app, crm_owner USING ({SIGN_IN})")
    yield from _policy(table, "wall_insert", f"FOR INSERT TO crm_app, crm_owner WITH CHECK ({WALL})")
    yield from _policy(table, "wall_update", f"FOR UPDATE TO crm_app, crm_owner USING ({WALL}) WITH CHECK ({WALL})")
    yield from _policy(table, "wall_delete", f"FOR DELETE TO crm_app, crm_owner USING ({WALL})")


def _policy(table, name, clauses):
    yield f'DROP POLICY IF EXISTS {name} ON "{table}"'
    yield f'CREATE POLICY {name} ON "{table}" {clauses}'


def organization_keys(model):
    """The foreign keys of a model that must stay within the organisation."""
    return [] if is_history(model) else [f for f in model._meta.local_fields if isinstance(f, InOrganization)]


def _targets():
    targets = {field.related_model for model in walled_models() for field in organization_keys(model)}
    for table in sorted(target._meta.db_table for target in targets):
        yield _unless_constraint(
            table,
            f"{table}_within",
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_within" UNIQUE (organization_id, id);',
        )


def _composite_keys(model):
    """Foreign keys that cannot leave the organisation.

    The check of rows that are there runs as the owner of the tables, whom FORCE would show nothing: it is lifted for
    this one statement, under the same exclusive lock.
    """
    table = model._meta.db_table
    for field in organization_keys(model):
        target = field.related_model._meta.db_table
        name = f"{table}_{field.column}_within"
        tables = sorted({table, target})
        yield _unless_constraint(
            table,
            name,
            "".join(f'ALTER TABLE "{each}" NO FORCE ROW LEVEL SECURITY;' for each in tables)
            + f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (organization_id, "{field.column}")'
            f' REFERENCES "{target}" (organization_id, id) DEFERRABLE INITIALLY DEFERRED;'
            + "".join(f'ALTER TABLE "{each}" FORCE ROW LEVEL SECURITY;' for each in tables),
        )


def _unless_constraint(table, name, statements):
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = '{name}' AND conrelid = '{table}'::regclass)"
        f" THEN {statements} END IF; END $$"
    )


def may_bypass(cursor) -> list[str]:
    """Reasons why the current database role, or one it may become, could walk around the wall; empty when it cannot."""
    cursor.execute(
        "SELECT coalesce(bool_or(rolsuper), false), coalesce(bool_or(rolbypassrls), false), coalesce(bool_or("
        "  EXISTS (SELECT FROM pg_class WHERE relowner = r.oid AND relnamespace = 'public'::regnamespace)"
        "  OR EXISTS (SELECT FROM pg_proc WHERE proowner = r.oid AND pronamespace = 'public'::regnamespace)), false)"
        " FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER') OR pg_has_role(current_user, r.oid, 'MEMBER')"
    )
    names = (
        "is or may become a superuser",
        "has or may take on BYPASSRLS",
        "owns tables or functions, or acts for their owner",
    )
    return [name for name, holds in zip(names, cursor.fetchone(), strict=True) if holds]

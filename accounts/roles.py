"""The roles as the house ships them. An organisation gets a copy of each when it is founded, and adapts it with four eyes.

What a role may become at most is fixed here: a manager never edits his people's records, an administrator never reads
customers, and what belongs to the duty of system administrator, security administrator or auditor can be given to nobody else.
"""

import json
from dataclasses import dataclass

from accounts import verbs
from accounts.models import Role, User
from accounts.models.roles import REACHES, Reach

NONE, OWN, TEAM, SUBTREE, ORGANIZATION = Reach
DUTIES = (User.Role.ADMINISTRATOR, User.Role.SECURITY, User.Role.AUDITOR)


@dataclass(frozen=True)
class Template:
    """How far a role sees, changes and exports from the house, and how far at most."""

    view: tuple[Reach, Reach]
    edit: tuple[Reach, Reach]
    export: tuple[Reach, Reach]


TEMPLATES = {
    User.Role.REP: Template((OWN, TEAM), (OWN, OWN), (OWN, OWN)),
    User.Role.MANAGER: Template((SUBTREE, ORGANIZATION), (OWN, OWN), (SUBTREE, ORGANIZATION)),
    User.Role.ASSISTANT: Template((TEAM, TEAM), (TEAM, TEAM), (NONE, TEAM)),
    User.Role.SERVICE: Template((ORGANIZATION, ORGANIZATION), (NONE, NONE), (NONE, NONE)),
    User.Role.ADMINISTRATOR: Template((NONE, NONE), (NONE, NONE), (NONE, NONE)),
    User.Role.SECURITY: Template((NONE, NONE), (NONE, NONE), (NONE, NONE)),
    User.Role.AUDITOR: Template((ORGANIZATION, ORGANIZATION), (NONE, NONE), (ORGANIZATION, ORGANIZATION)),
}


def given(code) -> dict:
    """What a role has from the house."""
    template = TEMPLATES[code]
    return {name: getattr(template, name)[0].value for name in Role.SCOPES} | {"verbs": verbs.given_to(code)}


def most(code) -> dict:
    """What an organisation can make of it: {scope: its values in order, "verbs": names}."""
    template = TEMPLATES[code]
    scopes = {name: REACHES[: REACHES.index(getattr(template, name)[1]) + 1] for name in Role.SCOPES}
    return scopes | {"verbs": verbs.possible_for(code)}


def roles_of_organization() -> list[Role]:
    """The roles of the organisation in scope, in the order of the templates."""
    rows = {role.code: role for role in Role.objects.all()}
    return [rows[code] for code in TEMPLATES if code in rows]


# Everybody's role is one of his organisation's: one, so that no two duties meet in one person.
ONE_ROLE = """
    DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'user_has_one_role') THEN
      ALTER TABLE accounts_user ADD CONSTRAINT user_has_one_role FOREIGN KEY (organization_id, role)
        REFERENCES accounts_role (organization_id, code);
    END IF; END $$"""
WALLED = ("accounts_role", "accounts_user", "accounts_organization")


def install(connection):
    """After a migration: the templates of this version, and a copy of each for organisations that have none. Idempotent;
    runs as the owner of the tables, before whom walls and guards stand aside meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_role DISABLE TRIGGER USER")
        for table in WALLED:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        for code in TEMPLATES:
            rights = given(code)
            shipped = [code.value, *(rights[name] for name in Role.SCOPES), rights["verbs"], json.dumps(most(code))]
            cursor.execute("SELECT accounts_ship_role(%s, %s, %s, %s, %s, %s)", shipped)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits would hold the tables
        cursor.execute(ONE_ROLE)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in WALLED:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        cursor.execute("ALTER TABLE accounts_role ENABLE TRIGGER USER")
        cursor.execute("REVOKE ALL ON accounts_permissiontemplate FROM crm_app")
        cursor.execute("GRANT SELECT ON accounts_permissiontemplate TO crm_app")

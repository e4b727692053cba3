"""Roles: what they may do is the organisation's own, within what the house allows, and changes by two people
(R29, R47, R48, R76, R77, R106)."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from accounts import explaining, reaching, roles, tenancy, verbs
from accounts.models import PermissionTemplate, Role, Team, User
from accounts.models.roles import Reach, RoleCode
from approvals.asking import AlreadyAsked, ask
from approvals.role_changes import asked_of_role
from audit.deeds import Refused
from audit.models import Entry
from customers.models import Customer
from tests.approved import approved
from tests.databases import signed_in
from tests.factories import OrganizationFactory, UserFactory, customer_of, pool_customer

DUTIES = {"administrator", "security", "auditor"}


def role_of(code):
    return Role.objects.get(code=code)


def other(role, **changed):
    return asked_of_role(role, role.written | changed)


def refused_by(statement, *values):
    """The name of the constraint that refuses a statement of the application's role, or the SQLSTATE of another refusal."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return refusal.value.__cause__.diag.constraint_name or refusal.value.__cause__.sqlstate


# Templates


SET_RULES = {  # for everybody, or look for whose list was found, or have duplicates looked for: no verb of these shows a customer
    "customers.assignment", "customers.bring_calls", "customers.canary_phones", "customers.ownership", "customers.pools", "customers.probing",
    "customers.sampling", "customers.scan_duplicates", "customers.standard", "customers.tags", "customers.trace",
}  # fmt: skip


def test_an_organisation_begins_with_every_role_as_the_house_ships_it(acme):
    """R77. Applied in one step."""
    shipped = {template.code: template.written for template in PermissionTemplate.objects.all()}
    assert shipped == {code.value: roles.given(code) for code in RoleCode}
    assert {role.code: role.written for role in roles.roles_of_organization()} == shipped


def test_administration_security_and_audit_share_no_verb_and_never_can(acme):
    """R48. Whoever administers does not audit, and whoever audits does not administer; none of them reads for the other."""
    for each in verbs.verbs():
        if each.possible_for & {"auditor"}:
            assert each.name in {"audit.read", "accounts.explain", "accounts.read_people", "approvals.read_rights", "approvals.read_policies",
                                 "customers.read", "customers.take_out", "accounts.break_glass_reviews",
                                 "customers.read_answers", "customers.trace", "customers.verify", "customers.reconcile",
                                 "customers.review_duplicates"}, each.name  # fmt: skip
    assert role_of("auditor").edit == Reach.NONE
    for code in ("administrator", "security"):
        assert (role_of(code).view, role_of(code).edit, role_of(code).export) == ("none", "none", "none")
        reads = {name for name in roles.most(code)["verbs"] if name.startswith(("customers.", "audit."))}
        assert reads <= SET_RULES | {"customers.deny"}  # an owner who administers shuts somebody out, and does not read


def test_a_person_has_exactly_one_role_of_his_organisation(acme, wang):
    """The three duties cannot meet in one person: there is one column, and a foreign key behind it."""
    with pytest.raises(IntegrityError, match="user_has_one_role"), transaction.atomic():
        UserFactory(organization=acme, role="auditor+security")


@pytest.mark.parametrize(
    ("code", "column", "value"),
    [
        ("manager", "edit", "'subtree'"),
        ("administrator", "view", "'own'"),
        ("security", "view", "'organization'"),
        ("auditor", "edit", "'own'"),
        ("rep", "view", "'organization'"),
        ("service", "edit", "'organization'"),
        ("auditor", "verbs", "verbs || '{accounts.rights}'"),
        ("administrator", "verbs", "verbs || '{audit.read}'"),
        ("rep", "verbs", "verbs || '{accounts.people}'"),
        ("rep", "verbs", "verbs || '{never.heard.of}'"),
    ],
)
def test_no_role_becomes_more_than_the_house_allows(code, column, value, acme):
    """R6, R23: by no decision. The guard is of the table, and asks before anybody looks for an approval."""
    assert refused_by(f"UPDATE accounts_role SET {column} = {value} WHERE code = '{code}'") == "duties_stay_apart"


def test_the_application_makes_and_removes_no_roles(acme):
    values = f"({acme.pk}, %s, 'none', 'none', 'none', '{{}}')"
    insert = f"INSERT INTO accounts_role (organization_id, code, view, edit, export, verbs) VALUES {values}"
    assert refused_by(insert, "boss") == "role_keeps_its_name"
    assert refused_by(insert, "rep") == "role_begins_as_template"
    assert refused_by("DELETE FROM accounts_role") == "42501"
    assert refused_by("UPDATE accounts_role SET code = 'auditor' WHERE code = 'rep'") == "role_keeps_its_name"


# A change


def test_a_second_person_gives_a_role_other_rights_exactly_as_asked(acme, wang, zhao, sun):
    """R48, R77: everybody with the role has them at his next request, and the ledger says who asked and who agreed."""
    customer = customer_of(UserFactory(organization=acme, team=wang.team))
    rep = role_of("rep")
    assert not wang.has_perm("customers.view", customer)

    approval = approved("accounts.role", rep, by=zhao, decided_by=sun, **other(rep, view="team"))

    assert User.objects.get(pk=wang.pk).has_perm("customers.view", customer)
    assert set(Customer.objects.visible_to(User.objects.get(pk=wang.pk))) == {customer}
    entry = Entry.objects.get(table_name="accounts_role", action="accounts.adapt_role")
    assert (entry.actor_id, entry.before["view"], entry.after["view"]) == (sun.pk, "own", "team")
    assert approval.requested_by == zhao


def test_nothing_but_what_was_approved_is_written(acme, zhao, sun, wang):
    rep = role_of("rep")
    with pytest.raises(Refused):
        rep.adapt(by=zhao, view="team", edit="own", export="own", verbs=rep.verbs)
    for actor in (zhao, sun, wang):
        with tenancy.scope(acme, user=actor, source="web"):
            assert refused_by("UPDATE accounts_role SET view = 'team' WHERE code = 'rep'") == "role_as_approved"
    approved("accounts.role", rep, by=zhao, decided_by=sun, **other(rep, view="team"))
    assert refused_by("UPDATE accounts_role SET export = 'none' WHERE code = 'rep'") == "role_as_approved"


def test_nobody_decides_what_widens_his_own_rights(acme, zhao, sun, qian):
    """The security administrator gains nothing by her own yes; what narrows her she may agree to."""
    for_security = other(role_of("security"), verbs=[*role_of("security").verbs])
    narrower = for_security | {"verbs": [name for name in for_security["verbs"] if name != "accounts.explain"]}
    approval = ask("accounts.role", role_of("security"), by=zhao, reason="less", **narrower)
    assert approval.live_seats(sun)
    approval.approve(by=sun, seal=approval.seal)

    wider = other(role_of("security"), verbs=for_security["verbs"])
    approval = ask("accounts.role", role_of("security"), by=zhao, reason="more", **wider)
    assert not approval.live_seats(sun)
    assert approval.live_seats(qian)


def test_one_change_of_a_role_waits_at_a_time(acme, zhao, qian, sun):
    rep = role_of("rep")
    ask("accounts.role", rep, by=zhao, reason="see more", **other(rep, view="team"))
    with pytest.raises(AlreadyAsked):
        ask("accounts.role", rep, by=qian, reason="no exports", **other(rep, export="none"))


def test_a_verb_that_was_taken_is_taken_everywhere(acme, wang, zhao, sun, sign_in):
    """R47: on the page, in the deed, in the navigation."""
    rep = role_of("rep")
    without = [name for name in rep.verbs if name != "customers.take_out"]
    approved("accounts.role", rep, by=zhao, decided_by=sun, **other(rep, verbs=without))
    browser = sign_in(User.objects.get(pk=wang.pk))

    assert browser.get("/customers/exports/").status_code == 403
    assert "/customers/exports/" not in browser.get("/customers/").content.decode().replace(
        "/customers/exports/new/", ""
    )


# A new version of the house


def test_a_role_that_was_adapted_takes_what_is_new_and_keeps_what_was_decided(db):
    """Shipped anew without one verb, with another, and seeing further: an adapted role keeps its own sight and its own no."""
    kept, gone, refused, new = "customers.read", "customers.sell", "customers.take_out", "approvals.read_policies"
    with signed_in("crm_owner") as line:
        line.execute("SELECT set_config('app.organization_id', '99999999', true)")
        line.execute("ALTER TABLE accounts_role DISABLE TRIGGER duties_stay_apart, DISABLE TRIGGER role_as_approved")
        line.execute("ALTER TABLE accounts_role NO FORCE ROW LEVEL SECURITY")
        line.execute(
            "INSERT INTO accounts_organization (id, name, language, time_zone, access_log_days, wrapped_key)"
            " VALUES (99999999, 'Old', 'en', 'UTC', 400, '')"
        )
        line.execute("UPDATE accounts_permissiontemplate SET verbs = %s WHERE code = 'rep'", [[gone, kept, refused]])
        adapt = "UPDATE accounts_role SET verbs = %s, export = 'none' WHERE organization_id = 99999999 AND code = 'rep'"
        line.execute(adapt, [[gone, kept]])
        line.execute("SELECT accounts_ship_role('rep', 'team', 'own', 'own', %s, '{}')", [[kept, new, refused]])
        found = "SELECT view, export, verbs FROM accounts_role WHERE organization_id = 99999999 AND code = 'rep'"
        assert line.execute(found).fetchone() == ("team", "none", [new, kept])


# What it reaches, and why


def test_what_a_role_reaches_is_told_before_it_is_given(acme, wang, mei, li, an):
    """As manager of nobody Li would see his own; as auditor everybody's, and change nothing."""
    customer_of(wang), customer_of(li), pool_customer(li)

    def reaches(person, code, team=None):
        rows = reaching.compared(person, reaching.as_if(person, role_of(code), team and team.pk))
        return [(row.now, row.then) for row in rows]

    assert reaches(li, "manager") == [("1", "1"), ("1", "1"), ("1", "1")]
    assert reaches(li, "auditor") == [("1", "2"), ("1", "0"), ("1", "2")]
    assert reaches(li, "administrator") == [("1", "0"), ("1", "0"), ("1", "0")]
    assert reaches(li, "assistant", Team.objects.get(name="East")) == [("1", "2"), ("1", "2"), ("1", "0")]
    assert li.role == "rep"
    assert User.objects.get(pk=li.pk).role == "rep"


@pytest.mark.parametrize(
    ("who", "action", "expected"),
    [
        ("wang", "customers.edit", (True, "Wang owns it.")),
        ("mei", "customers.view", (True, "It is a colleague's, and the role Manager sees customers of: all teams below.")),
        ("mei", "customers.edit", (False, "Only the owner works on it, who keeps the records of his team, and with whom he shares it to be worked on.")),
        ("zhao", "customers.view", (False, "The role Administrator does not carry “Read customers”.")),
        ("li", "customers.view", (False, "The owner is nobody whose customers this role sees, and it is not shared.")),
        ("shen", "customers.claim", (False, "The role Auditor does not carry “Claim customers, bring them in, own them”.")),
    ],
)  # fmt: skip
def test_why_somebody_may_or_may_not_is_explained(who, action, expected, acme, wang, mei, li, zhao, shen):
    customer = customer_of(wang)
    record, sort = explaining.found(f"http://x/customers/{customer.pk}/")
    person = {"wang": wang, "mei": mei, "li": li, "zhao": zhao, "shen": shen}[who]
    answers = dict(zip(sort.acts, explaining.answers(person, record, sort), strict=True))
    assert (answers[action].allowed, answers[action].why) == expected
    assert answers[action].allowed == person.has_perm(action, customer)


def test_an_administrator_has_access_explained_without_seeing_the_customer(acme, wang, zhao, sign_in):
    """R26. The question stands in the ledger; the name of the company is not told."""
    customer = customer_of(wang, "Secretive Pumps Ltd")
    page = sign_in(zhao).get("/people/access/", {"person": wang.pk, "record": customer.pk}).content.decode()
    assert "Wang owns it." in page
    assert "Secretive Pumps" not in page
    assert Entry.objects.filter(action="accounts.explain_access", row_id=str(wang.pk)).count() == 1


def test_another_organisations_record_is_no_record(acme, wang, shen, outsider, sign_in):
    with tenancy.scope(outsider.organization_id, user=outsider, source="test"):
        foreign = customer_of(outsider)
    for record in (foreign.pk, OrganizationFactory().pk, "no number at all"):
        page = sign_in(shen).get("/people/access/", {"person": wang.pk, "record": record})
        assert "No record of your organisation" in page.content.decode()


def test_other_rights_are_asked_for_on_the_page_after_seeing_what_they_reach(acme, wang, li, zhao, sun, sign_in):
    """R77: showing asks nobody; asking changes nothing yet."""
    customer_of(li)
    browser, address = sign_in(zhao), "/people/roles/rep/change/"
    wanted = {
        "view": "team",
        "edit": "own",
        "export": "none",
        "verbs": ["customers.read", "customers.sell"],
        "reason": "",
    }

    shown = browser.post(address, wanted | {"show": "1"}).content.decode()
    assert "May no longer:" in shown
    assert not Role.objects.filter(code="rep", export="none").exists()

    assert browser.post(address, wanted).status_code == 422
    sent = browser.post(address, wanted | {"reason": "exports are Mei's"})
    assert sent.status_code == 302
    assert browser.post(address, wanted | {"view": "organization", "reason": "x"}).status_code == 422
    assert role_of("rep").export == "own"

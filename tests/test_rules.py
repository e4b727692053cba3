"""Who may do what, as a table over everybody: the owner, his manager, her manager, and those it is no business of
(R5, R6, R23, R29, R30, R106)."""

import inspect
from copy import copy, deepcopy
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import rules, second_factors, tenancy
from accounts.models import Invitation, Outbox, RecoveryCode, Role, Session, Team, User
from approvals.absences import announce
from approvals.kinds import kind_named
from approvals.policy_changes import draft
from audit.break_glass import using
from audit.deeds import Refused, allow, deeds_open_to
from audit.models import ReviewTerms
from audit.reviewing import open_review
from customers import calendars, follow_ups
from customers.collisions import opening
from customers.confirmation.asking import ask_for
from customers.denials import deny
from customers.evidence import calls
from customers.models import (
    CalendarFeed,
    CanaryPhone,
    Customer,
    Export,
    Handover,
    Import,
    ProbeTerms,
    RecordStandard,
    Replay,
    SavedView,
    VerificationTerms,
)
from customers.next_steps import plan, today
from customers.profile import addresses, contact_points, tags
from customers.profile.key_accounts import name_key_account
from customers.reconciliation.arriving import bring
from customers.transfers import ask_for_transfer
from tests.approved import lead
from tests.artefacts import mail_for
from tests.databases import catalogue
from tests.departures import handed_over, leaving_soon
from tests.disputes import attempt_of
from tests.factories import OrganizationFactory, TeamFactory, UserFactory, customer_of, founding, pool_customer, shared
from tests.glass import as_signed_in, opened
from tests.merging import asked_to_merge
from tests.neighbours import fitting
from tests.pairs import pair_of
from tests.pools import entry_of
from tests.verifications import differs

SELLERS = {"wang", "mei", "chief", "li"}
ABOVE_WANG = {"mei", "chief"}
ADMINISTRATORS = {"zhao", "qian"}
TAG_MAKERS = ADMINISTRATORS | {"mei", "chief", "foreman"}
IN_CHARGE = ADMINISTRATORS | {"sun"}  # of rights: the security administrator asks for them and decides about them, too
REVIEW_ZHAOS = {"qian", "sun", "shen"}  # the owner, and whose role reviews
SEE_WANGS = {"wang", "an", "fu", "shen"} | ABOVE_WANG
EVERYBODY = SELLERS | IN_CHARGE | {"shen", "an", "fu"}
VERIFIERS = ABOVE_WANG | {"an", "shen"}
NOBODY = set()  # what a decision brings about: its rule asks what was approved, and here nothing was
TABLE = {  # action: (subject, who may)
    "accounts.invite": ("organization", ADMINISTRATORS),
    "accounts.see_people": ("organization", IN_CHARGE),
    "accounts.see_dead_letters": ("organization", ADMINISTRATORS),
    "accounts.create_team": ("organization", ADMINISTRATORS),
    "accounts.change_team": ("team", ADMINISTRATORS),
    "accounts.revoke": ("invitation", ADMINISTRATORS),
    "accounts.retry": ("job", ADMINISTRATORS),
    "accounts.deactivate": ("wang", ADMINISTRATORS),
    "accounts.reactivate": ("wang", ADMINISTRATORS),
    "accounts.let_back_in": ("wang", NOBODY),
    "accounts.invitation": ("invitation", ADMINISTRATORS),
    "accounts.send_invitation": ("invitation", NOBODY),
    "accounts.see_settings": ("organization", ADMINISTRATORS),
    "accounts.describe_organization": ("organization", ADMINISTRATORS),
    "accounts.settings": ("organization", ADMINISTRATORS),
    "accounts.set_rules": ("organization", NOBODY),
    "accounts.position": ("wang", IN_CHARGE),
    "accounts.take_position": ("wang", NOBODY),
    "accounts.tree": ("team", IN_CHARGE),
    "accounts.move_team": ("team", NOBODY),
    "accounts.role": ("role", IN_CHARGE),
    "accounts.explain_access": ("organization", IN_CHARGE | ABOVE_WANG | {"foreman", "shen"}),
    "accounts.adapt_role": ("role", NOBODY),
    "accounts.break_glass": ("organization", IN_CHARGE),
    "accounts.see_break_glass": ("organization", IN_CHARGE | {"shen"}),
    "accounts.view_break_glass": ("glass", REVIEW_ZHAOS | {"zhao"}),
    "accounts.end_break_glass": ("glass", REVIEW_ZHAOS | {"zhao"}),
    "accounts.review_break_glass": ("glass", REVIEW_ZHAOS),
    "accounts.announce_departure": ("wang", ADMINISTRATORS | ABOVE_WANG),
    "accounts.cancel_departure": ("departure", {"qian", "sun"}),  # Zhao announced it
    "accounts.complete_departure": ("departure", {"qian"}),
    "accounts.preferences": ("wang", {"wang"}),
    "accounts.change_password": ("wang", {"wang"}),
    "accounts.add_second_factor": ("wang", {"wang"}),
    "accounts.use_second_factor": ("factor", {"wang"}),
    "accounts.remove_second_factor": ("factor", {"wang"}),
    "accounts.use_recovery_code": ("code", {"wang"}),
    "accounts.reset_second_factor": ("wang", IN_CHARGE),
    "accounts.forget_second_factors": ("wang", NOBODY),
    "accounts.see_person": ("wang", IN_CHARGE),
    "accounts.end_session": ("session", {"wang"} | IN_CHARGE),
    "accounts.sign_in_policy": ("sign_in", IN_CHARGE),
    "accounts.see_sign_in_policy": ("sign_in", IN_CHARGE),
    "accounts.change_sign_in_policy": ("sign_in", NOBODY),
    "approvals.view": ("request", {"wang", "shen"} | ABOVE_WANG),
    "approvals.comment": ("request", {"wang"} | ABOVE_WANG),
    "approvals.open_attachment": ("request", {"wang", "shen"} | ABOVE_WANG),
    "approvals.approve": ("request", {"mei"}),
    "approvals.reject": ("request", {"mei"}),
    "approvals.send_back": ("request", {"mei"}),
    "approvals.add_step": ("request", {"mei"}),
    "approvals.recuse": ("request", {"mei"}),
    "approvals.grant": ("request", NOBODY),
    "approvals.refuse": ("request", NOBODY),
    "approvals.hand_back": ("request", NOBODY),
    "approvals.withdraw": ("request", {"wang"}),
    "approvals.take_back": ("request", {"wang"}),
    "approvals.expire": ("request", NOBODY),
    "approvals.alone": ("request", NOBODY),
    "approvals.void": ("request", NOBODY),
    "approvals.carry_out": ("request", NOBODY),
    "approvals.see_policies": ("organization", IN_CHARGE | ABOVE_WANG | {"foreman", "shen"}),
    "approvals.see_rights": ("organization", IN_CHARGE | {"shen"}),
    "approvals.draft_policy": ("organization", IN_CHARGE),
    "approvals.policy": ("policy", IN_CHARGE),
    "approvals.write_policy": ("policy", IN_CHARGE),
    "approvals.propose_policy": ("policy", IN_CHARGE),
    "approvals.redraft_policy": ("policy", NOBODY),
    "approvals.activate_policy": ("policy", NOBODY),
    "approvals.delegate": ("organization", EVERYBODY),
    "approvals.lapse_delegation": ("absence", NOBODY),
    "approvals.end_delegation": ("absence", {"wang"}),
    "audit.open_review": ("organization", IN_CHARGE),
    "audit.review_terms": ("terms", IN_CHARGE),
    "audit.confirm_access": ("access", {"mei"}),
    "audit.refuse_access": ("access", {"mei"}),
    "audit.lapse_access": ("access", NOBODY),  # before the time is over
    "audit.leave_overdue": ("access", NOBODY),
    "audit.read_ledger": ("organization", {"shen"}),
    "customers.view": ("customer", SEE_WANGS),
    "customers.edit": ("customer", {"wang", "an"}),
    "customers.release": ("customer", {"wang"}),
    "customers.follow_up": ("customer", {"wang", "an"}),
    "customers.correct_follow_up": ("said", {"wang"}),
    "customers.plan_step": ("customer", {"wang", "an"}),
    "customers.finish_step": ("step", {"wang", "an"}),
    "customers.drop_step": ("step", {"wang", "an"}),
    "customers.move_step": ("step", {"wang", "an"}),
    "customers.open_calendar": ("wang", {"wang"}),
    "customers.close_calendar": ("calendar", {"wang"}),
    "customers.bring_evidence": ("follow_up", {"wang", "an"}),
    "customers.renew_mail_address": ("mail_address", {"wang"}),
    "customers.sort_mail": ("mail", {"wang"}),
    "customers.discard_mail": ("mail", {"wang"}),
    "customers.bring_calls": ("organization", ABOVE_WANG | ADMINISTRATORS | {"foreman"}),
    "customers.match_calls": ("calls", {"zhao"}),
    "customers.extension": ("wang", ABOVE_WANG | ADMINISTRATORS),
    "customers.claim_after_lapses": ("customer", NOBODY),
    "customers.ask_customer": ("said", {"wang"}),
    "customers.see_questions": ("organization", {"fu"}),
    "customers.show_confirmation": ("question", {"fu"}),
    "customers.see_answers": ("organization", ABOVE_WANG | {"foreman", "shen"}),
    "customers.add_contact": ("customer", {"wang", "an"}),
    "customers.add_credit_code": ("customer", {"wang", "an"}),
    "customers.identity": ("customer", {"wang"}),
    "customers.rename": ("customer", NOBODY),
    "customers.transfer": ("customer", {"wang"} | ABOVE_WANG),
    "customers.terms": ("customer", {"wang"}),
    "customers.set_terms": ("customer", NOBODY),
    "customers.group": ("customer", {"wang"}),
    "customers.regroup": ("customer", NOBODY),
    "customers.source": ("customer", {"wang"}),
    "customers.correct_source": ("customer", NOBODY),
    "customers.add_address": ("customer", {"wang", "an"}),
    "customers.edit_address": ("address", {"wang", "an"}),
    "customers.end_address": ("address", {"wang", "an"}),
    "customers.edit_contact": ("contact", {"wang", "an"}),
    "customers.contact_left": ("contact", {"wang", "an"}),
    "customers.contact_back": ("contact", {"wang", "an"}),
    "customers.add_contact_point": ("customer", {"wang", "an"}),
    "customers.end_contact_point": ("point", {"wang", "an"}),
    "customers.tag": ("customer", {"wang", "an"}),
    "customers.untag": ("customer", {"wang", "an"}),
    "customers.make_tag": ("organization", TAG_MAKERS),
    "customers.archive_tag": ("tag", TAG_MAKERS),
    "customers.restore_tag": ("tag", TAG_MAKERS),
    "customers.name_key_account": ("customer", ABOVE_WANG),
    "customers.end_key_account": ("key_account", ABOVE_WANG),
    "customers.set_standard": ("standard", ADMINISTRATORS),
    "customers.pass_on": ("customer", NOBODY),
    "customers.share": ("customer", {"wang"} | ABOVE_WANG),
    "customers.lapse_share": ("collaborator", NOBODY),
    "customers.take_back": ("collaborator", {"wang"} | ABOVE_WANG),
    "customers.deny": ("customer", ABOVE_WANG | {"qian"}),
    "customers.lift": ("denial", ABOVE_WANG | {"qian"}),
    "customers.reveal": ("contact", {"wang", "an"}),
    "customers.claim": ("customer", SELLERS),
    "customers.want": ("pooled", SELLERS),
    "customers.renew_entry": ("entry", {"wang"}),
    "customers.withdraw_entry": ("entry", {"wang"}),
    "customers.reveal_draw": ("draw", NOBODY),
    "customers.draw": ("pooled", NOBODY),
    "customers.pool": ("pool", ADMINISTRATORS),
    "customers.set_pool": ("pool", NOBODY),
    "customers.recall": ("customer", ABOVE_WANG),
    "customers.assign": ("customer", ABOVE_WANG),
    "customers.assignment_rules": ("organization", ADMINISTRATORS),
    "customers.choose_merge": ("customer", {"wang"} | ABOVE_WANG),
    "customers.merge": ("merge", {"wang"} | ABOVE_WANG),
    "customers.carry_out_merge": ("merge", ABOVE_WANG),
    "customers.unmerge": ("merge", {"wang"} | ABOVE_WANG),
    "customers.undo_merge": ("merge", ABOVE_WANG),
    "customers.claim_while_leaving": ("customer", NOBODY),
    "customers.claim_as_approved": ("customer", NOBODY),
    "customers.hand_over": ("departure", ADMINISTRATORS | ABOVE_WANG),
    "customers.handover": ("handover", ADMINISTRATORS | ABOVE_WANG),
    "customers.accept_handover": ("item", {"li"}),
    "customers.decline_handover": ("item", {"li"}),
    "customers.lapse_handover": ("item", NOBODY),
    "customers.take_over": ("customer", NOBODY),
    "customers.create": ("organization", SELLERS),
    "customers.start_import": ("organization", SELLERS),
    "customers.export": ("organization", SELLERS | {"shen"}),
    "customers.see_ownership_rules": ("organization", EVERYBODY),
    "customers.replay": ("organization", ADMINISTRATORS),
    "customers.view_replay": ("replay", ADMINISTRATORS | {"shen"}),
    "customers.ownership_rules": ("organization", ADMINISTRATORS),
    "customers.write_ownership_rules": ("organization", NOBODY),
    "customers.probe": ("organization", SELLERS),
    "customers.probe_terms": ("asking", ADMINISTRATORS),
    "customers.trace_list": ("organization", ADMINISTRATORS | {"shen"}),
    "customers.add_canary_phones": ("organization", ADMINISTRATORS),
    "customers.remove_canary_phone": ("number", ADMINISTRATORS),
    "customers.save_view": ("organization", SELLERS | {"an", "fu", "shen"}),
    "customers.change_view": ("view", {"wang"}),
    "customers.remove_view": ("view", {"wang"}),
    "customers.view_export": ("export", {"wang", "shen"}),
    "customers.view_import": ("list", {"wang", "shen"} | ABOVE_WANG),
    "customers.import": ("list", {"wang"}),
    "customers.import_fail": ("list", {"wang"}),
    "customers.import_try": ("list", {"wang"}),
    "customers.import_tried": ("list", {"wang"}),
    "customers.import_confirm": ("list", {"wang"}),
    "customers.import_written": ("list", {"wang"}),
    "customers.import_undo": ("list", {"wang"}),
    "customers.import_undone": ("list", {"wang"}),
    "customers.open_round": ("organization", VERIFIERS | {"foreman"}),
    "customers.view_round": ("round", {"mei", "shen"}),  # Mei opened it, and is in no team
    "customers.verify": ("customer", VERIFIERS),
    "customers.reveal_to_verify": ("contact", VERIFIERS),
    "customers.accept_correction": ("correction", {"wang", "an"}),
    "customers.decline_correction": ("correction", {"wang", "an"}),
    "customers.verification_terms": ("sampling", ADMINISTRATORS),
    "customers.view_duplicate": ("pair", ABOVE_WANG | {"shen"}),
    "customers.contest_claim": ("attempt", {"li"}),
    "customers.open_case": ("customer", ABOVE_WANG | {"shen"}),
    "customers.file_statement": ("case", {"wang", "li"}),
    "customers.log_in_case": ("case", {"li"}),
    "customers.withdraw_case": ("case", {"li"}),
    "customers.appeal_case": ("case", NOBODY),  # nothing is decided yet
    "customers.decide_case": ("case", NOBODY),
    "customers.settle_case": ("case", NOBODY),
    "customers.conclude_case": ("case", NOBODY),
    "customers.open_statements": ("case", NOBODY),
    "customers.close_case": ("case", NOBODY),
    "customers.dismiss_case": ("case", NOBODY),
    "customers.follow_merge": ("case", NOBODY),
    "customers.remind_arbiter": ("case", NOBODY),
    "customers.draw_arbiter": ("drawn", NOBODY),
    "customers.recuse": ("drawn", NOBODY),
    "customers.end_arbiter": ("drawn", NOBODY),
    "customers.tell_apart": ("pair", ABOVE_WANG),
    "customers.confirm_same": ("pair", ABOVE_WANG),
    "customers.reopen_pair": ("pair", ABOVE_WANG),
    "customers.scan_duplicates": ("organization", ABOVE_WANG | ADMINISTRATORS | {"foreman"}),
    "customers.start_reconciliation": ("organization", ABOVE_WANG | {"shen", "foreman"}),
    "customers.view_reconciliation": ("compared", {"mei", "shen"}),
    "customers.reconcile": ("compared", {"mei"}),
    "customers.export_reconciliation": ("compared", {"mei"}),
}
ON_THE_POOL = {
    "customers.assign": ABOVE_WANG,
    "customers.choose_merge": ABOVE_WANG,
    "customers.claim": SELLERS,
    "customers.view": {"shen", "fu"},
    "customers.deny": {"qian"},
    "customers.verify": {"shen"},
}


NAMES = {
    "chief": "manager",
    "mei": "manager",
    "shen": "auditor",
    "zhao": "administrator",
    "sun": "security",
    "fu": "service",
}


@pytest.fixture(scope="module")
def house(django_db_setup, django_db_blocker):
    """Everybody and everything, made once. Each test looks at a copy, and what it writes is rolled back."""
    with django_db_blocker.unblock(), founding(name="Acme") as acme:
        people = _people(acme)
        return people, _subjects(acme, people)


@pytest.fixture
def both(house, db):
    people, subjects = deepcopy(house)
    with tenancy.scope(subjects["organization"], source="test"):
        yield people, subjects


@pytest.fixture
def people(both):
    return both[0]


@pytest.fixture
def subjects(both):
    return both[1]


def _people(acme):
    """Everybody by name. The chief leads the team that East is part of; the foreman is a manager who leads nobody."""

    def person(name, role="rep", **more):
        return UserFactory(name=name.title(), organization=acme, role=role, **more)

    people = {name: person(name, role) for name, role in NAMES.items()}
    everything = TeamFactory(organization=acme, name="All", manager=people["chief"])
    east = TeamFactory(organization=acme, name="East", manager=people["mei"], parent=everything)
    people |= {"wang": person("wang", team=east), "an": person("an", "assistant", team=east)}
    people |= {"li": person("li", team=TeamFactory(organization=acme, name="West"))}
    people |= {"qian": person("qian", "administrator", is_owner=True)}
    people |= {"foreman": person("foreman", "manager", team=east)}
    people |= {"gone": person("gone", "administrator", is_active=False)}
    elsewhere = OrganizationFactory(name="Elsewhere")
    with tenancy.scope(elsewhere, source="test"):
        return people | {"outsider": UserFactory(name="Outsider", organization=elsewhere, role=User.Role.MANAGER)}


def _subjects(acme, people):
    """What belongs to Wang, and what the organisation has."""
    wang = people["wang"]
    customer = customer_of(wang, contact={"name": "Chen", "phone": "+8613800138000"})
    kind = kind_named("customers.export")
    policy = draft(kind, by=people["zhao"], content=kind.policy, effective_from=timezone.now())
    departure = leaving_soon(wang, by=people["zhao"])
    proposed = differs(customer_of(wang, website="x.example"), by=people["mei"], website="y.example")
    review = open_review()
    entry = entry_of(wang)
    came_in = mail_for(wang)
    case = opening.contest(attempt_of(people["li"], customer_of(wang)), by=people["li"], reason="was there first")
    return {
        "entry": entry,
        "merge": asked_to_merge(customer, customer_of(wang), by=wang),
        "draw": entry.draw,
        "pool": entry.pool,
        "terms": ReviewTerms.objects.create(),
        "access": review.items.get(kind="role", person=wang),
        "departure": departure,
        "item": handed_over(departure, by=people["mei"], to=people["li"], decided_by=people["chief"]).items.first(),
        "handover": Handover.objects.get(),
        "organization": acme,
        "wang": wang,
        "team": Team.objects.get(name="East"),
        "role": Role.objects.get(code="rep"),
        "customer": customer,
        "contact": customer.contacts.get(),
        "said": follow_ups.log(customer, by=wang, content="x", occurred_at=timezone.now()),
        "step": plan(customer, by=wang, what="x", due_on=today()),
        "calendar": calendars.renew(wang, by=wang) and CalendarFeed.objects.get(),
        "address": addresses.add(customer, by=wang, kind="office", lines="8 Road"),
        "point": contact_points.add(customer, by=wang, kind="phone", value="+8651266668888"),
        "tag": tags.make("VIP", by=people["mei"]),
        "key_account": name_key_account(customer_of(wang), by=people["mei"], reason="large"),
        "standard": RecordStandard.objects.create(),
        "pooled": pool_customer(wang),
        "question": ask_for(follow_ups.log(customer, by=wang, content="x", occurred_at=timezone.now()), by=wang),
        "follow_up": follow_ups.log(customer, by=wang, content="x", occurred_at=timezone.now()),
        "mail_address": came_in[0],
        "mail": came_in[1],
        "calls": calls.bring("log.csv", b"x", by=people["zhao"]),
        "collaborator": shared(customer_of(wang), by=wang, person=people["fu"]),
        "denial": deny(customer_of(wang), by=people["mei"], person=people["li"], reason="his brother works there"),
        "invitation": Invitation.objects.create(**fitting(Invitation)),
        "factor": second_factors.add(wang, "app", "App", b"x" * 20, counter=1),
        "code": second_factors.new_codes(wang) and RecoveryCode.objects.first(),
        "session": Session.objects.create(person=wang),
        "sign_in": acme.sign_in_policy,
        "job": Outbox.objects.create(**fitting(Outbox)),
        "export": Export.objects.create(**fitting(Export) | {"requested_by": wang}),
        "replay": Replay.objects.create(**fitting(Replay) | {"asked_by": people["zhao"]}),
        "request": ask_for_transfer(customer_of(wang), by=wang, to=people["li"], reason="Li speaks German"),
        "policy": policy,
        "glass": _a_use(people["zhao"]),
        "absence": announce(by=wang, begins_at=timezone.now(), ends_at=timezone.now() + timedelta(days=1)),
        "round": proposed.verification.item.round,
        "correction": proposed,
        "sampling": VerificationTerms.objects.create(),
        "asking": ProbeTerms.objects.create(),
        "compared": bring("erp.csv", b"name", by=people["mei"], system="erp"),
        "number": CanaryPhone.objects.create(**fitting(CanaryPhone)),
        "view": SavedView.objects.create(**fitting(SavedView) | {"owner": wang}),
        "pair": pair_of(customer, customer_of(wang)),
        "attempt": case.attempt,
        "case": case,
        "drawn": case.draws.get(),
        "list": Import.objects.create(**fitting(Import) | {"created_by": wang}),
    }


def _a_use(person):
    glass = using.break_glass(by=person, reason="the pumps stand still", ticket="", minutes=15)
    using.end(glass, by=person)
    return glass


def test_the_table_knows_every_rule():
    assert TABLE.keys() == rules.registered()


@pytest.mark.parametrize("name", sorted(IN_CHARGE))
def test_break_glass_opens_the_reading_of_customers_and_nothing_else(name, people, subjects):
    """R48. Every action on every subject, before and while it is open."""

    def allowed(person):
        return {action for action, (subject, _) in TABLE.items() if person.has_perm(action, subjects[subject])}

    before = allowed(people[name])
    opened(people[name])
    while_open = allowed(as_signed_in(people[name]))
    assert while_open - before == {"customers.view"}
    assert before - while_open == {"accounts.review_break_glass"} & before  # who looks himself reviews nobody


@pytest.mark.parametrize("action", TABLE)
def test_who_may_do_what(action, people, subjects):
    subject, allowed = TABLE[action]
    sellers_too = {"foreman"} if allowed >= SELLERS else set()
    assert {
        name for name, person in people.items() if person.has_perm(action, subjects[subject])
    } == allowed | sellers_too


def test_what_is_nobodys_is_claimed_and_otherwise_left_alone(people, subjects):
    """In the pool there is nothing to edit, release or reveal, and only an auditor reads on."""
    for action in (action for action, (subject, _) in TABLE.items() if subject == "customer"):
        allowed = {name for name, person in people.items() if person.has_perm(action, subjects["pooled"])}
        assert allowed - {"foreman"} == ON_THE_POOL.get(action, set()), action


def test_nobody_keeps_power_over_what_he_left_behind(people, subjects):
    """Everything fits but the organisation: moved to another company, nobody may do anything to the old one's."""
    other = OrganizationFactory()
    for person in map(copy, people.values()):
        person.organization_id = other.pk
        assert not any(person.has_perm(action, subjects[subject]) for action, (subject, _) in TABLE.items())


def test_whoever_was_deactivated_may_nothing_from_that_moment(people, subjects):
    """R85."""
    for person in map(copy, people.values()):
        person.is_active = False
        assert not any(person.has_perm(action, subjects[subject]) for action, (subject, _) in TABLE.items())


def test_without_a_subject_there_is_no_right(people):
    assert not any(person.has_perm(action, None) for person in people.values() for action in TABLE)


def test_what_has_no_rule_is_forbidden(people, subjects):
    for person in people.values():
        assert not person.has_perm("customers.unheard_of", subjects["customer"])
        with pytest.raises(Refused):
            allow(person, "customers.unheard_of", subjects["customer"])


def test_nobody_is_above_the_rules():
    """R48. There is no column that would let somebody past all of them."""
    assert not {"is_superuser", "is_staff", "groups", "user_permissions"} & {
        field.name for field in User._meta.get_fields()
    }


def test_an_action_has_one_rule_and_keeps_it():
    with pytest.raises(ValueError, match="already has a rule"):
        rules.rule("customers.edit")(lambda user, customer: True)


def test_a_manager_who_loses_the_team_loses_the_sight(people, subjects):
    """R85. Rights follow the tree of teams, not memories."""
    mei = people["mei"]
    lead(subjects["team"], people["foreman"], by=people["zhao"], decided_by=people["sun"])
    assert not User.objects.get(pk=mei.pk).has_perm("customers.view", subjects["customer"])
    assert User.objects.get(pk=people["foreman"].pk).has_perm("customers.view", subjects["customer"])


# Deeds ask


DEEDS = [
    (model, name) for model in apps.get_models() for name, method in vars(model).items() if hasattr(method, "action")
]


@pytest.mark.parametrize(("model", "name"), DEEDS, ids=[f"{model.__name__}.{name}" for model, name in DEEDS])
def test_every_deed_is_refused_to_everybody_else_and_changes_nothing(model, name, people, subjects):
    method = getattr(model, name)
    subject, allowed = TABLE[method.action]
    row = subjects[subject]
    needed = [
        p.name
        for p in inspect.signature(method).parameters.values()
        if p.kind is p.KEYWORD_ONLY and p.default is p.empty
    ]
    before = catalogue(f'SELECT t::text FROM "{model._meta.db_table}" t ORDER BY 1')
    for person in (person for who, person in people.items() if who not in allowed | {"foreman"}):
        with tenancy.scope(subjects["organization"], user=person, source="web"), pytest.raises(PermissionDenied):
            getattr(row, name)(by=person, **{each: "x" for each in needed if each != "by"})
    assert catalogue(f'SELECT t::text FROM "{model._meta.db_table}" t ORDER BY 1') == before


def test_a_page_offers_what_can_be_done_and_nothing_else(people, subjects):
    """A button never lies: to its owner a customer, to everybody else nothing but the contest."""
    customer = subjects["customer"]
    assert deeds_open_to(people["wang"], customer) == {"claim", "edit", "release"}
    assert deeds_open_to(people["mei"], customer) == deeds_open_to(people["li"], customer) == {"claim"}
    assert deeds_open_to(people["an"], customer) == {"edit"}
    for name in ("shen", "zhao", "sun", "fu", "gone", "outsider"):
        assert deeds_open_to(people[name], customer) == set()
    assert deeds_open_to(people["mei"], subjects["denial"]) == {"lift"}
    assert deeds_open_to(people["wang"], subjects["list"]) == {"offer", "fail"}


# Who sees what


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("wang", {"Wang's"}),
        ("mei", {"Wang's", "Mei's"}),
        ("chief", {"Wang's"}),
        ("li", {"Li's"}),
        ("foreman", set()),
        ("shen", {"Wang's", "Mei's", "Li's", "Nobody's"}),
        ("an", {"Wang's"}),
        ("fu", {"Wang's", "Mei's", "Li's", "Nobody's"}),
        ("zhao", set()),
        ("sun", set()),
    ],
)
def test_everybody_sees_his_own_and_what_he_answers_for(who, seen, people):
    """R5, R6, R30: the list and the single page agree."""
    for name in ("wang", "mei", "li"):
        customer_of(people[name], f"{name.title()}'s")
    pool_customer(people["li"], "Nobody's")
    person = people[who]
    of_this_test = Customer.objects.filter(name__endswith="'s")
    visible = set(of_this_test.visible_to(person).values_list("name", flat=True))
    allowed = {customer.name for customer in of_this_test if person.has_perm("customers.view", customer)}
    assert visible == allowed == seen

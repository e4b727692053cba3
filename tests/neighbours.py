"""Organisations that have at least one row in every table, so that a wall with a hole has something to show."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils import timezone

from accounts import second_factors, tenancy
from accounts.models import Organization, StoredFile, User
from accounts.walls import is_history, walled_models
from approvals.absences import announce
from approvals.administration import asked_of_position
from approvals.asking import ask
from approvals.kinds import kind_named
from approvals.models import Comment, Opening
from approvals.policy_changes import draft
from audit.break_glass import using
from audit.reviewing import open_review
from customers import calendars, follow_ups
from customers.assignment import by_rules
from customers.collisions import deciding, opening
from customers.confirmation import answering, asking
from customers.denials import deny
from customers.duplicates.scoring import Judgement
from customers.evidence import calls
from customers.models import AssignmentRule, CollisionCase, ConflictProbe, ContestedClaim, DuplicatePair, Extension
from customers.models.duplicates import Found
from customers.next_steps import plan, today
from customers.profile import addresses, contact_points, tags
from customers.profile.key_accounts import name_key_account
from customers.verification import sampling
from tests.approved import approved
from tests.artefacts import mail_for, shown
from tests.departures import handed_over, leaving_soon
from tests.factories import TeamFactory, UserFactory, customer_of, founding, pool_customer, shared
from tests.merging import asked_to_merge
from tests.pools import cut, entry_of
from tests.verifications import compared, verified

PHONE, EMAIL = "+8613800138000", "chen@hengchuan.example"
FILLERS = {
    models.CharField: "x",
    models.TextField: "x",
    models.IntegerField: 1,
    models.BinaryField: b"x",
    models.DurationField: timedelta(days=1),
    models.BooleanField: False,
    models.DateTimeField: timezone.now(),
    models.JSONField: {},
}


@dataclass
class Neighbour:
    """An organisation and one row of it in every table."""

    organization: Organization
    rows: dict

    @property
    def pk(self):
        return self.organization.pk


def settle(name) -> Neighbour:
    """Through the product's doors where there are some, and for the other tables any row that fits."""
    with founding(name=name) as organization:
        _work(organization)
        return Neighbour(organization, {model: _one_row(model) for model in every_model()})


def every_model():
    """Each table that belongs to an organisation, the organisation itself included."""
    return [Organization, *sorted(walled_models(), key=lambda model: model._meta.db_table)]


def _work(organization):
    wang, li = UserFactory(name="Wang", organization=organization), UserFactory(name="Li", organization=organization)
    contact = {"name": "Chen", "phone": PHONE, "email": EMAIL}
    customer = customer_of(wang, contact=contact, website="https://hengchuan.example")
    papers = [SimpleUploadedFile("plan.txt", b"pumps")]
    follow_ups.log(customer, by=wang, content="Called about the pumps.", occurred_at=timezone.now(), files=papers)
    plan(customer, by=wang, what="Send the offer", due_on=today())
    calendars.renew(wang, by=wang)
    entry = follow_ups.log(customer, by=wang, content="Called about the pumps.", occurred_at=timezone.now())
    mei = UserFactory(name="Mei", organization=organization, role=User.Role.MANAGER)
    _evidence(entry, wang, mei)
    _confirmation(entry, wang)
    customer.claim(by=li)
    _record(customer, wang, mei)
    _case(customer_of(wang), li)
    pool_customer(wang)
    asked_to_merge(customer_of(wang), customer_of(wang), by=wang)
    AssignmentRule.objects.create(name="Optics", place=1, people=[li.pk], conditions={"industry": ["Optics"]})
    by_rules.assign_all([pool_customer(wang, industry="Optics").pk])
    customer_of(li)
    shared(customer, by=wang, person=li)
    _approvals(wang, li)
    owner = UserFactory(name="Qiu", organization=organization, role=User.Role.ADMINISTRATOR, is_owner=True)
    deny(customer_of(wang), by=owner, person=li, reason="his brother works there")
    cut("East", people=[wang], region=["Suzhou"])
    entry_of(wang)
    second_factors.add(wang, "app", "App", b"x" * 20, counter=1)
    second_factors.new_codes(wang)


def _record(customer, wang, mei):
    """What stands in a record, one of each; the key account is of a rep in a team of its manager."""
    addresses.add(customer, by=wang, kind="office", lines="8 Road")
    contact_points.add(customer, by=wang, kind="phone", value=PHONE)
    tags.put(customer, tags.make("VIP", by=mei), by=wang)
    rep = UserFactory(name="Rep", organization=wang.organization, team=TeamFactory(name="Led", manager=mei))
    other = customer_of(wang, "Zhuoran Mirrorworks Ltd")
    DuplicatePair.objects.keep([Found(customer.pk, other.pk, Judgement(0.5, "review", ()))], found_by="hand")
    with tenancy.inside(wang.organization_id, user=wang):
        ConflictProbe.objects.create(person=wang, way="page", answer="free", called="Hengchuan", digest=b"", sealed="")
    with tenancy.inside(wang.organization_id, user=mei):
        name_key_account(customer_of(rep), by=mei, reason="large")


def _case(customer, li):
    """Contested, heard and decided; another one waits for its statements."""
    for each in (customer, customer_of(customer.owner)):
        each.claim(by=li)
        attempt = ContestedClaim.objects.get(customer=each, claimant=li)
        opening.contest(attempt, by=li, reason="was there first")
    cases = CollisionCase.objects.select_related("customer", "party_a", "party_b", "arbiter")
    for person in (customer.owner, li):
        deciding.file_statement(cases.get(customer=customer), by=person, words="was there first")
    said = {"reason": "first", "outcome": "a", "share_a": 80, "share_b": 20, "words": "A was first."}
    case = cases.get(customer=customer)
    deciding.decide(case, by=case.arbiter, **said)


def _evidence(entry, wang, mei):
    """What shows the contact, a mail to be sorted, a call log and whose extension it names."""
    shown(entry, wang)
    mail_for(wang)
    calls.bring("log.csv", b"x", by=mei)
    Extension.objects.create(number="801", person=wang)


def _confirmation(entry, wang):
    """A day that is committed to, a question to the customer, and what he answered."""
    asking.commit()
    question = asking.ask_for(entry, by=wang)
    answering.answer(question.token, met=True, others=True, said="Li was here, too.")


def _departure(li, wang, zhao, qian):
    """Somebody who leaves next week, and who comes after him."""
    handed_over(leaving_soon(li, by=zhao), by=zhao, to=wang, decided_by=qian)


def _verification(wang, zhao):
    """A customer that was compared: one field agrees, one differs; a list beside it; a sample."""
    shen = User.objects.get(role=User.Role.AUDITOR)
    verified(customer_of(wang, website="x.example"), by=shen, name="agrees", website=("differs", "y.example"))
    compared("name\nHengchuan Ltd\n", by=shen)
    sampling.commit()


def _approvals(wang, li):
    """A request that waits, and one with everything that may stand beside it: its tables refuse rows that nobody asked for."""
    zhao, qian = (
        UserFactory(name=name, organization=wang.organization, role=User.Role.ADMINISTRATOR)
        for name in ("Zhao", "Qian")
    )
    ask("accounts.position", qian, by=zhao, reason="less to do", **asked_of_position(qian, role="rep", team=None))
    asked = asked_of_position(wang, role=wang.role, team=TeamFactory(name="East"))
    files = [StoredFile.keep("plan.txt", b"East", by=zhao)]
    approval = approved("accounts.position", wang, by=zhao, decided_by=qian, files=files, **asked)
    Comment.objects.create(approval=approval, author=qian, text="as agreed")
    Opening.objects.create(approval=approval, attachment=approval.attachments.get(), person=qian)
    kind = kind_named("customers.transfer")
    draft(kind, by=zhao, content=kind.policy, effective_from=timezone.now())
    UserFactory(name="Shen", organization=wang.organization, role=User.Role.AUDITOR)
    using.end(using.break_glass(by=zhao, reason="pumps stand still", ticket="", minutes=15), by=zhao)
    _departure(li, wang, zhao, qian)
    open_review(by=zhao)
    _verification(wang, zhao)
    announce(by=qian, delegate=zhao, begins_at=timezone.now(), ends_at=timezone.now() + timedelta(days=7))


def _one_row(model):
    there = model._base_manager.defer(None).first()
    if there is None and not is_history(model):
        there = model._base_manager.create(**fitting(model))
    assert there is not None, f"{model._meta.label} has no row: nothing would be proven about it"
    return there


def fitting(model):
    """Values for the fields that must have one."""
    fields = [field for field in model._meta.local_concrete_fields if _must_have(field)]
    return {field.name: _value(field) for field in fields}


def _must_have(field):
    optional = field.null or field.has_default() or field.has_db_default() or field.blank
    return not optional and field.name != "organization"


def _value(field):
    if isinstance(field, models.ForeignKey):
        return _one_row(field.related_model)
    if field.choices:
        return field.choices[0][0]
    return next(value for kind, value in FILLERS.items() if isinstance(field, kind))

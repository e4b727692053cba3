"""A committed organisation with everybody in it, and time that passes over its requests."""

from contextlib import contextmanager
from dataclasses import dataclass

from accounts import tenancy
from accounts.models import Organization, User
from approvals.administration import asked_of_position
from approvals.asking import ask
from tests.databases import superuser
from tests.factories import TeamFactory, UserFactory, founding


@dataclass
class House:
    organization: Organization

    def __getattr__(self, name) -> User:
        return User.objects.select_related("organization", "team", "rights").get(name=name.title())

    @contextmanager
    def of(self, person=None):
        with tenancy.scope(self.organization, user=person, source="test"):
            yield


def settle(*, without=(), leads="Mei", also_in_the_east="") -> House:
    """Zhao and Qian (the owner) administer, Sun is responsible for security, Shen audits; Mei leads Wang in the East."""
    roles = {"Zhao": "administrator", "Qian": "administrator", "Sun": "security", "Shen": "auditor", "Mei": "manager"}
    with founding(name="House") as organization:
        for name, role in roles.items():
            if name not in (*without, also_in_the_east):
                UserFactory(name=name, organization=organization, role=role, is_owner=name == "Qian")
        east = TeamFactory(name="East", manager=User.objects.get(name=leads))
        UserFactory(name="Wang", organization=organization, team=east)
        UserFactory(name="Li", organization=organization)
        if also_in_the_east:
            UserFactory(name=also_in_the_east, organization=organization, role=roles[also_in_the_east], team=east)
    return House(organization)


def ask_for(person, role, *, by, reason="as agreed"):
    asked = asked_of_position(person, role=role, team=person.team)
    return ask("accounts.position", person, by=by, reason=reason, **asked)


def hours_pass(house, hours):
    """Over everything that was asked, decided and accepted there: past the triggers, as only time itself can."""
    columns = {
        "approvals_approval": ("opened_at", "decided_at", "carried_out_at"),
        "approvals_approvalstep": ("opened_at", "due_at"),
        "approvals_approver": ("due_at",),
        "accounts_invitation": ("invited_at", "accepted_at"),
        "accounts_user": ("deactivated_at",),
    }
    with superuser() as line:
        line.execute("SET session_replication_role = replica")
        for table, names in columns.items():
            set_ = ", ".join(f"{name} = {name} - make_interval(hours => {hours})" for name in names)
            line.execute(f"UPDATE {table} SET {set_} WHERE organization_id = %s", [house.organization.pk])
        line.commit()

"""Rounds, verifications and compared lists for tests; through the product's own doors."""

from dataclasses import dataclass

from accounts import tenancy
from accounts.models import Organization, Outbox, User
from accounts.outbox import perform
from customers.importing.mapping import guess
from customers.models import Customer, Reconciliation
from customers.reconciliation.arriving import bring
from customers.reconciliation.comparing import compare_rows  # noqa: F401 - registers the job
from customers.verification.rounds import open_round
from customers.verification.verifying import Answer, verify
from tests.databases import signed_in
from tests.factories import TeamFactory, UserFactory, customer_of, founding, pool_customer

AGREES, DIFFERS, UNVERIFIABLE = "agrees", "differs", "unverifiable"


def item_of(customer, *, by, title="as the register has it"):
    """The customer alone in a round of its own."""
    opened = open_round(title, Customer.objects.filter(pk=customer.pk), by=by)
    return opened.items.select_related("customer__organization", "customer__owner").get()


def verified(customer, *, by, source="register", reference="extract 4711", **answers):
    """Verifications of these fields: `name="agrees"`, or what the source says otherwise: `website=("differs", "x.example")`."""
    found = {field: Answer(*([answer] if isinstance(answer, str) else answer)) for field, answer in answers.items()}
    item = item_of(customer, by=by)
    return {each.field: each for each in verify(item, found, by=by, source=source, reference=reference)}


def differs(customer, *, by, **said):
    """A difference of one field, and the proposal that came of it."""
    field, text = next(iter(said.items()))
    found = verified(customer, by=by, **{field: (DIFFERS, text)})[field]
    return customer.corrections.select_related("verification__contact", "customer__organization").get(
        verification=found
    )


def compared(text, *, by, name="erp.csv", system="erp") -> Reconciliation:
    """A list that was read and compared to the end."""
    batch = bring(name, text.encode(), by=by, system=system)
    work_off()
    batch = Reconciliation.objects.get(pk=batch.pk)
    batch.compare(by=by, mapping=guess(batch.headers))
    work_off()
    return Reconciliation.objects.select_related("file", "organization", "created_by").get(pk=batch.pk)


def work_off():
    """Every job that waits, one after the other, as a worker does them; a draw has its time."""
    waiting_for_nothing = Outbox.objects.filter(done_at=None, task__startswith="customers.").exclude(
        task="customers.open_draw"
    )
    while waiting := waiting_for_nothing.order_by("pk").first():
        perform(waiting.pk, tenancy.organization_id())


def earlier(row, column, *, by):
    """A committed row that was written some time ago: its time is the database's, so the owner of the tables puts it back."""
    table = row._meta.db_table
    with signed_in("crm_owner") as line:
        line.execute("SELECT set_config('app.organization_id', %s, true)", [str(row.organization_id)])
        line.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        line.execute(f"UPDATE {table} SET {column} = {column} - %s WHERE id = %s", [by, row.pk])
        line.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        line.commit()


def again(row):
    """As it stands in the database now; a row with a state machine cannot be refreshed."""
    return type(row).objects.get(pk=row.pk)


@dataclass
class House:
    """A committed organisation with people and customers: what the owner of the tables puts back he must see."""

    organization: Organization
    wang: User
    li: User
    mei: User
    shen: User
    zhao: User
    customers: list

    def inside(self, user=None):
        return tenancy.scope(self.organization, user=user, source="test")


def settle(customers=12) -> House:
    with founding(name="Chance") as organization:
        mei = UserFactory(name="Mei", organization=organization, role=User.Role.MANAGER)
        east = TeamFactory(organization=organization, name="East", manager=mei)
        wang = UserFactory(name="Wang", organization=organization, team=east)
        li = UserFactory(name="Li", organization=organization, team=TeamFactory(organization=organization, name="West"))
        shen = UserFactory(name="Shen", organization=organization, role=User.Role.AUDITOR)
        zhao = UserFactory(name="Zhao", organization=organization, role=User.Role.ADMINISTRATOR, is_owner=True)
        owned = [customer_of((wang, li, mei)[number % 3]) for number in range(customers)]
        pool_customer(wang)
        return House(organization, wang, li, mei, shen, zhao, owned)

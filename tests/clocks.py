"""Time that passes over customers in a test: past the triggers, as only time itself can. What it moves has to be committed."""

from tests.databases import superuser
from tests.factories import CALM

CLAIM = ("claimed_at", "protected_until", "chain_began_at", "base_until", "held_until", "confirmed_at", "released_at",
         "opportunity_at", "won_at")  # fmt: skip
TIMES = {
    "customers_claim": CLAIM,
    "customers_customer": ("protected_until", "pooled_at", "available_at", "last_contact_at", "created_at"),
    "customers_followup": ("occurred_at", "recorded_at"),
    "customers_evidence": ("happened_at", "gathered_at"),
    "customers_draw": ("opens_at", "prepared_at", "revealed_at"),
    "customers_drawentry": ("entered_at", "withdrawn_at", "settled_at"),
    "customers_contestedclaim": ("attempted_at",),
    "customers_collisioncase": (
        "opened_at",
        "statements_until",
        "statements_opened_at",
        "arbiter_until",
        "reminded_at",
        "decided_at",
        "appeal_until",
        "appealed_at",
        "closed_at",
    ),
    "customers_sealedstatement": ("filed_at", "opened_at"),
    "customers_arbiterdraw": ("committed_at", "drawn_at", "until", "ended_at"),
    "customers_verdict": ("decided_at",),
    "customers_ownershiprules": ("effective_from", "written_at"),
}


def time_passes(organization, **span):
    """Everything there happened so much earlier: `time_passes(acme, days=3)`."""
    length = ", ".join(f"{unit} => {number}" for unit, number in span.items())
    with superuser() as line:
        line.execute("SET session_replication_role = replica")
        for table, columns in TIMES.items():
            moved = ", ".join(f"{name} = {name} - make_interval({length})" for name in columns)
            line.execute(f"UPDATE {table} SET {moved} WHERE organization_id = %s", [organization.pk])
        line.commit()


def other_rules(organization, **changed):
    """Ownership rules from now on for an organisation that is founded already: past the second person, who is not at hand."""
    values = CALM | changed
    with superuser() as line:
        line.execute("SET session_replication_role = replica")
        line.execute(
            f"INSERT INTO customers_ownershiprules (organization_id, number, {', '.join(values)})"
            f" SELECT %s, 1 + max(number), {', '.join(['%s'] * len(values))} FROM customers_ownershiprules WHERE organization_id = %s",
            [organization.pk, *values.values(), organization.pk],
        )
        line.commit()


def lapsed(claim):
    """A claim that was released counts as one that lapsed."""
    with superuser() as line:
        line.execute("SET session_replication_role = replica")
        line.execute("UPDATE customers_claim SET ended_as = 'lapsed' WHERE id = %s", [claim.pk])
        line.commit()

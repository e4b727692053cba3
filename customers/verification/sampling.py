"""The random sample: committed before its period, drawn when that is over, and checked by whoever likes."""

import hashlib
import secrets
from datetime import timedelta

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts import tenancy
from accounts.models import Organization, User
from accounts.notices import sentences, tell
from accounts.schedules import every
from audit.deeds import stamped
from customers.models import Sample, VerificationItem, VerificationRound, VerificationTerms

sentences({"customers.sample_drawn": gettext_lazy("Chance has picked %(number)s customers to be verified.")})
PLACE = "sample"


@every("customers.sample", timedelta(hours=6))
def keep_sampling():
    """Commit what is not committed; draw what is due, and commit the next in the same moment: there is always one."""
    sample = Sample.objects.sealed().select_for_update(of=("self",)).first()
    if sample is not None and sample.draws_at > tenancy.now():
        return
    if sample is not None:
        draw(sample)
    commit()


@transaction.atomic
def commit() -> Sample:
    """A seed that nobody has seen: sealed at once, and its hash in the ledger."""
    terms, seed = VerificationTerms.of_organization(), secrets.token_bytes(32)
    with stamped("customers.commit_sample"):
        return Sample.objects.create(
            commitment=hashlib.sha256(seed).hexdigest(), sealed=_organization().seal(PLACE, seed.hex()),
            size=terms.sample_size, period_days=terms.period_days,
        )  # fmt: skip


@transaction.atomic
def draw(sample) -> VerificationRound:
    """Reveal the seed; the database counts what it picks. The round is nobody's."""
    organization = _organization()
    with stamped("customers.draw_sample"):
        sample.seed = organization.unseal(PLACE, sample.sealed)
        sample.save(update_fields=["seed"])
        sample = Sample.objects.get(pk=sample.pk)
        with override(organization.language):
            title = _("Random sample of %(date)s") % {"date": f"{sample.draws_at:%Y-%m-%d}"}
        drawn = VerificationRound.objects.create(title=title, sample=sample)
        VerificationItem.objects.bulk_create(VerificationItem(round=drawn, customer_id=pk) for pk in picked_by(sample))
    tell_verifiers(drawn)
    return drawn


def _organization():
    return Organization.objects.get()


def picked_by(sample) -> list:
    """Ids of the customers that a revealed sample has picked, smallest number first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT each FROM customers_sample_candidates(%s, %s) AS each"
            " WHERE customers_sample_number(%s, each) <= %s ORDER BY customers_sample_number(%s, each)",
            [tenancy.organization_id(), sample.draws_at, sample.seed, sample.cutoff, sample.seed],
        )
        return [pk for (pk,) in cursor.fetchall()]


def tell_verifiers(drawn):
    """Auditors, and managers of whose people something was picked."""
    owners = {item.customer.owner_id for item in drawn.items.select_related("customer")} - {None}
    able = User.objects.active().filter(rights__verbs__contains=["customers.verify"]).select_related("rights")
    concerned = [each for each in able if each.is_auditor or owners & each.people_below]
    url = reverse("customers:verification_round", args=[drawn.pk])
    tell(
        concerned, "customers.sample_drawn", url=url, key=f"{drawn.pk} drawn", at_once=False, number=drawn.items.count()
    )

"""Who has to approve a list that leaves: nobody while it is small, a second person as soon as somebody's lists add up."""

from bisect import bisect_left

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.outbox import enqueue
from approvals import asking, policies
from approvals.kinds import MANAGER, Kind, Measure, Rolling, a_second_person, register
from customers.import_forms import ExportForm
from customers.models import Export


@register
class ExportKind(Kind):
    """A list that leaves. Lists of the last days count together, so that asking in parts does not help."""

    name = "customers.export"
    label = gettext_lazy("Export")
    subject = "customers.Export"
    measures = {"rows": Measure(gettext_lazy("rows"))}
    rolling = Rolling("rows", 30, gettext_lazy("rows within 30 days"))
    policy = a_second_person(MANAGER, above={"measure": "rows_30_days", "is": ">", "limit": "500"}) | {
        "highest": True, "bulk": True,
    }  # fmt: skip

    def measure(self, subject, asked):
        return {"rows": asked["rows"]}

    def group(self, subject, asked):
        return str(subject.requested_by_id)

    def title(self, approval):
        return _("Export %(rows)s customers: %(purpose)s") % {
            "rows": number_format(approval.asked["rows"], force_grouping=True), "purpose": approval.asked["purpose"],
        }  # fmt: skip

    def lines(self, approval):
        asked = approval.asked
        chosen = [f"{name}: {value}" for name, value in sorted(asked["filters"].items())]
        return [
            (_("Purpose"), None, asked["purpose"]),
            (_("Rows at most"), None, number_format(asked["rows"], force_grouping=True)),
            (_("Which"), None, ", ".join(chosen)),
            (_("Format"), None, str(Export.Format(asked["format"]).label)),
        ]

    def url(self, approval):
        return reverse("customers:exports")

    def take_effect(self, approval, *, by):
        export = Export.objects.select_related("requested_by").get(pk=approval.subject_id)
        enqueue(
            "customers.make_export",
            dedupe_key=str(export.pk),
            queue="bulk",
            user=export.requested_by,
            export=str(export.pk),
        )


def rows_without_asking(by) -> int:
    """How many rows this person may take now before a second person is asked; -1 when he is asked about every list.

    The policy in force is asked, with what was taken before: found by halving, since more rows never need fewer people.
    """
    kind, subject = ExportKind(), Export(requested_by=by)
    terms = asking.terms_of(kind)["terms"]
    taken = asking.before(kind, kind.group(subject, {}), subject)

    def needs_somebody(rows):
        return bool(policies.wanted(terms, {"rows": rows, kind.rolling.name: taken + rows}))

    return bisect_left(range(ExportForm.MOST + 1), True, key=needs_somebody) - 1

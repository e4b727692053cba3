"""The lists of customers: which there are for whom, in what order, filtered how."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import django_filters
from django.db.models import Count, F, FilteredRelation, Max, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import tenancy
from accounts.models import Organization, User
from accounts.models.roles import Reach
from accounts.paging import Keyset, merged_fetcher, moment, number
from customers import countries
from customers.models import Customer, OwnershipRules, Tag
from customers.profile.tags import folded
from customers.search import matching
from customers.verification.standing import due

BY_ARRIVAL = Keyset(pooled_at=moment, id=UUID, descending=True)
# What a row says of a company; a model instance with all its columns costs as much as its row of the page.
ABOUT_A_COMPANY = (
    "name",
    "other_name",
    "short_name",
    "country",
    "region",
    "industry",
    "needs_review",
    "owner_id",
    "is_held",
    "in_dispute",
)
NEWEST_ENTRY = Keyset(id=number, descending=True)
PLACES = {"owner": "owner_id", "protected_until": "protected_until", "pooled_at": "pooled_at", "id": "customer"}


class CustomerFilter(django_filters.FilterSet):
    """What the URL says about a list."""

    stored: Collection[str] = ()  # names that a saved view brings along, unless the URL says that they are empty
    in_order_of = "protected_until"
    places: Mapping[str, str] = {}  # where else what says the place in the list stands, in the order of the list

    q = django_filters.CharFilter(method="named", label=_("Name"))
    country = django_filters.CharFilter(label=_("Country or region"), method="in_country")
    industry = django_filters.CharFilter(label=_("Industry"))
    region = django_filters.CharFilter(label=_("Province or city"))
    size = django_filters.CharFilter(label=_("Size"))
    tier = django_filters.CharFilter(label=_("Tier"))
    tag = django_filters.CharFilter(label=_("Tag"), method="tagged")
    record = django_filters.CharFilter(label=_("Record"), method="with_gaps")
    due = django_filters.CharFilter(label=_("Verification"), method="due_for_verification")

    CHOICES = {
        "size": Customer.Size.choices,
        "tier": Customer.Tier.choices,
        "record": [("incomplete", _("incomplete"))],
        "due": [("due", _("due"))],
    }

    class Meta:
        model = Customer
        fields = ["q", "country", "industry", "region", "size", "tier", "tag", "record", "due"]

    def named(self, customers, name, value):
        return matching(customers, value[:100])

    def in_country(self, customers, name, value):
        return customers.filter(country=countries.code_of(value) or "--")

    def tagged(self, customers, name, value):
        """Looked up by what makes two writings of a tag one; a word that is no tag finds nothing. Who carries it is read in the
        order of the list by the tag's own rows, which know it: however rare the tag, a page costs a page."""
        tag = Tag.objects.filter(folded=folded(value[:40])).values_list("pk", flat=True).first()
        self.places = {name: f"worn_{place}" for name, place in PLACES.items()}
        worn = {f"worn_{place}": F(f"worn__{place}") for place in PLACES.values()}  # one join, whatever is asked of it
        found = customers.alias(worn=FilteredRelation("tags", condition=Q(tags__tag=tag))).alias(**worn)
        return found.filter(**{f"worn_{self.in_order_of}__isnull": False})  # as its index has it, or it is not used

    def with_gaps(self, customers, name, value):
        return customers.filter(completeness__lt=100)

    def due_for_verification(self, customers, name, value):
        return due(customers, Organization.objects.get())

    @property
    def is_narrowed(self):
        return any(self.data.get(name) for name in self.filters)

    @property
    def offered(self):
        """(name, label, value, its choices if it has some) of each filter but the name, which has a field of its own."""
        return [
            (name, field.label, self.data.get(name, ""), self.CHOICES.get(name))
            for name, field in self.filters.items()
            if name != "q"
        ]

    @property
    def chosen(self):
        """(name, label, value, query string without it) of each filter that is set, for the chips."""
        for name, label, value, choices in self.offered:
            if value:
                shown = dict(choices).get(value, value) if choices else value
                without = {key: self.data[key] for key in self.data if key not in (name, "after", "before")}
                without |= {name: ""} if name in self.stored else {}
                yield name, label, countries.name_of(value) if name == "country" else shown, urlencode(without)


def views_for(user) -> dict:
    """The saved views of a role, as far as it sees: {name: label}."""
    further = {
        Reach.ORGANIZATION: {"all": _("All customers")},
        Reach.SUBTREE: {"team": _("My team")},
        Reach.TEAM: {"team": _("My team")},
    }
    return further.get(user.scope_of("view"), {}) | ({"mine": _("My customers")} if user.sells else {})


def views_shown_to(user) -> dict:
    """What his role sees, and what colleagues share with him: that is looked at, and leaves by no export. Who sees
    everybody's customers finds it among them. Whether there is any is not asked: it would cost each list a query."""
    return views_for(user) | ({"shared": _("Shared with me")} if user.reach("view") is not None else {})


def rows_of(view, user, way="view") -> QuerySet:
    if view == "shared":
        return Customer.objects.shared_with(user).owned()
    within = Customer.objects.open_to(user).within(user.reach(way)).owned()
    return within.filter(owner=user) if view == "mine" else within


def fetcher(view, user, filters, fields=("last_contact_at",)):
    """How a page of this view is read, with these further columns: for several people the first rows of each, merged."""
    people, found = list(user.reach("view")) if view == "team" else [], filters.qs
    fetch = merged_fetcher(found, "owner", people, filters.places)
    shown = {*ABOUT_A_COMPANY, "protected_until", *fields}
    return lambda *asked: fetch(*asked).only(*shown).annotate(owner_name=F("owner__name"), **_of_the_rules())


def _of_the_rules() -> dict:
    """What the version in force says of periods, asked once within the list's own statement."""
    version = OwnershipRules.objects.filter(effective_from__lte=tenancy.Clock()).order_by("-effective_from", "-number")
    return {name: Subquery(version.values(name)[:1]) for name in ("protection_days", "hold_hours")}


def protected_from(customer, rules):
    """Where the bar of a period begins: a hold counts in hours. None for what nobody owns."""
    if customer.protected_until is None:
        return None
    period = timedelta(hours=rules.hold_hours) if customer.is_held else timedelta(days=rules.protection_days)
    return customer.protected_until - period


def with_periods(page, user):
    """Where each protection period began, for its bar, and who is shown as the owner: oneself, or a name."""
    for row in page.rows:
        row.protected_from = protected_from(row, row)
        row.shown_owner = user if row.owner_id == user.pk else row.owner_name
    return page


def readers_of(entries):
    """Who read the customer in the last thirty days, how often."""
    reads = entries.filter(action="customers.view", recorded_at__gte=timezone.now() - timedelta(days=30))
    counts = (
        reads.order_by().values("actor").annotate(times=Count("id"), last=Max("recorded_at")).order_by("-times")[:10]
    )
    people = User.objects.in_bulk([row["actor"] for row in counts])
    return [(people.get(row["actor"]), row["times"]) for row in counts]

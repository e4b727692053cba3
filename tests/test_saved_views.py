"""Saved views: filters, columns and order under a name, for oneself or for others; they open nothing to anybody (R5, R6, R30)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from accounts import tenancy
from accounts.models import User
from audit.models import Entry
from customers import follow_ups
from customers.lists import CustomerFilter
from customers.models import Customer, Export, SavedView
from customers.saved_views import columns, saving
from customers.saved_views.orders import ORDERS
from tests.databases import sql
from tests.factories import UserFactory, customer_of
from tests.test_lists import statements

NEW = "/customers/views/new/"


def saved(by, name="Optics", *, base="mine", sharing="private", order="deadline", columns=("contact",), **filters):
    kept = {key: [value] for key, value in filters.items()}
    return saving.save(by=by, name=name, base=base, filters=kept, columns=list(columns), order=order, sharing=sharing)


@pytest.fixture
def stock(wang, li):
    """Two of Wang's in optics, one in pumps; one of Li's in optics."""
    customer_of(wang, "Alpha Ltd", industry="Optics", region="Suzhou")
    customer_of(wang, "Beta Ltd", industry="Optics", region="Wuxi")
    customer_of(wang, "Gamma Ltd", industry="Pumps", region="Wuxi", source="Fair 2026")
    customer_of(li, "Delta Ltd", industry="Optics")


def shown(client, query=""):
    return [row.name for row in client.get(f"/customers/{query}").context["page"].rows]


def tabs(client):
    return [view.name for view in client.get("/customers/").context["look"].tabs]


def test_what_the_list_shows_is_saved_and_becomes_a_tab(stock, wang, sign_in):
    client = sign_in(wang)
    typed = {"name": "Optics, newest", "sharing": "private", "order": "newest", "columns": ["industry", "region"]}
    answer = client.post(f"{NEW}?view=mine&industry=Optics", typed, follow=True)

    view = SavedView.objects.get()
    assert (view.owner, view.base, view.filters, view.columns) == (
        wang,
        "mine",
        {"industry": ["Optics"]},
        ["industry", "region"],
    )
    assert "Optics, newest" in answer.text
    assert shown(client, f"?view={view.pk}") == ["Beta Ltd", "Alpha Ltd"]
    assert Entry.objects.get(action="customers.save_view", op="I").actor == wang


def test_what_the_url_says_goes_before_what_was_saved(stock, wang, sign_in):
    client, view = sign_in(wang), saved(wang, industry="Optics")
    assert shown(client, f"?view={view.pk}&region=Wuxi") == ["Beta Ltd"]
    assert shown(client, f"?view={view.pk}&industry=Pumps") == ["Gamma Ltd"]
    assert len(shown(client, f"?view={view.pk}&industry=")) == 3
    page = client.get(f"/customers/?view={view.pk}")
    [(_name, _label, value, without)] = page.context["filters"].chosen
    assert value == "Optics"
    assert len(shown(client, f"?{without}")) == 3


def test_old_addresses_work_as_before(stock, wang, mei, sign_in):
    assert shown(sign_in(wang), "?view=mine&industry=Pumps") == ["Gamma Ltd"]
    assert shown(sign_in(wang), "?view=all") == shown(sign_in(wang))
    assert len(shown(sign_in(mei), "?view=team&country=&q=&industry=&region=")) == 3


def test_a_narrowed_view_is_changed_to_what_the_list_shows(stock, wang, sign_in):
    client, view = sign_in(wang), saved(wang, industry="Optics", region="Wuxi")
    query = client.get(f"/customers/?view={view.pk}&region=").context["look"].whole_query
    client.post(f"/customers/views/{view.pk}/?{query}", {"name": "All optics", "sharing": "private", "order": "newest"})

    view = SavedView.objects.get()
    assert (view.name, view.filters, view.order, view.columns) == ("All optics", {"industry": ["Optics"]}, "newest", [])


def test_a_view_is_removed_and_its_address_is_gone(stock, wang, sign_in):
    client, view = sign_in(wang), saved(wang)
    client.post(f"/customers/views/{view.pk}/remove/")
    assert tabs(client) == []
    assert client.get(f"/customers/?view={view.pk}").status_code == 404
    assert saved(wang).name == view.name


@pytest.mark.parametrize(
    ("sharing", "seen_by"),
    [("private", {"wang"}), ("team", {"wang", "an"}), ("organization", {"wang", "an", "mei", "li"})],
)
def test_with_whom_a_view_is_shared(sharing, seen_by, stock, wang, mei, li, an, outsider, sign_in):
    view = SavedView.objects.create(owner=wang, name="Optics", base="mine", order="deadline", sharing=sharing)
    for name, person in {"wang": wang, "mei": mei, "li": li, "an": an}.items():
        client = sign_in(person)
        assert (view.name in tabs(client)) == (name in seen_by), name
        assert client.get(f"/customers/?view={view.pk}").status_code == (200 if name in seen_by else 404), name
    assert sign_in(outsider).get(f"/customers/?view={view.pk}").status_code == 404


def test_a_shared_view_shows_everybody_his_own_customers_only(stock, wang, mei, li, shen, sign_in):
    """R5, R30. The view says how to look, never at whose."""
    view = saved(shen, base="all", sharing="organization", industry="Optics")
    assert shown(sign_in(shen), f"?view={view.pk}") == ["Alpha Ltd", "Beta Ltd", "Delta Ltd"]
    assert shown(sign_in(wang), f"?view={view.pk}") == ["Alpha Ltd", "Beta Ltd"]
    assert shown(sign_in(li), f"?view={view.pk}") == ["Delta Ltd"]
    assert shown(sign_in(mei), f"?view={view.pk}") == ["Alpha Ltd", "Beta Ltd"]


def test_an_export_from_a_view_is_of_its_rows_within_what_one_may_take(stock, wang, sign_in):
    view = saved(wang, industry="Optics")
    client = sign_in(wang)
    query = client.get(f"/customers/?view={view.pk}").context["look"].rows_query
    client.post(f"/customers/exports/new/?{query}", {"purpose": "x", "format": "csv"})
    assert Export.objects.get().filters == {"view": "mine", "industry": "Optics"}


@pytest.mark.parametrize(
    ("person", "open_to"), [("wang", "pt"), ("mei", "po"), ("shen", "po"), ("an", "pt"), ("fu", "p")]
)
def test_who_may_share_with_whom(person, open_to, request):
    """A rep puts no tab over everybody's list."""
    by = request.getfixturevalue(person)
    assert "".join(each.value[0] for each in saving.sharing_open_to(by)) == open_to
    if "o" not in open_to:
        with pytest.raises(PermissionDenied):
            saved(by, sharing="organization")


def test_nobody_changes_somebody_elses_view(wang, mei, shen, sign_in):
    view = saved(shen, base="all", sharing="organization")
    for person in (wang, mei):
        client = sign_in(person)
        assert (
            client.post(
                f"/customers/views/{view.pk}/", {"name": "x", "sharing": "private", "order": "deadline"}
            ).status_code
            == 404
        )
        assert client.post(f"/customers/views/{view.pk}/remove/").status_code == 404
        with pytest.raises(PermissionDenied):
            view.remove(by=person)
        with tenancy.inside(person.organization_id, user=person):
            assert sql("UPDATE customers_savedview SET name = 'x'") == 0
            with pytest.raises(ProgrammingError), transaction.atomic():
                SavedView.objects.create(owner=shen, name="y", base="all", order="deadline")


def test_administrators_have_no_views(zhao, sign_in):
    assert sign_in(zhao).get(NEW).status_code == 403


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"name": ""}, "name"), ({"name": "=1+1"}, "name"), ({"name": "Optics"}, "name"), ({"order": "name"}, "order"),
     ({"columns": ["owner__password"]}, "columns"), ({"columns": list(columns.COLUMNS)}, "columns"), ({"sharing": "organization"}, "sharing"), ({"name": "x" * 41}, "name")],
)  # fmt: skip
def test_what_does_not_fit_is_told_and_nothing_is_lost(typed, field, wang, sign_in):
    saved(wang)
    answer = sign_in(wang).post(
        f"{NEW}?industry=Pumps", {"name": "Mine", "sharing": "private", "order": "newest"} | typed
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {field}
    assert "Pumps" in answer.text


def test_one_name_is_one_view_of_a_person_in_the_database(wang):
    saved(wang)
    with pytest.raises(IntegrityError), transaction.atomic():
        saved(wang)


# Columns and orders


def test_columns_say_what_stands_in_the_row(stock, wang, sign_in):
    page = sign_in(wang).get("/customers/?columns=source&columns=region&columns=nonsense&order=newest")
    assert page.context["page"].rows[0].cells == ["Wuxi", "Fair 2026"]
    assert page.context["look"].columns == ["region", "source"]


def test_a_list_costs_the_same_statements_with_every_column_and_in_every_order(stock, wang, mei, shen, sign_in):
    for person, base in ((wang, "mine"), (mei, "team"), (shen, "all")):
        client, costs = sign_in(person), set()
        view = saved(person, base=base, columns=columns.COLUMNS, industry="Optics")
        for query in (
            "",
            f"?view={view.pk}",
            "?" + "&".join(f"columns={name}" for name in columns.COLUMNS),
            "?order=newest",
            "?order=quiet",
        ):
            costs.add(len(statements(client, f"/customers/{query}")))
        assert len(costs) == 1
        assert max(costs) <= 8


@pytest.mark.parametrize(
    ("person", "order"), [*(("wang", order) for order in ORDERS), ("mei", "deadline"), ("shen", "newest")]
)
def test_every_order_is_paged_without_gap_and_without_repeat(
    order, person, acme, wang, mei, sign_in, request, monkeypatch
):
    colleague = UserFactory(organization=acme, name="Rong", role=User.Role.REP, team=wang.team)
    for number in range(12):
        customer = customer_of(colleague if number % 3 else wang, f"Company {number} Ltd")
        if number % 2:
            follow_ups.log(customer, by=customer.owner, content="called", occurred_at=tenancy.now())
    monkeypatch.setattr("accounts.paging.Keyset.page.__defaults__", (5,))
    client, address, seen = sign_in(request.getfixturevalue(person)), f"/customers/?order={order}", []
    while address:
        page = client.get(address).context["page"]
        seen += [row.pk for row in page.rows]
        address = f"/customers/{page.later}" if page.later else ""

    rows = ORDERS[order].told(Customer.objects.owned()).order_by(*ORDERS[order].keyset.order())
    assert seen == [row.pk for row in rows if person != "wang" or row.owner_id == wang.pk]


def test_an_order_that_no_index_serves_is_not_offered(shen, wang, mei, sign_in):
    """Of everybody's customers the longest without a follow-up would be a sort of a million."""
    assert sign_in(mei).get("/customers/?view=team&order=newest").context["look"].order == "deadline"
    assert sign_in(shen).get("/customers/?order=quiet").context["look"].order == "deadline"
    assert sign_in(wang).get("/customers/?order=quiet").context["look"].order == "quiet"


def test_views_know_every_filter_of_the_list(stock, wang, sign_in):
    """A filter that somebody adds to the list is saved with it."""
    query = "&".join(f"{name}=x" for name in CustomerFilter.base_filters)
    sign_in(wang).post(f"{NEW}?{query}", {"name": "All", "sharing": "private", "order": "deadline"})
    assert set(SavedView.objects.get().filters) == set(CustomerFilter.base_filters)


def test_many_tabs_are_cut_and_an_address_still_opens(wang, sign_in):
    views = [saved(wang, f"View {number}") for number in range(15)]
    client = sign_in(wang)
    assert len(tabs(client)) == 12
    assert client.get(f"/customers/?view={views[14].pk}").status_code == 200


def test_the_page_of_a_view_is_reached_from_the_list(stock, wang, sign_in):
    view = saved(wang)
    page = sign_in(wang).get(f"/customers/?view={view.pk}").text
    assert reverse("customers:view_edit", args=[view.pk]) in page
    assert reverse("customers:view_new") in page

from pathlib import Path

import django.contrib.postgres.fields
import simple_history.models
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import customers.models.standard
from accounts.tenancy import Clock, InOrganization, UUIDv7, organization_in_scope

SQL = Path(__file__).parent.parent / "sql" / "profile.sql"
PLACES = [("registered", "Registered address"), ("office", "Office"), ("delivery", "Delivery address")]
PLACES += [("billing", "Billing address")]
SIZES = [("micro", "Micro"), ("small", "Small"), ("medium", "Medium"), ("large", "Large")]
WRITTEN = [("+", "Created"), ("~", "Changed"), ("-", "Deleted")]
PERSON = settings.AUTH_USER_MODEL


def key():
    return models.UUIDField(db_default=UUIDv7(), editable=False, primary_key=True, serialize=False)


def organization():
    return models.ForeignKey(
        db_index=False, default=organization_in_scope, editable=False, on_delete=models.PROTECT, related_name="+",
        to="accounts.organization", verbose_name="organisation",
    )  # fmt: skip


def points_to(to, related_name="+", **more):
    common = {"db_constraint": False, "db_index": False, "editable": False, "on_delete": models.PROTECT}
    return InOrganization(related_name=related_name, to=to, **common, **more)


def pointed_to(to, **more):
    common = {"blank": True, "db_constraint": False, "db_index": False, "editable": False, "null": True}
    return InOrganization(on_delete=models.DO_NOTHING, related_name="+", to=to, **common, **more)


def recorded():
    return models.DateTimeField(db_default=Clock(), editable=False, verbose_name="recorded")


def ended(name):
    return models.DateTimeField(editable=False, null=True, verbose_name=name)


def text(length, name, **more):
    return models.CharField(max_length=length, verbose_name=name, **more)


def some(length, name, **more):
    return text(length, name, blank=True, **more)


def owned(name, verbose_name, fields):
    options = {"verbose_name": verbose_name, "abstract": False, "base_manager_name": "objects"}
    whole = [("id", key()), *fields, ("organization", organization())]
    return migrations.CreateModel(name=name, fields=whole, options=options)


def historical(name, verbose_name, fields):
    former = models.ForeignKey(
        blank=True, db_constraint=False, db_index=False, default=organization_in_scope, editable=False, null=True,
        on_delete=models.DO_NOTHING, related_name="+", to="accounts.organization", verbose_name="organisation",
    )  # fmt: skip
    who = models.ForeignKey(
        db_constraint=False, null=True, on_delete=models.SET_NULL, related_name="+", to=PERSON
    )  # fmt: skip
    own = [
        ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
        ("history_date", models.DateTimeField()),
        ("history_change_reason", models.CharField(max_length=100, null=True)),
        ("history_type", models.CharField(choices=WRITTEN, max_length=1)),
        ("history_user", who),
        ("organization", former),
    ]
    options = {
        "verbose_name": f"historical {verbose_name}", "verbose_name_plural": f"historical {verbose_name}s",
        "ordering": ("-history_date", "-history_id"), "get_latest_by": ("history_date", "history_id"),
    }  # fmt: skip
    whole = [("id", models.UUIDField(db_default=UUIDv7(), db_index=True, editable=False)), *fields, *own]
    bases = (simple_history.models.HistoricalChanges, models.Model)
    return migrations.CreateModel(name=name, fields=whole, options=options, bases=bases)


def gathered(operations):
    """What is made here gets its indexes and constraints with its table: each operation by itself costs every fresh start."""
    made = {each.name_lower: each.options for each in operations if isinstance(each, migrations.CreateModel)}
    for each in operations:
        options = made.get(getattr(each, "model_name_lower", ""))
        if options is not None and isinstance(each, migrations.AddIndex):
            options.setdefault("indexes", []).append(each.index)
        elif options is not None and isinstance(each, migrations.AddConstraint):
            options.setdefault("constraints", []).append(each.constraint)
        else:
            yield each


def address():
    return [
        ("kind", text(10, "what the address is for", choices=PLACES)),
        ("country", some(2, "country or region")),
        ("region", some(80, "province")),
        ("city", some(80, "city")),
        ("lines", text(300, "street and number")),
        ("postcode", some(20, "postcode")),
        ("added_at", recorded()),
        ("ended_at", ended("out of use")),
    ]


def contact_point():
    return [
        ("kind", text(5, "what it is", choices=[("phone", "Phone"), ("email", "E-mail")])),
        ("label", some(40, "what for")),
        ("value_sealed", models.BinaryField(verbose_name="phone or e-mail")),
        ("value_index", models.BinaryField()),
        ("added_at", recorded()),
        ("ended_at", ended("out of use")),
    ]


def recorded_columns():
    """What customer and its history both have."""
    limit = {"decimal_places": 2, "max_digits": 14, "editable": False, "null": True}
    return {
        "size": some(6, "size", choices=SIZES),
        "tier": some(1, "tier", choices=[(letter, letter) for letter in "ABC"]),
        "relation": some(10, "relation", choices=[("branch", "Branch"), ("subsidiary", "Subsidiary")], editable=False),
        "credit_limit": models.DecimalField(verbose_name="credit limit", **limit),
        "currency": some(3, "currency", editable=False),
        "payment_days": models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="days to pay"),
        "key_account": models.BooleanField(default=False, editable=False, verbose_name="key account"),
    }


def add(model, columns):
    return [migrations.AddField(model_name=model, name=name, field=field) for name, field in columns.items()]


def index(model, name, *fields, **condition):
    where = {"condition": condition["when"]} if condition else {}
    return migrations.AddIndex(
        model_name=model, index=models.Index(fields=["organization", *fields], name=name, **where)
    )


def must(model, name, condition):
    return migrations.AddConstraint(model_name=model, constraint=models.CheckConstraint(condition=condition, name=name))


def once(model, name, *fields, **condition):
    constraint = models.UniqueConstraint(fields=("organization", *fields), name=name, **condition)
    return migrations.AddConstraint(model_name=model, constraint=constraint)


OWNER, POOL = ("owner__isnull", False), ("owner__isnull", True)
BY_DEADLINE, BY_ARRIVAL = ("protected_until", "id"), ("-pooled_at", "-id")


def of_some(column):
    has_one = Q((column, ""), _negated=True)
    yield index("customer", f"customer_by_{column}", column, *BY_DEADLINE, when=Q(OWNER, has_one))
    yield index("customer", f"pooled_by_{column}", column, *BY_ARRIVAL, when=Q(POOL, has_one))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_break_glass"),
        ("customers", "0014_ownership"),
        migrations.swappable_dependency(PERSON),
    ]

    operations = list(gathered([
        *add("contact", {"left_at": ended("left the company")}),
        *add("historicalcontact", {"left_at": ended("left the company")}),
        *add("customer", recorded_columns()),
        *add("historicalcustomer", recorded_columns()),
        *add("customer", {
            "parent": points_to("customers.customer", "children", null=True, verbose_name="belongs to"),
            "completeness": models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="completeness"),
        }),
        *add("historicalcustomer", {"parent": pointed_to("customers.customer", verbose_name="belongs to")}),
        owned("Address", "address", [
            *address(),
            ("customer", points_to("customers.customer", "addresses")),
            ("added_by", points_to(PERSON, verbose_name="added by")),
        ]),
        historical("HistoricalAddress", "address", [
            *address(),
            ("customer", pointed_to("customers.customer")),
            ("added_by", pointed_to(PERSON, verbose_name="added by")),
        ]),
        owned("ContactPoint", "phone or e-mail", [
            *contact_point(),
            ("customer", points_to("customers.customer", "contact_points")),
            ("contact", points_to("customers.contact", "points", null=True)),
            ("person_key", points_to("accounts.personkey")),
            ("added_by", points_to(PERSON, verbose_name="added by")),
        ]),
        historical("HistoricalContactPoint", "phone or e-mail", [
            *contact_point(),
            ("customer", pointed_to("customers.customer")),
            ("contact", pointed_to("customers.contact")),
            ("person_key", pointed_to("accounts.personkey")),
            ("added_by", pointed_to(PERSON, verbose_name="added by")),
        ]),
        owned("Tag", "tag", [
            ("name", text(40, "name")),
            ("folded", models.CharField(editable=False, max_length=40)),
            ("made_at", recorded()),
            ("archived_at", ended("archived")),
            ("made_by", points_to(PERSON, verbose_name="made by")),
        ]),
        owned("CustomerTag", "tag", [
            ("name", text(40, "tag", editable=False)),
            ("tagged_at", recorded()),
            ("customer", points_to("customers.customer", "tags")),
            ("tag", points_to("customers.tag")),
            ("tagged_by", points_to(PERSON, verbose_name="tagged by")),
        ]),
        owned("KeyAccount", "key account", [
            ("reason", text(500, "reason")),
            ("named_at", recorded()),
            ("ended_at", ended("ended")),
            ("customer", points_to("customers.customer", "key_accounts")),
            ("named_by", points_to(PERSON, verbose_name="named by")),
            ("ended_by", points_to(PERSON, null=True, verbose_name="ended by")),
        ]),
        owned("RecordStandard", "standard of records", [
            ("counts", django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), default=customers.models.standard.house_counts, size=None,
                verbose_name="counts as complete",
            )),
            ("fresh_days", models.JSONField(
                default=customers.models.standard.house_fresh_days, verbose_name="days it stays fresh"
            )),
        ]),
        index("customer", "customer_of_parent", "parent", when=Q(("parent__isnull", False))),
        *of_some("size"),
        *of_some("tier"),
        index("customer", "customer_incomplete", *BY_DEADLINE, when=Q(("completeness__lt", 100), ("owner__isnull", False))),
        index("customer", "pooled_incomplete", *BY_ARRIVAL, when=Q(("completeness__lt", 100), ("owner__isnull", True))),
        must("customer", "customer_is_in_a_group",
             Q(Q(("parent__isnull", True), ("relation", "")),
               Q(("parent__isnull", False), Q(("relation", ""), _negated=True), Q(("parent", models.F("id")), _negated=True)),
               _connector="OR")),
        must("customer", "customer_limit_has_a_currency",
             Q(Q(("credit_limit__isnull", True), ("currency", "")),
               Q(("credit_limit__gte", 0), ("currency__regex", "^[A-Z]{3}$")), _connector="OR")),
        must("customer", "customer_pays_within_a_year",
             Q(("payment_days__isnull", True), ("payment_days__lte", 365), _connector="OR")),
        index("address", "address_of_customer", "customer", "id"),
        must("address", "address_has_lines", Q(("lines", ""), _negated=True)),
        index("contactpoint", "point_of_customer", "customer", "id"),
        index("contactpoint", "point_by_value", "kind", "value_index"),
        once("tag", "tag_once", "folded"),
        must("tag", "tag_has_a_name", Q(("folded", ""), _negated=True)),
        index("customertag", "tag_of_customer", "customer"),
        once("customertag", "customer_tag_once", "tag", "customer"),
        once("keyaccount", "key_account_once", "customer", condition=Q(("ended_at", None))),
        must("keyaccount", "key_account_has_a_reason", Q(("reason", ""), _negated=True)),
        once("recordstandard", "record_standard_once"),
        migrations.RunSQL(SQL.read_text()),
    ]))  # fmt: skip

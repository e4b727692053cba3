from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy
import customers.models.standard

SQL = Path(__file__).parent.parent / "sql" / "profile.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_break_glass"),
        ("customers", "0014_ownership"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("registered", "Registered address"),
                            ("office", "Office"),
                            ("delivery", "Delivery address"),
                            ("billing", "Billing address"),
                        ],
                        max_length=10,
                        verbose_name="what the address is for",
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country or region")),
                ("region", models.CharField(blank=True, max_length=80, verbose_name="province")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                ("lines", models.CharField(max_length=300, verbose_name="street and number")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                (
                    "added_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="out of use")),
            ],
            options={
                "verbose_name": "address",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ContactPoint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("phone", "Phone"), ("email", "E-mail")], max_length=5, verbose_name="what it is"
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=40, verbose_name="what for")),
                ("value_sealed", models.BinaryField(verbose_name="phone or e-mail")),
                ("value_index", models.BinaryField()),
                (
                    "added_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="out of use")),
            ],
            options={
                "verbose_name": "phone or e-mail",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="CustomerTag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(editable=False, max_length=40, verbose_name="tag")),
                (
                    "tagged_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
            ],
            options={
                "verbose_name": "tag",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="HistoricalAddress",
            fields=[
                ("id", models.UUIDField(db_default=accounts.tenancy.UUIDv7(), db_index=True, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("registered", "Registered address"),
                            ("office", "Office"),
                            ("delivery", "Delivery address"),
                            ("billing", "Billing address"),
                        ],
                        max_length=10,
                        verbose_name="what the address is for",
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country or region")),
                ("region", models.CharField(blank=True, max_length=80, verbose_name="province")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                ("lines", models.CharField(max_length=300, verbose_name="street and number")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                (
                    "added_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="out of use")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical address",
                "verbose_name_plural": "historical addresss",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalContactPoint",
            fields=[
                ("id", models.UUIDField(db_default=accounts.tenancy.UUIDv7(), db_index=True, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("phone", "Phone"), ("email", "E-mail")], max_length=5, verbose_name="what it is"
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=40, verbose_name="what for")),
                ("value_sealed", models.BinaryField(verbose_name="phone or e-mail")),
                ("value_index", models.BinaryField()),
                (
                    "added_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="out of use")),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical phone or e-mail",
                "verbose_name_plural": "historical phone or e-mails",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="KeyAccount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "named_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="ended")),
            ],
            options={
                "verbose_name": "key account",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="RecordStandard",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        default=customers.models.standard.house_counts,
                        size=None,
                        verbose_name="counts as complete",
                    ),
                ),
                (
                    "fresh_days",
                    models.JSONField(
                        default=customers.models.standard.house_fresh_days, verbose_name="days it stays fresh"
                    ),
                ),
            ],
            options={
                "verbose_name": "standard of records",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("folded", models.CharField(editable=False, max_length=40)),
                (
                    "made_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("archived_at", models.DateTimeField(editable=False, null=True, verbose_name="archived")),
            ],
            options={
                "verbose_name": "tag",
                "abstract": False,
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="contact",
            name="left_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="left the company"),
        ),
        migrations.AddField(
            model_name="customer",
            name="completeness",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="completeness"),
        ),
        migrations.AddField(
            model_name="customer",
            name="credit_limit",
            field=models.DecimalField(
                decimal_places=2, editable=False, max_digits=14, null=True, verbose_name="credit limit"
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="currency",
            field=models.CharField(blank=True, editable=False, max_length=3, verbose_name="currency"),
        ),
        migrations.AddField(
            model_name="customer",
            name="key_account",
            field=models.BooleanField(default=False, editable=False, verbose_name="key account"),
        ),
        migrations.AddField(
            model_name="customer",
            name="parent",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="customers.customer",
                verbose_name="belongs to",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="payment_days",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="days to pay"),
        ),
        migrations.AddField(
            model_name="customer",
            name="relation",
            field=models.CharField(
                blank=True,
                choices=[("branch", "Branch"), ("subsidiary", "Subsidiary")],
                editable=False,
                max_length=10,
                verbose_name="relation",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="size",
            field=models.CharField(
                blank=True,
                choices=[("micro", "Micro"), ("small", "Small"), ("medium", "Medium"), ("large", "Large")],
                max_length=6,
                verbose_name="size",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="tier",
            field=models.CharField(
                blank=True, choices=[("A", "A"), ("B", "B"), ("C", "C")], max_length=1, verbose_name="tier"
            ),
        ),
        migrations.AddField(
            model_name="historicalcontact",
            name="left_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="left the company"),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="credit_limit",
            field=models.DecimalField(
                decimal_places=2, editable=False, max_digits=14, null=True, verbose_name="credit limit"
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="currency",
            field=models.CharField(blank=True, editable=False, max_length=3, verbose_name="currency"),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="key_account",
            field=models.BooleanField(default=False, editable=False, verbose_name="key account"),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="parent",
            field=accounts.tenancy.InOrganization(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.customer",
                verbose_name="belongs to",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="payment_days",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="days to pay"),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="relation",
            field=models.CharField(
                blank=True,
                choices=[("branch", "Branch"), ("subsidiary", "Subsidiary")],
                editable=False,
                max_length=10,
                verbose_name="relation",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="size",
            field=models.CharField(
                blank=True,
                choices=[("micro", "Micro"), ("small", "Small"), ("medium", "Medium"), ("large", "Large")],
                max_length=6,
                verbose_name="size",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="tier",
            field=models.CharField(
                blank=True, choices=[("A", "A"), ("B", "B"), ("C", "C")], max_length=1, verbose_name="tier"
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)),
                fields=["organization", "parent"],
                name="customer_of_parent",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("owner__isnull", False), models.Q(("size", ""), _negated=True)),
                fields=["organization", "size", "protected_until", "id"],
                name="customer_by_size",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("owner__isnull", True), models.Q(("size", ""), _negated=True)),
                fields=["organization", "size", "-pooled_at", "-id"],
                name="pooled_by_size",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("owner__isnull", False), models.Q(("tier", ""), _negated=True)),
                fields=["organization", "tier", "protected_until", "id"],
                name="customer_by_tier",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("owner__isnull", True), models.Q(("tier", ""), _negated=True)),
                fields=["organization", "tier", "-pooled_at", "-id"],
                name="pooled_by_tier",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("completeness__lt", 100), ("owner__isnull", False)),
                fields=["organization", "protected_until", "id"],
                name="customer_incomplete",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("completeness__lt", 100), ("owner__isnull", True)),
                fields=["organization", "-pooled_at", "-id"],
                name="pooled_incomplete",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("parent__isnull", True), ("relation", "")),
                    models.Q(
                        ("parent__isnull", False),
                        models.Q(("relation", ""), _negated=True),
                        models.Q(("parent", models.F("id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="customer_is_in_a_group",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("credit_limit__isnull", True), ("currency", "")),
                    models.Q(("credit_limit__gte", 0), ("currency__regex", "^[A-Z]{3}$")),
                    _connector="OR",
                ),
                name="customer_limit_has_a_currency",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("payment_days__isnull", True), ("payment_days__lte", 365), _connector="OR"),
                name="customer_pays_within_a_year",
            ),
        ),
        migrations.AddField(
            model_name="address",
            name="added_by",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="address",
            name="customer",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="addresses",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="address",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                default=accounts.tenancy.organization_in_scope,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="added_by",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="contact",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="points",
                to="customers.contact",
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="customer",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact_points",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                default=accounts.tenancy.organization_in_scope,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="person_key",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.personkey",
            ),
        ),
        migrations.AddField(
            model_name="customertag",
            name="customer",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tags",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="customertag",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                default=accounts.tenancy.organization_in_scope,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="customertag",
            name="tagged_by",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="tagged by",
            ),
        ),
        migrations.AddField(
            model_name="historicaladdress",
            name="added_by",
            field=accounts.tenancy.InOrganization(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="historicaladdress",
            name="customer",
            field=accounts.tenancy.InOrganization(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="historicaladdress",
            name="history_user",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicaladdress",
            name="organization",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                default=accounts.tenancy.organization_in_scope,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="added_by",
            field=accounts.tenancy.InOrganization(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="contact",
            field=accounts.tenancy.InOrganization(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.contact",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="customer",
            field=accounts.tenancy.InOrganization(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="history_user",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="organization",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                default=accounts.tenancy.organization_in_scope,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="historicalcontactpoint",
            name="person_key",
            field=accounts.tenancy.InOrganization(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="accounts.personkey",
            ),
        ),
        migrations.AddField(
            model_name="keyaccount",
            name="customer",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="key_accounts",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="keyaccount",
            name="ended_by",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        migrations.AddField(
            model_name="keyaccount",
            name="named_by",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="named by",
            ),
        ),
        migrations.AddField(
            model_name="keyaccount",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                default=accounts.tenancy.organization_in_scope,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="recordstandard",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                default=accounts.tenancy.organization_in_scope,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="tag",
            name="made_by",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="tag",
            name="organization",
            field=models.ForeignKey(
                db_index=False,
                default=accounts.tenancy.organization_in_scope,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organization",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="customertag",
            name="tag",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.tag",
            ),
        ),
        migrations.AddIndex(
            model_name="address",
            index=models.Index(fields=["organization", "customer", "id"], name="address_of_customer"),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(("lines", ""), _negated=True), name="address_has_lines"
            ),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(fields=["organization", "customer", "id"], name="point_of_customer"),
        ),
        migrations.AddIndex(
            model_name="contactpoint",
            index=models.Index(fields=["organization", "kind", "value_index"], name="point_by_value"),
        ),
        migrations.AddConstraint(
            model_name="keyaccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("organization", "customer"), name="key_account_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="keyaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="key_account_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="recordstandard",
            constraint=models.UniqueConstraint(fields=("organization",), name="record_standard_once"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(fields=("organization", "folded"), name="tag_once"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(condition=models.Q(("folded", ""), _negated=True), name="tag_has_a_name"),
        ),
        migrations.AddIndex(
            model_name="customertag",
            index=models.Index(fields=["organization", "customer"], name="tag_of_customer"),
        ),
        migrations.AddConstraint(
            model_name="customertag",
            constraint=models.UniqueConstraint(fields=("organization", "tag", "customer"), name="customer_tag_once"),
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

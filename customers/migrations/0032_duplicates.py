from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "duplicates.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_protection_leaves"),
        ("customers", "0031_collisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicateKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id",
                        "h",
                        "customer_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("h", models.BigIntegerField()),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=accounts.tenancy.organization_in_scope,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "customer"], name="duplicate_key_of_customer")],
            },
        ),
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("score", models.FloatField(editable=False, verbose_name="probability")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("same", "the same company"),
                            ("review", "perhaps the same company"),
                            ("related", "related companies"),
                            ("different", "different companies"),
                        ],
                        editable=False,
                        max_length=9,
                        verbose_name="what the comparison says",
                    ),
                ),
                ("reasons", models.JSONField(editable=False, verbose_name="reasons")),
                (
                    "weights_version",
                    models.PositiveSmallIntegerField(editable=False, verbose_name="version of the weights"),
                ),
                (
                    "weights_fingerprint",
                    models.CharField(editable=False, max_length=16, verbose_name="fingerprint of the weights"),
                ),
                (
                    "found_by",
                    models.CharField(
                        choices=[
                            ("scan", "the search through all customers"),
                            ("form", "a new customer"),
                            ("import", "an import"),
                            ("edit", "a change"),
                            ("hand", "a person"),
                        ],
                        editable=False,
                        max_length=6,
                        verbose_name="found by",
                    ),
                ),
                (
                    "found_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                (
                    "said",
                    models.CharField(
                        blank=True, editable=False, max_length=500, verbose_name="what who entered it said"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Not decided"),
                            ("same", "The same company"),
                            ("different", "Different companies"),
                        ],
                        default="open",
                        max_length=50,
                        verbose_name="status",
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided")),
                ("reason", models.CharField(blank=True, editable=False, max_length=500, verbose_name="reason")),
                (
                    "decided_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "first",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        default=accounts.tenancy.organization_in_scope,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "raised_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
                (
                    "second",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "pair of customers",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "second"], name="duplicate_pair_of_second"),
                    models.Index(
                        condition=models.Q(("status", "open")),
                        fields=["organization", "-score", "id"],
                        name="duplicate_pair_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "first", "second"), name="duplicate_pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="duplicate_pair_is_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("status", "open")),
                            models.Q(
                                models.Q(("status", "open"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="duplicate_pair_is_decided_by_a_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateRecord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "customer_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("record", models.JSONField()),
                ("version", models.PositiveSmallIntegerField()),
                ("changed_at", models.DateTimeField(db_default=accounts.tenancy.Clock())),
                ("is_dirty", models.BooleanField(db_default=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        default=accounts.tenancy.organization_in_scope,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "version"], name="duplicate_record_version"),
                    models.Index(
                        condition=models.Q(("is_dirty", True)),
                        fields=["organization", "changed_at"],
                        name="duplicate_record_dirty",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop),
    ]

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "confirmation.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_protection_leaves"),
        ("customers", "0019_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "chosen",
                    models.CharField(
                        choices=[
                            ("sample", "picked by chance"),
                            ("key", "a visit to a key account"),
                            ("asked", "asked for by the rep"),
                        ],
                        max_length=8,
                        verbose_name="chosen",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("expires_at", models.DateTimeField(editable=False, verbose_name="valid until")),
                ("token_hash", models.CharField(editable=False, max_length=64)),
                ("sealed", models.TextField(editable=False)),
                ("mailed", models.BooleanField(default=False, verbose_name="sent by mail")),
                (
                    "asked_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "contact",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "customer",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="customers.customer",
                    ),
                ),
                (
                    "follow_up",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmations",
                        to="customers.followup",
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
            ],
            options={
                "verbose_name": "question to a customer",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "mailed", "expires_at"], name="confirmation_to_deliver")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "follow_up"), name="asked_once_about_a_contact"),
                    models.UniqueConstraint(fields=("organization", "token_hash"), name="confirmation_token_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConfirmationAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("met", models.BooleanField(verbose_name="the contact took place")),
                ("others", models.BooleanField(verbose_name="others of us were in touch, too")),
                ("said_sealed", models.BinaryField(null=True, verbose_name="in the customer's words")),
                (
                    "answered_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                (
                    "confirmation",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="customers.confirmation",
                    ),
                ),
                (
                    "customer",
                    accounts.tenancy.InOrganization(
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
                        db_index=False,
                        default=accounts.tenancy.organization_in_scope,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organization",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer of a customer",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "-answered_at", "-id"], name="answers_by_time")],
                "constraints": [models.UniqueConstraint(fields=("organization", "confirmation"), name="answered_once")],
            },
        ),
        migrations.CreateModel(
            name="ConfirmationDay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                (
                    "percent",
                    models.PositiveSmallIntegerField(default=10, verbose_name="contacts asked about, in percent"),
                ),
                ("commitment", models.BinaryField(max_length=32, verbose_name="SHA-256 of the seed")),
                ("sealed", models.TextField(editable=False)),
                ("seed", models.BinaryField(max_length=32, null=True, verbose_name="seed")),
                ("revealed_at", models.DateTimeField(editable=False, null=True, verbose_name="seed revealed")),
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
            ],
            options={
                "verbose_name": "day of confirmations",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "day"), name="confirmation_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(("percent__range", (1, 100))), name="confirmation_percent"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

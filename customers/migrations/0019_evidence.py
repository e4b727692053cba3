from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "evidence.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_protection_leaves"),
        ("customers", "0018_verification"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallLog",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "brought_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("headers", models.JSONField(default=list, verbose_name="headings")),
                ("rows", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("mapping", models.JSONField(default=dict, verbose_name="columns")),
                ("problem", models.CharField(blank=True, max_length=20, verbose_name="problem")),
                ("read_at", models.DateTimeField(editable=False, null=True)),
                ("evaluated_at", models.DateTimeField(editable=False, null=True, verbose_name="evaluated")),
                ("report", models.JSONField(default=dict, verbose_name="report")),
                (
                    "brought_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="brought by",
                    ),
                ),
                (
                    "file",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.storedfile",
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
                "verbose_name": "call log",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "brought_by", "-id"], name="call_log_of_person")],
                "constraints": [models.UniqueConstraint(fields=("organization", "file"), name="call_log_of_file")],
            },
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=40, verbose_name="extension")),
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
                    "person",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "extension",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("organization", "number"), name="extension_once")],
            },
        ),
        migrations.CreateModel(
            name="InboundMail",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "arrived_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("read_at", models.DateTimeField(editable=False, null=True)),
                (
                    "problem",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("unknown", "None of its addresses is that of a contact"),
                            ("several", "It may belong to several customers"),
                            ("unreadable", "It cannot be read as a mail"),
                            ("circular", "It went to so many people that it shows no contact"),
                            ("repeated", "It has been logged before"),
                            ("no_date", "It does not say when it was written"),
                            (
                                "forwarded",
                                "It was forwarded as text: forward it as an attachment, and the original counts",
                            ),
                            ("not_open", "It belongs to a customer on which you do not work"),
                        ],
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("sealed", models.BinaryField(null=True)),
                ("discarded_at", models.DateTimeField(editable=False, null=True, verbose_name="discarded")),
                (
                    "file",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.storedfile",
                    ),
                ),
                (
                    "follow_up",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
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
                (
                    "person",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "incoming mail",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "person", "-id"], name="inbound_mail_of_person"),
                    models.Index(fields=["organization", "follow_up"], name="inbound_mail_of_follow_up"),
                ],
                "constraints": [models.UniqueConstraint(fields=("organization", "file"), name="inbound_mail_of_file")],
            },
        ),
        migrations.CreateModel(
            name="MailAddress",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sealed", models.CharField(editable=False, max_length=200)),
                ("digest", models.CharField(editable=False, max_length=64)),
                (
                    "since",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="since"),
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
                    "person",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "forwarding address",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "person"), name="mail_address_of_person"),
                    models.UniqueConstraint(fields=("organization", "digest"), name="mail_address_once"),
                ],
            },
        ),
        migrations.AddField(
            model_name="evidence",
            name="strength",
            field=models.CharField(
                choices=[
                    ("witnessed", "seen by our server, or brought by somebody else"),
                    ("brought", "brought as a file"),
                    ("own", "made on our side"),
                ],
                db_default="brought",
                default="brought",
                max_length=10,
                verbose_name="strength",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__in", ["mail", "invitation"])),
                fields=("organization", "file"),
                name="evidence_one_of_a_file",
            ),
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

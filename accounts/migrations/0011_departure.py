from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "departure.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_settings"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="leaving_from",
            field=models.DateTimeField(editable=False, null=True, verbose_name="departure mode from"),
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("notice_on", models.DateField(editable=False, verbose_name="departure mode from")),
                ("last_day", models.DateField(editable=False, verbose_name="last day")),
                ("reason", models.CharField(editable=False, max_length=500, verbose_name="reason")),
                (
                    "announced_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("cancelled_at", models.DateTimeField(editable=False, null=True, verbose_name="cancelled")),
                ("completed_at", models.DateTimeField(editable=False, null=True, verbose_name="completed")),
                ("completed_in", models.BigIntegerField(editable=False, null=True)),
                (
                    "announced_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="announced by",
                    ),
                ),
                (
                    "cancelled_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="cancelled by",
                    ),
                ),
                (
                    "completed_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="completed by",
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
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "departure",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "person", "-announced_at"], name="departure_of_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None), ("completed_at", None)),
                        fields=("organization", "person"),
                        name="departure_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("notice_on"))), name="departure_ends_after_notice"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cancelled_at", None), ("completed_at", None), _connector="OR"),
                        name="departure_ends_one_way",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

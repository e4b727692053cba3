from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "probes.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_protection_leaves"),
        ("customers", "0032_duplicates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="evidencekey",
            name="kind",
            field=models.CharField(choices=[("domain", "web or mail domain"), ("phone", "phone")], max_length=8),
        ),
        migrations.CreateModel(
            name="ConflictProbe",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("page", "blind conflict check"), ("form", "new customer")],
                        editable=False,
                        max_length=4,
                        verbose_name="way",
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("free", "Free"),
                            ("taken", "Taken"),
                            ("pool", "In the pool"),
                            ("dispute", "In dispute"),
                            ("review", "Review"),
                            ("hold", "Provisional hold"),
                        ],
                        editable=False,
                        max_length=7,
                        verbose_name="answer",
                    ),
                ),
                ("company", models.UUIDField(editable=False, null=True, verbose_name="company")),
                ("called", models.CharField(editable=False, max_length=200, verbose_name="name as typed")),
                (
                    "hidden",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="invisible characters"),
                ),
                ("digest", models.BinaryField()),
                ("sealed", models.TextField(editable=False)),
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
                "verbose_name": "blind conflict check",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "person", "asked_at"], name="probe_of_person"),
                    models.Index(fields=["organization", "asked_at"], name="probe_newest"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProbeTerms",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "an_hour",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(600),
                        ],
                        verbose_name="checks of one person in an hour",
                    ),
                ),
                (
                    "a_day",
                    models.PositiveSmallIntegerField(
                        default=200,
                        validators=[
                            django.core.validators.MinValueValidator(10),
                            django.core.validators.MaxValueValidator(2000),
                        ],
                        verbose_name="checks of one person in 24 hours",
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
                "verbose_name": "terms of the blind conflict check",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("organization",), name="probe_terms_once"),
                    models.CheckConstraint(
                        condition=models.Q(("an_hour__range", (5, 600))), name="probes_an_hour_are_sane"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("a_day__range", (10, 2000))), name="probes_a_day_are_sane"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop),
    ]

from pathlib import Path

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "access_review.sql"


def within(to, related_name="+", **options):
    """A foreign key that stays in its organisation."""
    return accounts.tenancy.InOrganization(
        to=to, on_delete=django.db.models.deletion.PROTECT, db_constraint=False, db_index=False, editable=False,
        related_name=related_name, **options,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_departure"),
        ("audit", "0002_ledger"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "opened_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("due_at", models.DateTimeField(editable=False, verbose_name="to be answered until")),
                (
                    "dormant_days",
                    models.PositiveSmallIntegerField(editable=False, verbose_name="dormant after so many days"),
                ),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="closed")),
                (
                    "answerable",
                    within(settings.AUTH_USER_MODEL, verbose_name="answers for it"),
                ),
                (
                    "file",
                    within("accounts.storedfile", null=True, verbose_name="evidence"),
                ),
                (
                    "opened_by",
                    within(settings.AUTH_USER_MODEL, null=True, verbose_name="opened by"),
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
                "verbose_name": "access review",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "-opened_at"], name="access_review_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)), fields=("organization",), name="one_review_at_a_time"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(editable=False, max_length=40, verbose_name="kind")),
                ("thing", models.UUIDField(editable=False)),
                ("facts", models.JSONField(default=dict, editable=False)),
                ("since", models.DateTimeField(editable=False, null=True, verbose_name="since")),
                ("last_used", models.DateTimeField(editable=False, null=True, verbose_name="last used")),
                ("dormant", models.BooleanField(default=False, editable=False, verbose_name="dormant")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be answered"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Not confirmed"),
                            ("lapsed", "Lapsed"),
                            ("overdue", "Overdue"),
                        ],
                        default="open",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                ("note", models.CharField(blank=True, editable=False, max_length=500, verbose_name="note")),
                ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="answered")),
                ("settled_in", models.BigIntegerField(editable=False, null=True)),
                (
                    "answered_by",
                    within(settings.AUTH_USER_MODEL, null=True, verbose_name="answered by"),
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
                    within(settings.AUTH_USER_MODEL, verbose_name="person"),
                ),
                (
                    "reviewer",
                    within(settings.AUTH_USER_MODEL, null=True, verbose_name="reviewer"),
                ),
                (
                    "review",
                    within("audit.accessreview", related_name="items"),
                ),
            ],
            options={
                "verbose_name": "item of an access review",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["organization", "review", "reviewer", "state"], name="access_item_of_reviewer"
                    ),
                    models.Index(fields=["organization", "person", "kind"], name="access_item_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "review", "kind", "thing"), name="access_item_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewer", None),
                            models.Q(("reviewer", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_reviews_himself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewTerms",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "period_days",
                    models.PositiveSmallIntegerField(
                        default=90,
                        validators=[
                            django.core.validators.MinValueValidator(30),
                            django.core.validators.MaxValueValidator(366),
                        ],
                        verbose_name="days from one review to the next",
                    ),
                ),
                (
                    "answer_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[
                            django.core.validators.MinValueValidator(3),
                            django.core.validators.MaxValueValidator(60),
                        ],
                        verbose_name="days to answer",
                    ),
                ),
                (
                    "dormant_days",
                    models.PositiveSmallIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(14),
                            django.core.validators.MaxValueValidator(366),
                        ],
                        verbose_name="dormant after so many days",
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
                "verbose_name": "terms of the access review",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("organization",), name="review_terms_once"),
                    models.CheckConstraint(
                        condition=models.Q(("period_days__range", (30, 366))), name="review_period_is_sane"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer_days__range", (3, 60))), name="review_answer_is_sane"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("dormant_days__range", (14, 366))), name="review_dormant_is_sane"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

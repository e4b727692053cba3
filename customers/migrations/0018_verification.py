from pathlib import Path

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy
import customers.models.uploaded

SQL = Path(__file__).parent.parent / "sql" / "verification.sql"


def of_organization():
    """The first two fields of every row."""
    return [
        (
            "id",
            models.UUIDField(db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False),
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
    ]


OPTIONS = {"abstract": False, "base_manager_name": "objects"}


def row(to, *, on_delete=django.db.models.deletion.PROTECT, related_name="+", **options):
    """A foreign key within the organisation."""
    return accounts.tenancy.InOrganization(
        db_constraint=False, db_index=False, on_delete=on_delete, related_name=related_name, to=to, **options
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_break_glass"),
        ("approvals", "0006_lapsing"),
        ("customers", "0017_exports_and_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                *of_organization(),
                (
                    "system",
                    models.CharField(
                        choices=[("register", "Business register"), ("erp", "ERP"), ("document", "Another list")],
                        max_length=10,
                        verbose_name="where the list comes from",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "Being read"),
                            ("mapping", "Columns to be matched"),
                            ("comparing", "Being compared"),
                            ("compared", "Compared"),
                            ("failed", "Could not be read"),
                        ],
                        default="reading",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                ("encoding", models.CharField(blank=True, editable=False, max_length=20, verbose_name="encoding")),
                ("sheet", models.CharField(blank=True, editable=False, max_length=100, verbose_name="sheet")),
                ("headers", models.JSONField(default=list, editable=False, verbose_name="headings")),
                ("row_count", models.PositiveIntegerField(default=0, editable=False, verbose_name="rows")),
                ("mapping", models.JSONField(default=dict, editable=False, verbose_name="columns")),
                ("counts", models.JSONField(default=dict, editable=False, verbose_name="counts")),
                ("problem", models.CharField(blank=True, editable=False, max_length=20, verbose_name="problem")),
                ("compared_at", models.DateTimeField(editable=False, null=True, verbose_name="compared")),
                ("created_by", row(settings.AUTH_USER_MODEL, editable=False, verbose_name="brought by")),
                ("file", row("accounts.storedfile", editable=False)),
                ("progress", row("accounts.progress", editable=False, null=True)),
            ],
            options=OPTIONS
            | {
                "verbose_name": "reconciliation",
                "indexes": [models.Index(fields=["organization", "created_by"], name="reconciliation_of_person")],
            },
            bases=(customers.models.uploaded.UploadedList, models.Model),
        ),
        migrations.CreateModel(
            name="ReconciledRow",
            fields=[
                *of_organization(),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("sealed", models.BinaryField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Not compared yet"),
                            ("differs", "In both, with differences"),
                            ("perhaps", "Perhaps the same"),
                            ("there", "Only in the list"),
                            ("closed", "Here, and not yours to see"),
                            ("repeated", "Repeated in the list"),
                            ("invalid", "Invalid"),
                            ("same", "In both, the same"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("state", models.CharField(blank=True, max_length=10)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), db_default=[], default=list, size=None
                    ),
                ),
                ("customer", row("customers.customer", null=True, on_delete=django.db.models.deletion.SET_NULL)),
                (
                    "batch",
                    row("customers.reconciliation", on_delete=django.db.models.deletion.CASCADE, related_name="rows"),
                ),
            ],
            options=OPTIONS
            | {
                "indexes": [
                    models.Index(fields=["organization", "batch", "outcome", "line"], name="reconciled_row_outcome"),
                    models.Index(fields=["organization", "batch", "customer"], name="reconciled_row_customer"),
                    models.Index(fields=["organization", "customer"], name="reconciled_customer"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "batch", "line"), name="reconciled_line_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                *of_organization(),
                ("commitment", models.CharField(editable=False, max_length=64, verbose_name="SHA-256 of the seed")),
                ("sealed", models.TextField(editable=False)),
                ("size", models.PositiveSmallIntegerField(editable=False, verbose_name="customers in the sample")),
                ("period_days", models.PositiveSmallIntegerField(editable=False, verbose_name="period in days")),
                (
                    "committed_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                (
                    "draws_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="is drawn"),
                ),
                ("revealed_at", models.DateTimeField(editable=False, null=True, verbose_name="seed revealed")),
                ("seed", models.CharField(blank=True, editable=False, max_length=64, verbose_name="seed")),
                (
                    "candidates",
                    models.PositiveIntegerField(editable=False, null=True, verbose_name="customers to pick from"),
                ),
                (
                    "cutoff",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="largest number that was picked"
                    ),
                ),
            ],
            options=OPTIONS
            | {
                "verbose_name": "random sample",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revealed_at", None)), fields=("organization",), name="one_sealed_sample"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VerificationRound",
            fields=[
                *of_organization(),
                ("title", models.CharField(max_length=120, verbose_name="title")),
                ("filters", models.JSONField(default=dict, editable=False, verbose_name="filters")),
                (
                    "opened_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("opened_by", row(settings.AUTH_USER_MODEL, editable=False, null=True, verbose_name="opened by")),
                ("reconciliation", row("customers.reconciliation", editable=False, null=True)),
                ("sample", row("customers.sample", editable=False, null=True, verbose_name="random sample")),
            ],
            options=OPTIONS
            | {
                "verbose_name": "verification round",
                "indexes": [models.Index(fields=["organization", "opened_by"], name="verification_round_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "sample"), name="one_round_a_sample"),
                    models.UniqueConstraint(
                        fields=("organization", "reconciliation"), name="one_round_a_reconciliation"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VerificationItem",
            fields=[
                *of_organization(),
                (
                    "added_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("customer", row("customers.customer", editable=False)),
                ("round", row("customers.verificationround", editable=False, related_name="items")),
            ],
            options=OPTIONS
            | {
                "verbose_name": "customer to verify",
                "indexes": [models.Index(fields=["organization", "customer"], name="verification_item_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "round", "customer"), name="verification_item_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                *of_organization(),
                ("field", models.CharField(editable=False, max_length=40, verbose_name="field")),
                ("held", models.CharField(blank=True, editable=False, max_length=300, verbose_name="stands here")),
                ("held_sealed", models.BinaryField(null=True, verbose_name="stands here")),
                (
                    "result",
                    models.CharField(
                        choices=[("agrees", "Agrees"), ("differs", "Differs"), ("unverifiable", "Cannot be verified")],
                        editable=False,
                        max_length=12,
                        verbose_name="result",
                    ),
                ),
                ("said", models.CharField(blank=True, editable=False, max_length=300, verbose_name="the source says")),
                ("said_sealed", models.BinaryField(null=True, verbose_name="the source says")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("register", "Business register"),
                            ("document", "Document"),
                            ("visit", "Visit"),
                            ("erp", "ERP"),
                            ("website", "Web site"),
                            ("call", "Phone call"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("reference", models.CharField(editable=False, max_length=200, verbose_name="reference")),
                (
                    "verified_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("fresh_days", models.PositiveSmallIntegerField(editable=False, verbose_name="fresh for so many days")),
                ("expires_at", models.DateTimeField(editable=False, null=True, verbose_name="due again")),
                (
                    "independent",
                    models.BooleanField(default=False, editable=False, verbose_name="from outside the owner's team"),
                ),
                ("contact", row("customers.contact", editable=False, null=True, verbose_name="contact")),
                ("customer", row("customers.customer", editable=False, related_name="verifications")),
                ("verified_by", row(settings.AUTH_USER_MODEL, editable=False, verbose_name="verified by")),
                ("item", row("customers.verificationitem", editable=False, related_name="verifications")),
            ],
            options=OPTIONS
            | {
                "verbose_name": "verification",
                "indexes": [models.Index(fields=["organization", "customer", "field"], name="verification_of_field")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "item", "field"), name="verification_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("result", "differs"), models.Q(("said", ""), ("said_sealed", None), _negated=True)
                            ),
                            models.Q(
                                models.Q(("result", "differs"), _negated=True), ("said", ""), ("said_sealed", None)
                            ),
                            _connector="OR",
                        ),
                        name="verification_says_what_differs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("result", "agrees"), _negated=True),
                            models.Q(("held", ""), ("held_sealed", None), _negated=True),
                            _connector="OR",
                        ),
                        name="nothing_agrees_with_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reference", ""), _negated=True), name="verification_has_a_source"
                    ),
                    models.CheckConstraint(condition=models.Q(("fresh_days__range", (1, 1100))), name="freshness_ends"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                *of_organization(),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits for the owner"),
                            ("accepted", "Accepted"),
                            ("declined", "Not accepted"),
                        ],
                        default="proposed",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                ("answer_days", models.PositiveSmallIntegerField(editable=False, verbose_name="days to answer")),
                (
                    "answer_until",
                    models.DateTimeField(
                        db_default=accounts.tenancy.Clock(), editable=False, verbose_name="to be answered until"
                    ),
                ),
                ("risen_at", models.DateTimeField(editable=False, null=True, verbose_name="told the manager")),
                ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="answered")),
                ("note", models.CharField(blank=True, editable=False, max_length=500, verbose_name="reason")),
                ("answered_by", row(settings.AUTH_USER_MODEL, editable=False, null=True, verbose_name="answered by")),
                ("approval", row("approvals.approval", editable=False, null=True, verbose_name="request")),
                ("customer", row("customers.customer", editable=False, related_name="corrections")),
                ("verification", row("customers.verification", editable=False)),
            ],
            options=OPTIONS
            | {
                "verbose_name": "proposed correction",
                "indexes": [
                    models.Index(fields=["organization", "customer"], name="correction_of"),
                    models.Index(
                        condition=models.Q(("state", "proposed")),
                        fields=["organization", "answer_until"],
                        name="correction_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "verification"), name="correction_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="VerificationTerms",
            fields=[
                *of_organization(),
                (
                    "period_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(92),
                        ],
                        verbose_name="days from one sample to the next",
                    ),
                ),
                (
                    "sample_size",
                    models.PositiveSmallIntegerField(
                        default=20,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(500),
                        ],
                        verbose_name="customers in a sample",
                    ),
                ),
                (
                    "answer_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(30),
                        ],
                        verbose_name="days to answer a proposal",
                    ),
                ),
            ],
            options=OPTIONS
            | {
                "verbose_name": "terms of verification",
                "constraints": [
                    models.UniqueConstraint(fields=("organization",), name="verification_terms_once"),
                    models.CheckConstraint(
                        condition=models.Q(("period_days__range", (7, 92))), name="sample_period_is_sane"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sample_size__range", (5, 500))), name="sample_size_is_sane"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer_days__range", (2, 30))), name="proposal_days_are_sane"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VerifiedField",
            fields=[
                *of_organization(),
                ("field", models.CharField(max_length=40)),
                ("expires_at", models.DateTimeField()),
                ("customer", row("customers.customer", related_name="verified_fields")),
                ("verification", row("customers.verification")),
            ],
            options=OPTIONS
            | {
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "customer", "field"), name="verified_field_once")
                ]
            },
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

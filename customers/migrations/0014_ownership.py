from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "ownership.sql"

FILL = SQL.with_name("ownership_fill.sql")


def fill(apps, schema_editor):
    """Past walls, guards and ledger: nobody did anything, the house writes down what was so all along."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE customers_claim DISABLE TRIGGER USER")
        cursor.execute(FILL.read_text())
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE customers_claim ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_break_glass"),
        ("approvals", "0006_lapsing"),
        ("customers", "0013_break_glass"),
    ]

    operations = [
        migrations.AddField(
            model_name="claim",
            name="base_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="claim",
            name="chain_began_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="claim",
            name="confirmed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="confirmed by evidence"),
        ),
        migrations.AddField(
            model_name="claim",
            name="ended_as",
            field=models.CharField(
                blank=True,
                choices=[
                    ("released", "released"),
                    ("recycled", "recycled"),
                    ("lapsed", "lapsed without evidence"),
                    ("recalled", "recalled"),
                    ("passed", "passed on"),
                ],
                max_length=10,
                verbose_name="how it ended",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="held_until",
            field=models.DateTimeField(editable=False, null=True, verbose_name="provisional hold until"),
        ),
        migrations.AddField(
            model_name="claim",
            name="opportunity_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="first opportunity"),
        ),
        migrations.AddField(
            model_name="claim",
            name="team",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.team",
                verbose_name="team",
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="way",
            field=models.CharField(
                choices=[
                    ("created", "entered the company"),
                    ("pool", "claimed from the pool"),
                    ("draw", "won the draw"),
                    ("assigned", "was assigned"),
                    ("approved", "claimed as approved"),
                    ("passed", "became the owner by a transfer"),
                    ("handed_over", "took it over in a handover"),
                ],
                max_length=12,
                verbose_name="how it began",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="won_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="first deal"),
        ),
        migrations.AddField(
            model_name="customer",
            name="is_held",
            field=models.BooleanField(default=False, editable=False, verbose_name="provisional hold"),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="is_held",
            field=models.BooleanField(default=False, editable=False, verbose_name="provisional hold"),
        ),
        migrations.CreateModel(
            name="Evidence",
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
                            ("mail", "E-mail"),
                            ("invitation", "Calendar invitation"),
                            ("call", "Call log"),
                            ("confirmation", "Confirmed by the customer"),
                        ],
                        max_length=12,
                        verbose_name="kind of evidence",
                    ),
                ),
                ("digest", models.BinaryField()),
                ("happened_at", models.DateTimeField(verbose_name="time of the artefact")),
                (
                    "gathered_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                (
                    "customer",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="customers.customer",
                    ),
                ),
                (
                    "file",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="customers.followup",
                    ),
                ),
                (
                    "gathered_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="brought by",
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
                "verbose_name": "evidence",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "follow_up"], name="evidence_of_follow_up")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "kind", "digest"), name="evidence_proves_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnershipRules",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(db_default=0, editable=False, verbose_name="version")),
                (
                    "effective_from",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), verbose_name="in force from"),
                ),
                (
                    "written_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                (
                    "protection_days",
                    models.PositiveSmallIntegerField(db_default=90, verbose_name="protection period in days"),
                ),
                (
                    "hold_hours",
                    models.PositiveSmallIntegerField(db_default=72, verbose_name="provisional hold in hours"),
                ),
                (
                    "holds_at_once",
                    models.PositiveSmallIntegerField(db_default=5, verbose_name="holds without evidence at once"),
                ),
                (
                    "lapses_at_most",
                    models.PositiveSmallIntegerField(
                        db_default=3, verbose_name="lapsed holds in 30 days before a manager is asked"
                    ),
                ),
                (
                    "daily_claims",
                    models.PositiveSmallIntegerField(db_default=20, verbose_name="claims from the pool a day"),
                ),
                (
                    "holding_limit",
                    models.PositiveSmallIntegerField(db_default=300, verbose_name="customers one person holds at most"),
                ),
                (
                    "cooldown_days",
                    models.PositiveSmallIntegerField(
                        db_default=30, verbose_name="cooldown of the former owner and his group in days"
                    ),
                ),
                (
                    "release_hours",
                    models.PositiveSmallIntegerField(
                        db_default=24, verbose_name="random delay before pooled customers open, in hours"
                    ),
                ),
                (
                    "opportunity_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="days to the first opportunity"
                    ),
                ),
                (
                    "won_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days to the first deal"),
                ),
                (
                    "warn_days",
                    models.PositiveSmallIntegerField(
                        db_default=7, verbose_name="days before the end when the owner is warned"
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
                    "written_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
            ],
            options={
                "verbose_name": "ownership rules",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "-effective_from", "-number"], name="ownership_in_force")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "number"), name="ownership_rules_number"),
                    models.CheckConstraint(condition=models.Q(("protection_days__gte", 1)), name="ownership_protects"),
                    models.CheckConstraint(
                        condition=models.Q(("hold_hours__lte", 72)), name="ownership_holds_72_hours"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("daily_claims__gte", 1), ("holding_limit__gte", 1)),
                        name="ownership_lets_work",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="claim",
            name="rules",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.ownershiprules",
                verbose_name="rules",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                condition=models.Q(("ended_as", "lapsed")),
                fields=["organization", "claimant", "released_at"],
                name="claim_lapsed",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="claim",
            name="base_until",
            field=models.DateTimeField(editable=False),
        ),
        migrations.AlterField(
            model_name="claim",
            name="chain_began_at",
            field=models.DateTimeField(editable=False),
        ),
        migrations.AlterField(
            model_name="claim",
            name="way",
            field=models.CharField(
                choices=[
                    ("created", "entered the company"),
                    ("pool", "claimed from the pool"),
                    ("draw", "won the draw"),
                    ("assigned", "was assigned"),
                    ("approved", "claimed as approved"),
                    ("passed", "became the owner by a transfer"),
                    ("handed_over", "took it over in a handover"),
                ],
                max_length=12,
                verbose_name="how it began",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="rules",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.ownershiprules",
                verbose_name="rules",
            ),
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

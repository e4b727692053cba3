from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "replays.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_protection_leaves"),
        ("approvals", "0007_settings"),
        ("customers", "0021_pools"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Replay",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("rules", models.JSONField(verbose_name="proposed rules")),
                ("effective_from", models.DateTimeField(null=True, verbose_name="in force from")),
                ("instead_of", models.PositiveIntegerField(null=True, verbose_name="instead of version")),
                (
                    "asked_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("since", models.DateTimeField(editable=False, null=True)),
                ("until", models.DateTimeField(editable=False, null=True)),
                ("finished_at", models.DateTimeField(editable=False, null=True, verbose_name="worked out")),
                ("result", models.JSONField(editable=False, null=True)),
                ("sha256", models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256")),
                (
                    "asked_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
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
                    "progress",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.progress",
                    ),
                ),
            ],
            options={
                "verbose_name": "replay",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "-asked_at"], name="replay_newest")],
            },
        ),
        migrations.AddField(
            model_name="ownershiprules",
            name="approval",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.approval",
                verbose_name="request",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownershiprules",
            constraint=models.UniqueConstraint(fields=("organization", "approval"), name="ownership_rules_of_request"),
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

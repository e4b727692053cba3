from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "duplicate_scans.sql"


def organization():
    return models.ForeignKey(
        db_index=False,
        default=accounts.tenancy.organization_in_scope,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="accounts.organization",
        verbose_name="organisation",
    )


def own_id():
    return models.UUIDField(db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0033_probes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicateScan",
            fields=[
                ("id", own_id()),
                ("whole", models.BooleanField(default=False, editable=False, verbose_name="all customers")),
                (
                    "state",
                    models.CharField(
                        choices=[("live", "under way"), ("finished", "finished"), ("given_up", "given up")],
                        default="live",
                        editable=False,
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "began_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("finished_at", models.DateTimeField(editable=False, null=True, verbose_name="finished")),
                ("bounds", models.JSONField(default=list, editable=False)),
                ("horizon", models.BigIntegerField(default=0, editable=False)),
                ("parts", models.PositiveIntegerField(default=0, editable=False)),
                ("parts_done", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "compared",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="customers compared"),
                ),
                ("found", models.PositiveIntegerField(default=0, editable=False, verbose_name="new pairs")),
                (
                    "weights_fingerprint",
                    models.CharField(editable=False, max_length=16, verbose_name="fingerprint of the weights"),
                ),
                (
                    "record_version",
                    models.PositiveSmallIntegerField(editable=False, verbose_name="version of the records"),
                ),
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
                ("organization", organization()),
            ],
            options={
                "verbose_name": "search for duplicates",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "-began_at"], name="duplicate_scan_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "live")), fields=("organization",), name="one_live_scan"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parts_done__lte", models.F("parts"))), name="no_part_is_done_twice"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateBlock",
            fields=[
                ("id", own_id()),
                ("h", models.BigIntegerField(editable=False)),
                ("kind", models.CharField(blank=True, editable=False, max_length=1)),
                ("customers", models.PositiveIntegerField(editable=False)),
                ("examples", models.JSONField(editable=False)),
                ("organization", organization()),
                (
                    "scan",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blocks",
                        to="customers.duplicatescan",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "scan", "-customers"], name="duplicate_block_largest")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "scan", "h"), name="duplicate_block_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="duplicatepair",
            index=models.Index(
                condition=models.Q(("status", "open"), ("verdict__in", ["same", "review"])),
                fields=["organization", "-score", "-id"],
                name="duplicate_pair_to_review",
            ),
        ),
        migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop),
    ]

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_protection_leaves"),
        ("customers", "0029_tags_in_the_order_of_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="merged_into",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged_from",
                to="customers.customer",
                verbose_name="merged into",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="merged_into",
            field=accounts.tenancy.InOrganization(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.customer",
                verbose_name="merged into",
            ),
        ),
        migrations.AlterField(
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
                    ("merged", "passed into another by a merge"),
                    ("unmerged", "ended with an undone merge"),
                ],
                max_length=10,
                verbose_name="how it ended",
            ),
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
                    ("merged", "passed into it by a merge"),
                ],
                max_length=12,
                verbose_name="how it began",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["organization", "merged_into"],
                name="customer_merged_into",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("owner__isnull", True), models.Q(("merged_into", models.F("id")), _negated=True)),
                    _connector="OR",
                ),
                name="customer_merged_is_nobodys",
            ),
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("chosen", models.JSONField(default=list, editable=False, verbose_name="taken from the other record")),
                ("compared", models.JSONField(default=dict, editable=False, verbose_name="as both were")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                (
                    "asked_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("done_at", models.DateTimeField(editable=False, null=True, verbose_name="merged")),
                (
                    "reversible_until",
                    models.DateTimeField(editable=False, null=True, verbose_name="can be undone until"),
                ),
                ("moved", models.JSONField(editable=False, null=True, verbose_name="what was moved")),
                ("undone_at", models.DateTimeField(editable=False, null=True, verbose_name="undone")),
                ("working_in", models.BigIntegerField(editable=False, null=True)),
                (
                    "asked_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "done_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="merged by",
                    ),
                ),
                (
                    "loser",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_by",
                        to="customers.customer",
                        verbose_name="passes into it",
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
                    "owner",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner afterwards",
                    ),
                ),
                (
                    "undone_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="undone by",
                    ),
                ),
                (
                    "winner",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="customers.customer",
                        verbose_name="stays",
                    ),
                ),
            ],
            options={
                "verbose_name": "merge",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "winner", "-id"], name="merge_of_winner"),
                    models.Index(fields=["organization", "loser", "-id"], name="merge_of_loser"),
                    models.Index(fields=["organization", "asked_by", "-id"], name="merge_asked_by"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("winner", models.F("loser")), _negated=True), name="merge_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="merge_has_a_reason"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", False), ("undone_at__isnull", True)),
                        fields=("organization", "loser"),
                        name="merged_once",
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "merging.sql").read_text()),
        migrations.RunSQL((SQL / "merging_moves.sql").read_text()),
        migrations.RunSQL((SQL / "merging_returns.sql").read_text()),
    ]

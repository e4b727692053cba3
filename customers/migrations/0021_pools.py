from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "pools.sql"

FILL = SQL.with_name("pools_fill.sql")


def fill(apps, schema_editor):
    """Past walls, guards and ledger: nobody did anything, the house writes down what was so all along."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE customers_customer DISABLE TRIGGER USER")
        cursor.execute(FILL.read_text())
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE customers_customer ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_protection_leaves"),
        ("customers", "0020_confirmation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("opens_at", models.DateTimeField(verbose_name="opens")),
                ("commitment", models.BinaryField(max_length=32, verbose_name="SHA-256 of the seed")),
                ("sealed", models.TextField(verbose_name="sealed seed")),
                ("seed", models.BinaryField(max_length=32, null=True, verbose_name="seed")),
                (
                    "prepared_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("revealed_at", models.DateTimeField(null=True, verbose_name="seed revealed")),
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
                "verbose_name": "draw",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("organization", "opens_at"), name="draw_once_an_hour")],
            },
        ),
        migrations.CreateModel(
            name="DrawEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "number",
                    models.UUIDField(
                        db_default=models.Func(function="gen_random_uuid"),
                        editable=False,
                        verbose_name="number of the entry",
                    ),
                ),
                (
                    "entered_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="withdrawn")),
                ("weight", models.PositiveIntegerField(editable=False, null=True, verbose_name="free capacity")),
                ("ticket", models.FloatField(editable=False, null=True, verbose_name="value drawn")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("won", "won"), ("lost", "lost"), ("passed_over", "passed over")],
                        default="",
                        max_length=12,
                        verbose_name="result",
                    ),
                ),
                (
                    "passed_over_for",
                    models.CharField(blank=True, default="", editable=False, max_length=20, verbose_name="reason"),
                ),
                ("settled_at", models.DateTimeField(editable=False, null=True, verbose_name="drawn at")),
                (
                    "customer",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw_entries",
                        to="customers.customer",
                    ),
                ),
                (
                    "draw",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="customers.draw",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={"verbose_name": "entry for a draw", "abstract": False, "base_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name of the pool")),
                ("place", models.PositiveSmallIntegerField(default=1, verbose_name="place")),
                (
                    "is_rest",
                    models.BooleanField(default=False, editable=False, verbose_name="takes what fits no other"),
                ),
                ("conditions", models.JSONField(default=dict, verbose_name="conditions")),
                ("hidden", models.JSONField(default=list, verbose_name="hidden until claimed")),
                ("archived_at", models.DateTimeField(editable=False, null=True, verbose_name="archived")),
                (
                    "changed_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
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
                "verbose_name": "public pool",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "is_rest", "place", "id"], name="pool_in_order")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_rest", True)), fields=("organization",), name="pool_of_the_rest_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_rest", False), models.Q(("archived_at", None), ("conditions", {})), _connector="OR"
                        ),
                        name="pool_of_the_rest",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PoolMember",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "pool",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="customers.pool",
                    ),
                ),
                (
                    "team",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "member of a pool",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "pool", "team", "person"), name="pool_member_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", False), ("team", None)),
                            models.Q(("person", None), ("team__isnull", False)),
                            _connector="OR",
                        ),
                        name="pool_member_is_one",
                    ),
                ],
            },
        ),
        migrations.RemoveIndex(
            model_name="customer",
            name="customer_in_pool",
        ),
        migrations.AddField(
            model_name="claim",
            name="seconds_open",
            field=models.FloatField(editable=False, null=True, verbose_name="seconds since it opened"),
        ),
        migrations.AddField(
            model_name="customer",
            name="available_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="opens"),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="available_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="opens"),
        ),
        migrations.AlterField(
            model_name="contestedclaim",
            name="way",
            field=models.CharField(
                choices=[
                    ("claim", "Claim"),
                    ("form", "New customer"),
                    ("import", "Import"),
                    ("edit", "Edit"),
                    ("draw", "Draw"),
                ],
                max_length=10,
                verbose_name="way",
            ),
        ),
        migrations.AddField(
            model_name="drawentry",
            name="pool",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.pool",
                verbose_name="public pool",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="pool",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.pool",
                verbose_name="public pool",
            ),
        ),
        migrations.AddField(
            model_name="historicalcustomer",
            name="pool",
            field=accounts.tenancy.InOrganization(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.pool",
                verbose_name="public pool",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("owner__isnull", True)),
                fields=["organization", "pool", "-pooled_at", "-id"],
                name="customer_in_pool",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("available_at__isnull", False), ("owner__isnull", True), ("pool__isnull", False)),
                    models.Q(("available_at__isnull", True), ("owner__isnull", False), ("pool__isnull", True)),
                    _connector="OR",
                ),
                name="customer_waits_in_one_pool",
            ),
        ),
        migrations.AddIndex(
            model_name="drawentry",
            index=models.Index(fields=["organization", "customer", "person"], name="entry_of_customer"),
        ),
        migrations.AddConstraint(
            model_name="drawentry",
            constraint=models.UniqueConstraint(
                fields=("organization", "draw", "customer", "person"), name="entry_once"
            ),
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

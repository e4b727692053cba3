from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "followed.sql"
FILL = SQL.with_name("followed_fill.sql")


def fill(apps, schema_editor):
    """Past the walls: nobody did anything, the house writes down what was so all along."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FILL.read_text())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_protection_leaves"),
        ("customers", "0023_assignment"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contestedclaim",
            name="written",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="as it was written"),
        ),
        migrations.CreateModel(
            name="Touch",
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
                            ("logged", "You logged a follow-up"),
                            ("owned", "You owned it"),
                            ("shared", "It was shared with you"),
                            ("tried", "You wanted it"),
                        ],
                        max_length=6,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "touched_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("owed", models.BooleanField(default=False)),
                (
                    "customer",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
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
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "person", "-id"], name="touch_newest"),
                    models.Index(condition=models.Q(("owed", True)), fields=["organization", "id"], name="touch_owed"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "customer", "person"), name="touch_once")
                ],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;", migrations.RunSQL.noop),
        migrations.RunSQL(SQL.read_text()),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_outbox"),
        ("customers", "0002_claims"),
    ]

    operations = [
migrations.RemoveField("importrow", "cells"),
migrations.RemoveField("importrow", "reasons"),
migrations.AddField("importrow", "sealed", models.BinaryField(default=b""), preserve_default=False),
migrations.AddField("importrow", "like_line", models.PositiveIntegerField(null=True)),
migrations.AddField("importrow", "likeness", models.CharField(blank=True, max_length=12)),
migrations.AddField("importrow", "overtaken", models.BooleanField(default=False)),
migrations.AlterField(
            "importrow",
            "outcome",
            models.CharField(
                choices=[
                    ("waiting", "Not tried yet"),
                    ("new", "New"),
                    ("review", "Review"),
                    ("taken", "Taken"),
                    ("pool", "In the pool"),
                    ("dispute", "In dispute"),
                    ("compared", "Under review already"),
                    ("repeated", "Repeated in the file"),
                    ("invalid", "Invalid"),
                    ("kept", "Kept at undo"),
                    ("removed", "Removed at undo"),
                ],
                default="waiting",
                max_length=10,
            ),
        ),
migrations.AddField("import", "row_count", models.PositiveIntegerField(default=0, verbose_name="rows")),
migrations.AddField("import", "sheet", models.CharField(blank=True, max_length=100, verbose_name="sheet")),
migrations.AddField("import", "undo_reason", models.CharField(blank=True, max_length=500, verbose_name="reason")),
migrations.AlterField("import", "counts", models.JSONField(default=dict, verbose_name="counts")),
migrations.AlterField("import", "headers", models.JSONField(default=list, verbose_name="headings")),
migrations.AlterField("import", "mapping", models.JSONField(default=dict, verbose_name="columns")),
migrations.AlterField("import", "problem", models.CharField(blank=True, max_length=20, verbose_name="problem")),
migrations.AlterField(
            "import",
            "created_by",
            accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="brought by",
            ),
        ),
migrations.AddField(
            "export",
            "format",
            models.CharField(
                choices=[("xlsx", "Excel workbook (.xlsx)"), ("csv", "CSV in UTF-8")],
                default="xlsx",
                max_length=4,
                verbose_name="format",
            ),
        ),
migrations.CreateModel(
name="ImportKey",
fields=[
(
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id", "batch_id", "kind", "digest",
                        blank=True, editable=False, primary_key=True, serialize=False,
                    ),
                ),
("kind", models.CharField(max_length=12)),
("digest", models.BinaryField()),
("line", models.PositiveIntegerField()),
(
                    "batch",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.import",
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
options={"abstract": False,
"base_manager_name": "objects"},
),
]  # fmt: skip

from pathlib import Path

from django.conf import settings
from django.db import migrations, models
from django.db.models.deletion import CASCADE, PROTECT

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "exports_and_views.sql"


def own_id():
    return "id", models.UUIDField(
        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
    )


def organization(**more):
    own = {"db_index": False, "default": accounts.tenancy.organization_in_scope, "editable": False, "related_name": "+"}
    return "organization", models.ForeignKey(to="accounts.organization", on_delete=PROTECT, **own, **more)


def within(name, to, on_delete=PROTECT, **more):
    more = {"db_constraint": False, "db_index": False, "related_name": "+"} | more
    return name, accounts.tenancy.InOrganization(to=to, on_delete=on_delete, **more)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_break_glass"),
        ("customers", "0016_next_steps"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Canary",
            fields=[
                own_id(),
                ("line_sealed", models.BinaryField()),
                ("name_index", models.BinaryField()),
                ("code_index", models.BinaryField(null=True)),
                ("email_index", models.BinaryField(null=True)),
                ("host_index", models.BinaryField(null=True)),
                ("phone_index", models.BinaryField(null=True)),
                (
                    "made_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                within("export", "customers.export", verbose_name="export"),
                organization(verbose_name="organisation"),
                within("person", settings.AUTH_USER_MODEL, verbose_name="person"),
            ],
            options={
                "verbose_name": "canary record",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "person", "-made_at"], name="canary_of_person"),
                    models.Index(fields=["organization", "host_index"], name="canary_by_host"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "name_index"), name="canary_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CanaryHit",
            fields=[
                own_id(),
                (
                    "way",
                    models.CharField(
                        choices=[("mail", "A letter to its address"), ("list", "An imported list")],
                        max_length=4,
                        verbose_name="found by",
                    ),
                ),
                (
                    "mark",
                    models.CharField(
                        choices=[
                            ("address", "its mail address"),
                            ("host", "its web or mail domain"),
                            ("code", "its credit code"),
                            ("phone", "its phone"),
                            ("name", "its name, which somebody real may have too"),
                        ],
                        max_length=7,
                        verbose_name="recognised by",
                    ),
                ),
                ("detail_sealed", models.BinaryField()),
                ("digest", models.BinaryField()),
                (
                    "seen_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                within("batch", "customers.import", null=True, verbose_name="import"),
                within("canary", "customers.canary", related_name="hits", verbose_name="canary record"),
                within("export", "customers.export", verbose_name="export"),
                organization(verbose_name="organisation"),
            ],
            options={
                "verbose_name": "trace of a canary record",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("organization", "canary", "digest"), name="hit_once")],
            },
        ),
        migrations.CreateModel(
            name="CanaryPhone",
            fields=[
                own_id(),
                ("number_sealed", models.BinaryField()),
                ("number_index", models.BinaryField()),
                (
                    "added_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("removed_at", models.DateTimeField(editable=False, null=True, verbose_name="removed")),
                within("added_by", settings.AUTH_USER_MODEL, editable=False, verbose_name="entered by"),
                organization(verbose_name="organisation"),
            ],
            options={
                "verbose_name": "number for canary contacts",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("organization", "number_index"),
                        name="canary_phone_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportedRow",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "organization_id",
                        "export_id",
                        "digest",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("digest", models.BinaryField()),
                ("text_digest", models.BinaryField()),
                within("export", "customers.export", on_delete=CASCADE),
                organization(db_constraint=False),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "digest"], name="exported_row_by_company")],
            },
        ),
        migrations.CreateModel(
            name="Planting",
            fields=[
                own_id(),
                (
                    "planted_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                within("canary", "customers.canary", related_name="plantings", verbose_name="canary record"),
                within("export", "customers.export", related_name="plantings", verbose_name="export"),
                organization(verbose_name="organisation"),
            ],
            options={
                "verbose_name": "canary record in a list",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "canary"], name="planting_of_canary")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "export", "canary"), name="planted_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                own_id(),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("base", models.CharField(max_length=10, verbose_name="list shown")),
                ("filters", models.JSONField(default=dict, verbose_name="filters")),
                ("columns", models.JSONField(default=list, verbose_name="columns")),
                ("order", models.CharField(max_length=12, verbose_name="sort order")),
                (
                    "sharing",
                    models.CharField(
                        choices=[("private", "Only I"), ("team", "My team"), ("organization", "Everybody")],
                        default="private",
                        max_length=12,
                        verbose_name="shared with",
                    ),
                ),
                (
                    "saved_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("removed_at", models.DateTimeField(editable=False, null=True, verbose_name="removed")),
                organization(verbose_name="organisation"),
                within("owner", settings.AUTH_USER_MODEL, editable=False, verbose_name="owner"),
            ],
            options={
                "verbose_name": "saved view",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_at", None)),
                        fields=["organization", "sharing", "saved_at"],
                        name="view_of_others",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("organization", "owner", "name"),
                        name="view_name_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="view_has_a_name"),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

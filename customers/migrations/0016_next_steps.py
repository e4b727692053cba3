from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "next_steps.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_break_glass"),
        ("customers", "0015_profile"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64)),
                (
                    "made_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                ("read_at", models.DateTimeField(editable=False, null=True, verbose_name="last read")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="ended")),
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
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "calendar address",
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "token_hash"), name="calendar_token_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("organization", "person"),
                        name="calendar_of_person_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUpFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "customer",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "file",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.storedfile",
                        verbose_name="file",
                    ),
                ),
                (
                    "follow_up",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="customers.followup",
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
                "verbose_name": "file of a follow-up",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [models.Index(fields=["organization", "customer"], name="follow_up_file_of_customer")],
                "constraints": [
                    models.UniqueConstraint(fields=("organization", "follow_up", "file"), name="follow_up_file_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="NextStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        db_default=accounts.tenancy.UUIDv7(), editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("what", models.CharField(max_length=200, verbose_name="what")),
                ("due_on", models.DateField(verbose_name="day")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="hour")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To do"), ("done", "Done"), ("dropped", "Dropped")],
                        default="open",
                        max_length=50,
                        verbose_name="state",
                    ),
                ),
                (
                    "planned_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="recorded"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(db_default=accounts.tenancy.Clock(), editable=False, verbose_name="changed"),
                ),
                ("moves", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="times moved")),
                ("done_at", models.DateTimeField(editable=False, null=True, verbose_name="done")),
                ("reason", models.CharField(blank=True, editable=False, max_length=300, verbose_name="reason")),
                (
                    "customer",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="next_steps",
                        to="customers.customer",
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
                        verbose_name="done by",
                    ),
                ),
                (
                    "done_with",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="finishes",
                        to="customers.followup",
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
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who does it",
                    ),
                ),
                (
                    "planned_by",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="planned by",
                    ),
                ),
                (
                    "planned_with",
                    accounts.tenancy.InOrganization(
                        db_constraint=False,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="customers.followup",
                    ),
                ),
            ],
            options={
                "verbose_name": "next step",
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["organization", "person", "due_on", "id"],
                        name="next_step_of_person",
                    ),
                    models.Index(fields=["organization", "customer", "due_on"], name="next_step_of_customer"),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["organization", "due_on"],
                        name="next_step_by_day",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("done_at", None),
                                ("done_by", None),
                                ("done_with", None),
                                ("reason", ""),
                                ("state", "open"),
                            ),
                            models.Q(("done_at__isnull", False), ("reason", ""), ("state", "done")),
                            models.Q(
                                ("done_at__isnull", False),
                                ("done_with", None),
                                ("state", "dropped"),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="next_step_ends_with_a_reason",
                    ),
                    models.CheckConstraint(condition=models.Q(("what", ""), _negated=True), name="next_step_says_what"),
                ],
            },
        ),
        migrations.AddField(
            model_name="followup",
            name="corrects",
            field=accounts.tenancy.InOrganization(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="corrections",
                to="customers.followup",
                verbose_name="corrects",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="intention",
            field=models.CharField(
                blank=True,
                choices=[("high", "High"), ("medium", "Medium"), ("low", "Low"), ("none", "None")],
                db_default="",
                max_length=10,
                verbose_name="intention",
            ),
        ),
        migrations.AddField(
            model_name="followup",
            name="needs",
            field=models.TextField(blank=True, db_default="", max_length=1000, verbose_name="needs"),
        ),
        migrations.AddField(
            model_name="historicalfollowup",
            name="corrects",
            field=accounts.tenancy.InOrganization(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.followup",
                verbose_name="corrects",
            ),
        ),
        migrations.AddField(
            model_name="historicalfollowup",
            name="intention",
            field=models.CharField(
                blank=True,
                choices=[("high", "High"), ("medium", "Medium"), ("low", "Low"), ("none", "None")],
                db_default="",
                max_length=10,
                verbose_name="intention",
            ),
        ),
        migrations.AddField(
            model_name="historicalfollowup",
            name="needs",
            field=models.TextField(blank=True, db_default="", max_length=1000, verbose_name="needs"),
        ),
        migrations.AlterField(
            model_name="followup",
            name="kind",
            field=models.CharField(
                choices=[
                    ("call", "Call"),
                    ("visit", "Visit"),
                    ("mail", "E-mail"),
                    ("message", "Message"),
                    ("meeting", "Meeting"),
                    ("note", "Note"),
                ],
                default="call",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="historicalfollowup",
            name="kind",
            field=models.CharField(
                choices=[
                    ("call", "Call"),
                    ("visit", "Visit"),
                    ("mail", "E-mail"),
                    ("message", "Message"),
                    ("meeting", "Meeting"),
                    ("note", "Note"),
                ],
                default="call",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                condition=models.Q(("corrects__isnull", False)),
                fields=("organization", "corrects"),
                name="follow_up_corrected_once",
            ),
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

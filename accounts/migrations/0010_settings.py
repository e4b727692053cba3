from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

import accounts.tenancy

SQL = Path(__file__).parent.parent / "sql" / "settings.sql"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_sessions")]

    operations = [
        migrations.AddField(
            "organization",
            "access_log_days",
            models.PositiveSmallIntegerField(default=400, verbose_name="days for which the access log is kept"),
        ),
        migrations.AddField("organization", "founded_in", models.BigIntegerField(editable=False, null=True)),
        migrations.AddConstraint(
            "organization",
            models.CheckConstraint(condition=models.Q(("access_log_days__gte", 200)), name="access_log_is_kept"),
        ),
        migrations.AddConstraint(
            "organization",
            models.CheckConstraint(condition=models.Q(("protection_days__gte", 1)), name="protection_lasts"),
        ),
        migrations.AddField(
            "user", "deactivated_at", models.DateTimeField(editable=False, null=True, verbose_name="deactivated")
        ),
        migrations.AlterField(
            "invitation", "token_hash", models.CharField(editable=False, max_length=64, null=True)
        ),
        migrations.AddField(
            "invitation",
            "accepted_by",
            accounts.tenancy.InOrganization(
                db_constraint=False, db_index=False, editable=False, null=True,
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user",
                verbose_name="accepted by",
            ),
        ),
        migrations.RunSQL(SQL.read_text()),
    ]  # fmt: skip

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "people.sql"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_outbox")]

    operations = [
        migrations.RunSQL(SQL.read_text()),
        migrations.AlterField(
            "user",
            "language",
            models.CharField(blank=True, default="zh-hans", max_length=10, verbose_name="language"),
        ),
        migrations.AddIndex(
            "outbox",
            models.Index(
                fields=["organization", "-created_at"], name="outbox_undone", condition=models.Q(done_at__isnull=True)
            ),
        ),
    ]

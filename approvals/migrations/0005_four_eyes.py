from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "four_eyes.sql"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_sign_in"), ("accounts", "0010_settings")]

    operations = [
        migrations.AddField("housepolicy", "administration", models.BooleanField(default=False)),
        migrations.RunSQL(SQL.read_text()),
    ]

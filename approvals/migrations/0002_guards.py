from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "approvals.sql"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial"), ("accounts", "0006_owner")]

    operations = [migrations.RunSQL(SQL.read_text())]

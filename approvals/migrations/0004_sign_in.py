from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "sign_in.sql"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_roles"), ("accounts", "0009_sessions")]

    operations = [migrations.RunSQL(SQL.read_text())]

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "reach.sql"


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_lighter_keys"), ("accounts", "0007_roles"), ("approvals", "0003_roles")]

    operations = [migrations.RunSQL(SQL.read_text())]

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "approved.sql"


class Migration(migrations.Migration):
    dependencies = [("customers", "0007_export_approval"), ("approvals", "0002_guards")]

    operations = [migrations.RunSQL(SQL.read_text())]

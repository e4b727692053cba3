from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "settings.sql"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0006_lapsing")]

    operations = [migrations.RunSQL(SQL.read_text())]

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "break_glass.sql"


class Migration(migrations.Migration):
    dependencies = [("customers", "0012_handover"), ("accounts", "0012_break_glass")]

    operations = [migrations.RunSQL(SQL.read_text())]

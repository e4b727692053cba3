from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "reverification.sql"


class Migration(migrations.Migration):
    dependencies = [("customers", "0024_followed")]

    operations = [migrations.RunSQL(SQL.read_text())]

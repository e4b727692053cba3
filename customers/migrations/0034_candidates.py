from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "duplicate_candidates.sql"


class Migration(migrations.Migration):
    dependencies = [("customers", "0033_probes")]

    operations = [migrations.RunSQL(SQL.read_text(), migrations.RunSQL.noop)]

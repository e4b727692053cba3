from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "replay_terms.sql"


class Migration(migrations.Migration):
    dependencies = [("customers", "0027_replays_of_many_claims")]

    operations = [migrations.RunSQL(SQL.read_text())]

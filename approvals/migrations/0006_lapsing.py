from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "lapsing.sql"


class Migration(migrations.Migration):
    dependencies = [("approvals", "0005_four_eyes"), ("audit", "0003_access_review")]

    operations = [migrations.RunSQL(SQL.read_text())]

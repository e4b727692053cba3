from django.db import migrations

# Without these the planner takes a function for a thousand rows, and five of them for a reason to look through all others.
SQL = """
ALTER FUNCTION customers_protection_under(bigint, jsonb, timestamptz, timestamptz) ROWS 1000000;
ALTER FUNCTION customers_effects_of(bigint, jsonb, timestamptz, timestamptz) ROWS 100000;
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0026_a_hold_is_no_longer_than_the_protection")]

    operations = [migrations.RunSQL(SQL)]

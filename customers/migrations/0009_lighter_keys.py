from django.db import migrations, models

import accounts.tenancy


def organization():
    """As in `accounts.tenancy.implied_organization` of today."""
    return models.ForeignKey(
        "accounts.organization",
        models.PROTECT,
        related_name="+",
        default=accounts.tenancy.organization_in_scope,
        editable=False,
        db_index=False,
        db_constraint=False,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_words_of_fields"),
        ("customers", "0008_as_approved"),
    ]

    operations = [
        migrations.AlterField("evidencekey", "organization", organization()),
        migrations.AlterField("identitykey", "organization", organization()),
        migrations.AlterField("importkey", "organization", organization()),
        migrations.AlterField(
            "importkey",
            "batch",
            models.ForeignKey(
                "customers.import", models.CASCADE, related_name="+", db_index=False, db_constraint=False
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE customers_importkey DROP CONSTRAINT IF EXISTS customers_importkey_batch_id_within"
        ),
    ]

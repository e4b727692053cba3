from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "tags_in_order.sql"


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0028_replays_take_terms_along"),
    ]

    operations = [
        migrations.AddField(
            model_name="customertag",
            name="owner_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="customertag",
            name="pooled_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="customertag",
            name="protected_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="customertag",
            index=models.Index(
                condition=models.Q(("protected_until__isnull", False)),
                fields=["organization", "tag", "protected_until", "customer"],
                name="tag_by_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="customertag",
            index=models.Index(
                condition=models.Q(("protected_until__isnull", False)),
                fields=["organization", "tag", "owner_id", "protected_until", "customer"],
                name="tag_of_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="customertag",
            index=models.Index(
                condition=models.Q(("pooled_at__isnull", False)),
                fields=["organization", "tag", "-pooled_at", "-customer"],
                name="tag_in_pool",
            ),
        ),
        migrations.RunSQL(SQL.read_text()),
    ]

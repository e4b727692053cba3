from django.db import migrations


class Migration(migrations.Migration):
    """How long a claim protects is said by `customers.OwnershipRules`, which took the figure over."""

    dependencies = [
        ("accounts", "0012_break_glass"),
        ("approvals", "0007_settings"),
        ("customers", "0014_ownership"),
    ]

    operations = [
        migrations.RemoveConstraint("organization", "protection_lasts"),
        migrations.RemoveField("organization", "protection_days"),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0025_reverification")]

    operations = [
        migrations.AddConstraint(
            model_name="ownershiprules",
            constraint=models.CheckConstraint(
                condition=models.Q(hold_hours__lte=models.F("protection_days") * 24),
                name="ownership_holds_no_longer_than_it_protects",
            ),
        ),
    ]

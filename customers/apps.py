from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self):
        from customers import (  # noqa: F401
            emergencies,
            export_approval,
            exporting,
            identity_changes,
            reaching,
            rules,
            transfers,
            words,
        )
        from customers.importing import arriving, trying, undoing, writing  # noqa: F401

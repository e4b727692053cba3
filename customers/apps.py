from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self):
        from customers import (  # noqa: F401
            access_review,
            emergencies,
            export_approval,
            exporting,
            handover,
            identity_changes,
            leaving,
            reaching,
            rules,
            transfers,
            watching,
            words,
        )
        from customers.importing import arriving, trying, undoing, writing  # noqa: F401
        from customers.profile import groups, ledger_words, permissions, sources, terms  # noqa: F401

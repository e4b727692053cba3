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
            recycling,
            rules,
            transfers,
            watching,
            words,
        )
        from customers.evidence import arriving as arriving_mail  # noqa: F401
        from customers.evidence import calls, lapses, rereading  # noqa: F401
        from customers.evidence import rules as rules_of_evidence  # noqa: F401
        from customers.importing import arriving, trying, undoing, writing  # noqa: F401

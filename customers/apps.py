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
        from customers.reconciliation import arriving as lists_to_compare  # noqa: F401
        from customers.reconciliation import comparing  # noqa: F401
        from customers.verification import corrections, sampling  # noqa: F401
        from customers.verification import rules as rules_of_verification  # noqa: F401
        from customers.verification import words as words_of_verification  # noqa: F401

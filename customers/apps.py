from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self):
        from customers import (  # noqa: F401
            access_review,
            calendars,
            day_parts,
            emergencies,
            export_approval,
            exporting,
            follow_ups,
            handover,
            identity_changes,
            leaving,
            next_steps,
            reaching,
            reminding,
            rules,
            transfers,
            watching,
            words,
        )
        from customers.importing import arriving, trying, undoing, writing  # noqa: F401

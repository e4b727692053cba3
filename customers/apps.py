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
            recycling,
            reminding,
            rules,
            transfers,
            watching,
            words,
        )
        from customers.assignment import acts, by_rules  # noqa: F401
        from customers.assignment import changes as of_assignment  # noqa: F401
        from customers.confirmation import answering, asking  # noqa: F401
        from customers.confirmation import rules as of_confirmations  # noqa: F401
        from customers.evidence import arriving as arriving_mail  # noqa: F401
        from customers.evidence import calls, lapses, rereading  # noqa: F401
        from customers.evidence import rules as rules_of_evidence  # noqa: F401
        from customers.importing import arriving, trying, undoing, writing  # noqa: F401
        from customers.marking import permissions as of_marks  # noqa: F401
        from customers.ownership import changes as of_rules  # noqa: F401
        from customers.ownership import replay  # noqa: F401
        from customers.pools import changes as of_pools  # noqa: F401
        from customers.pools import draws, sorting  # noqa: F401
        from customers.profile import (  # noqa: F401
            groups,
            ledger_words,
            permissions,
            sources,
            terms,
        )
        from customers.reconciliation import arriving as lists_to_compare  # noqa: F401
        from customers.reconciliation import comparing  # noqa: F401
        from customers.saved_views import saving  # noqa: F401
        from customers.verification import corrections, sampling  # noqa: F401
        from customers.verification import rules as rules_of_verification  # noqa: F401
        from customers.verification import words as words_of_verification  # noqa: F401

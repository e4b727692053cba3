from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"

    def ready(self):
        from approvals import (  # noqa: F401
            access_review,
            administration,
            deadlines,
            juggling,
            letting_in,
            permissions,
            policy_changes,
            role_changes,
            settings_changes,
            sign_in_rules,
            words,
        )

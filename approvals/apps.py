from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"

    def ready(self):
        from approvals import administration, deadlines, permissions, policy_changes, sign_in_rules, words  # noqa: F401

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"

    def ready(self):
        from approvals import access_review, administration, deadlines, permissions, policy_changes, role_changes, words  # noqa: F401

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """The floor on which a second person will decide. It holds nothing yet; its place on the staircase is kept."""

    name = "approvals"

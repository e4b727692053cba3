from django.apps import AppConfig


class OpportunitiesConfig(AppConfig):
    """The floor above customers: opportunities, quotes, contracts. It holds nothing yet; its place is kept."""

    name = "opportunities"

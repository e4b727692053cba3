"""Indexes by which lists of customers are read."""

from django.db import models


def of_some(column) -> list[models.Index]:
    """The lists of those that have a value here, one after the other in the order of the list, as a filter by it reads them."""
    has_one = ~models.Q(**{column: ""})
    return [
        models.Index(
            fields=["organization", column, "protected_until", "id"],
            name=f"customer_by_{column}",
            condition=models.Q(owner__isnull=False) & has_one,
        ),
        models.Index(
            fields=["organization", column, "-pooled_at", "-id"],
            name=f"pooled_by_{column}",
            condition=models.Q(owner__isnull=True) & has_one,
        ),
    ]

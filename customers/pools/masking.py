"""What a pool hides of its customers until somebody has claimed them: from the row, and from the search."""

HIDEABLE = ("name", "region", "industry", "size", "website", "source")
NAMES = ("other_name", "short_name")


def shown_name(customer, pool) -> str:
    """The name, or its first letter where the pool hides names."""
    return f"{customer.name[:1]}***" if pool and "name" in pool.hidden else customer.name


def masked(customer, pool):
    """This row as the pool shows it: what is hidden is gone from it, so that no template can show it by mistake."""
    shown = shown_name(customer, pool)
    for name in hidden_columns(pool):
        setattr(customer, name, "")
    customer.name = shown
    return customer


def hidden_columns(pool) -> list[str]:
    """With a name go the others by which one finds it, and the web site that spells it."""
    hidden = list(pool.hidden)
    return [*hidden, *NAMES, "website"] if "name" in hidden else hidden

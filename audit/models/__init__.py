"""The ledger as Django reads it, and the reviews of who has what."""

from audit.models.ledger import Entry, EntryQuerySet, WalledHistory, WalledHistoryManager, history
from audit.models.reviews import AccessItem, AccessReview, ReviewTerms, reads_all

__all__ = [
    "AccessItem", "AccessReview", "Entry", "EntryQuerySet", "ReviewTerms", "WalledHistory", "WalledHistoryManager", "history",
    "reads_all",
]  # fmt: skip

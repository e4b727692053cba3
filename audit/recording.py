"""Recording, as the floors above know it. Calling the ledger's function stands on the ground floor, beside the deeds."""

from accounts.recording import record

__all__ = ["record"]

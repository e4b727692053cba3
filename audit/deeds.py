"""Deeds, as the floors above know them. The mechanism stands on the ground floor, because people change by deeds too."""

from accounts.deeds import Refused, allow, deed, deeds_open_to, locked, stamped

__all__ = ["Refused", "allow", "deed", "deeds_open_to", "locked", "stamped"]

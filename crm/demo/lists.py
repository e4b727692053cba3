"""Saved views, and a list that leaves with its marks."""

from customers.exporting import ask
from customers.saved_views.saving import save

QUIET = {"base": "mine", "filters": {}, "columns": ["contact", "industry", "region"], "order": "quiet"}
ABROAD = {
    "base": "team",
    "filters": {"country": ["DE"]},
    "columns": ["owner", "contact", "industry"],
    "order": "deadline",
}


def look_and_take(people):
    """A rep begins with whom he has not called for long, a manager shows everybody the German customers; and he takes a list."""
    save(by=people["li.wei"], name="久未联系 · To call", sharing="private", **QUIET)
    save(by=people["wang.fang"], name="德国 · Germany", sharing="organization", **ABROAD)
    purpose = "年会邀请 · Invitations to the annual meeting"
    ask(by=people["li.wei"], purpose=purpose, format="xlsx", filters={"view": "mine"})

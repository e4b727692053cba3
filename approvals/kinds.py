"""What can be approved. The app that owns a subject registers a kind; this app never imports it.

A kind says what is measured, who has a share in the matter, which columns of the subject the request stands on, and what
an approval brings about. An unknown kind raises.
"""

from dataclasses import dataclass
from typing import Any

_kinds: dict[str, "Kind"] = {}


@dataclass(frozen=True)
class Measure:
    """A number that a policy may set limits to, in the one direction in which it gets worse."""

    label: Any
    unit: Any = ""
    rises: bool = True  # a discount gets worse when it rises, a margin when it falls

    @property
    def limits(self):
        return (">", ">=") if self.rises else ("<", "<=")


@dataclass(frozen=True)
class Rolling:
    """The sum of a measure over everything asked for in the same group within so many days, this request included.

    `once`: a later request on the same subject replaces the earlier one in the sum when it has been carried out (a quote
    written anew); until then the larger of the two counts.
    """

    measure: str
    days: int
    label: Any
    once: bool = True

    @property
    def name(self):
        return f"{self.measure}_{self.days}_days"


@dataclass(frozen=True)
class MovesBack:
    """Where the subject's state machine goes when the subject is changed in one of these states."""

    field: str
    sources: tuple
    target: str


class Kind:
    """One sort of request. `name` is also the action whose rule says who may ask for it."""

    name: str
    label: Any
    subject: str  # the model's label: "customers.Customer"
    policy: dict  # the house's own policy, in force until an organisation has one
    measures: dict[str, Measure] = {}
    rolling: Rolling | None = None
    stands_on: tuple[str, ...] = ()  # columns of the subject; when one changes, the request is void
    moves_back: MovesBack | None = None
    carried_out_at_once = True  # by the decision itself; otherwise by whoever executes it later
    # About rights and rules: decided within 24 hours from another reporting line, or not at all (`approvals.lapsing`).
    administration = False

    def measure(self, subject, asked: dict) -> dict:
        """{measure: int, Decimal or str}, by the server's own reckoning."""
        return {}

    def group(self, subject, asked: dict) -> str:
        """What a rolling sum is summed over."""
        return ""

    def interested(self, subject, asked: dict) -> set:
        """Ids of people who have a share in the outcome and so cannot decide."""
        return set()

    def title(self, approval) -> str:
        """What is asked for, in a line: "Hand Acme over to Li"."""
        raise NotImplementedError

    def short(self, approval) -> str:
        """What a yes says yes to, in a word or a figure: "10.5%"."""
        return ""

    def lines(self, approval) -> list[tuple]:
        """What exactly is asked for: [(label, from, to)]; from is '' for what was not there, None for what stays as it is."""
        raise NotImplementedError

    def shows_subject_to(self, reader, subject) -> bool:
        """May whoever decides read what happened to the subject? A decision gives no right to anything else."""
        return False

    def background(self, approval) -> list[tuple]:
        """What helps to decide: [(label, words)]."""
        return []

    def url(self, approval) -> str:
        """The page of the subject."""
        return ""

    def url_to_ask(self, approval) -> str:
        """The page on which the same is asked anew, or '' when there is none."""
        return ""

    def take_effect(self, approval, *, by):
        """Do what was asked, from `approval.asked` and nothing else. Runs in the decision's transaction: an error undoes it."""
        raise NotImplementedError

    def not_granted(self, approval, *, by):
        """It was rejected, returned or withdrawn."""

    @property
    def all_measures(self) -> dict[str, Measure]:
        """What a policy of this kind may set limits to."""
        if (rolling := self.rolling) is None:
            return self.measures
        return self.measures | {rolling.name: Measure(rolling.label, self.measures[rolling.measure].unit)}


class CannotTakeEffect(Exception):
    """What was asked for can no longer be done; carries the sentence that says why. The decision is undone with it."""


class UnknownKind(LookupError):
    """Nobody registered this kind of request."""


def register(kind_class):
    """Class decorator: open this kind for requests."""
    if kind_class.name in _kinds:
        raise ValueError(f"{kind_class.name} is registered already")
    _kinds[kind_class.name] = kind_class()
    return kind_class


def kind_named(name) -> Kind:
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def kinds() -> list[Kind]:
    return list(_kinds.values())


def about_rights() -> list[str]:
    """Names of the kinds that are administration."""
    return [kind.name for kind in kinds() if kind.administration]


def a_second_person(*steps, above=None, hours=48) -> dict:
    """The simplest policy: these steps one after the other, for every request or for those above a limit."""
    return {
        "lines": [
            {"when": [above] if above else [], "steps": [{"turn": turn, **step} for turn, step in enumerate(steps, 1)]}
        ],
        "hours": hours,
        "highest": False,
        "bulk": False,
        "confirm": False,
    }


MANAGER = {"who": "manager", "level": 1}
# Where nobody has this duty, the question rises: to the owner of the organisation, then to its administrators.
SECURITY = {"who": "role", "role": "security", "need": 1}

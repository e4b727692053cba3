"""How long a claim protects, written down a second time, as simply as it can be said. The database has to agree with it.

Nothing here knows SQL, time zones or sessions: moments are moments, and a day is 24 hours.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Version:
    """Rules in force from a moment on. None: no such thing is asked for."""

    begins: datetime
    protection: int
    hold_hours: int = 0
    opportunity: int | None = None
    won: int | None = None


@dataclass(frozen=True)
class Contact:
    """What a person says, when the mirror heard it, and the artefact: of what moment, and brought when (None: never)."""

    occurred: datetime
    recorded: datetime
    happened: datetime | None = None
    gathered: datetime | None = None

    @property
    def plain(self):
        """The same moments in one zone: Python's clocks of one zone go by the wall, and an hour of the night is lost or won."""
        told = (self.occurred, self.recorded, self.happened, self.gathered)
        return Contact(*(each and each.astimezone(UTC) for each in told))

    @property
    def qualifies(self):
        """Evidence of the same day, and told within a day."""
        return (
            self.gathered is not None
            and self.recorded - self.occurred <= DAY
            and abs(self.happened - self.occurred) <= DAY
        )


@dataclass
class Hands:
    """Somebody's time with the customer: from claiming, or from taking it over, until he let it go (None: he has it)."""

    began: datetime
    released: datetime | None = None


@dataclass
class Chain:
    """From the pool until it is back there, through however many hands."""

    hands: list[Hands]
    opportunity_at: datetime | None = None
    won_at: datetime | None = None
    way: str = "pool"

    @property
    def began(self):
        return self.hands[0].began


@dataclass
class Told:
    """When it ends, and whether evidence came when it was over."""

    ends: datetime
    too_late: bool = False
    confirmed: datetime | None = None


def in_force(versions, moment) -> Version:
    """The one that began last; of two that began together the one written later."""
    found = None
    for version in versions:
        if version.begins <= moment and (found is None or version.begins >= found.begins):
            found = version
    assert found is not None
    return found


def protection(chain, versions, contacts, *, seen_until) -> Told:
    """Step by step: what came while it lasted counts, what came afterwards does not."""
    rules = in_force(versions, chain.began)
    base = chain.began + rules.protection * DAY
    told = Told(base)
    if rules.hold_hours and chain.way in ("created", "pool", "draw"):
        told.ends = chain.began + timedelta(hours=rules.hold_hours)
    limits = _limits(chain, rules)
    told.ends = min([told.ends, *limits])
    earned = base
    shown = [each for each in (told.plain for told in contacts) if each.qualifies]
    for contact in sorted(shown, key=lambda each: each.gathered):
        if contact.recorded < chain.began or contact.recorded >= seen_until or contact.gathered >= seen_until:
            continue
        if contact.gathered >= told.ends:
            told.too_late = True
            continue
        worth = in_force(versions, contact.recorded).protection * DAY
        earned = max(earned, min(contact.occurred, contact.recorded, contact.happened) + worth)
        told.confirmed = told.confirmed or contact.gathered
        told.ends = min([earned, *limits])
    return told


def _limits(chain, rules):
    """By when an opportunity and a deal were needed; what came in time lifts its limit."""
    deal = [chain.began + rules.won * DAY] if rules.won else []
    opened = [chain.began + rules.opportunity * DAY] if rules.opportunity else []
    came = [each for each in (chain.opportunity_at, chain.won_at) if each]
    return [each for each in deal if not (chain.won_at and chain.won_at <= each)] + [
        each for each in opened if not (came and min(came) <= each)
    ]

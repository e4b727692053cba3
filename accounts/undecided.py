"""What is asked for about people and teams and not decided yet: shown on the people page, known by the apps above."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Undecided:
    """One line about something that waits, and its page if the reader may open it."""

    words: str
    url: str = ""


_told_by = []


def undecided_by(tell):
    """Register a function `(reader) -> [Undecided]`."""
    _told_by.append(tell)
    return tell


def undecided(reader) -> list[Undecided]:
    return [each for tell in _told_by for each in tell(reader)]

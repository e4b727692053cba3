"""How the stack talks: one plain sentence at a time, and one way to give up."""

import sys


class GiveUp(Exception):
    """The stack cannot go on; its text is a sentence that says what to do."""


def say(sentence: str) -> None:
    """Print a sentence at once, so that it stands in order with the output of child processes."""
    print(sentence, flush=True)


def complain(sentence: str) -> None:
    """Print a sentence to the error output."""
    print(sentence, file=sys.stderr, flush=True)

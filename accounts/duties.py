"""What somebody was to do passes on when he leaves, changes his role or his team: in the same transaction.

The ground floor does not know what there is to do, what there is to leave behind, or by what somebody is let in; the apps
above say who hands it over, where it goes, and how it ends.
"""

_handed_over: list = []
_disposed: list = []
_ended: list = []


def handed_over_by(pass_on):
    """Register a function `(person, by)` that finds somebody else for what waits for this person."""
    _handed_over.append(pass_on)
    return pass_on


def hand_over(person, *, by):
    for pass_on in _handed_over:
        pass_on(person, by)


def disposed_by(find_place):
    """Register a function `(departure, by)` that finds a place for what nobody has taken over when somebody goes."""
    _disposed.append(find_place)
    return find_place


def dispose(departure, *, by):
    for find_place in _disposed:
        find_place(departure, by)


def access_ended_by(end):
    """Register a function `(person, by)` that ends what lets a person in: sessions, tokens, keys."""
    _ended.append(end)
    return end


def end_access(person, *, by):
    for end in _ended:
        end(person, by)

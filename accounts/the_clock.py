"""Who acts when nobody does: time has passed. What the clock brings about stands in the ledger in nobody's name."""

_due: dict = {}


def due(*actions):
    """Register a function `(subject) -> bool`: is it time for these deeds? No person may do them."""

    def register(answer):
        _due.update(dict.fromkeys(actions, answer))
        return answer

    return register


class TheClock:
    """Stands where a deed names its person: `approval.expire(by=CLOCK)`."""

    pk = ""

    def has_perm(self, action, subject):
        return action in _due and bool(_due[action](subject))


CLOCK = TheClock()

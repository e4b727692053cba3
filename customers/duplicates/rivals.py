"""Several customers that fit one question: it is one company, so what speaks for one of them speaks against the others.

A short name that begins the names of three customers may be any of them. Each pair alone looks probable; together they are
not. Customers that are the same company themselves take nothing from each other.
"""

from customers.duplicates.record import Record
from customers.duplicates.scoring import REVIEW, SAME, Judgement, Reason, log_odds, odds, weigh

WORTH_ASKING = 0.05  # less probable ones change nothing
MOST = 8


def settled(judgements: list[tuple[Record, Judgement]]) -> list[Judgement]:
    """The judgements of one question about these customers, with what the others leave of each."""
    found = [each for _, each in judgements]
    strong = [place for place, each in enumerate(found) if each.score >= WORTH_ASKING]
    strong = sorted(strong, key=lambda place: -found[place].score)[:MOST]
    if len(strong) > 1:
        rivalling = {place: _against(place, strong, judgements) for place in strong}
        for place, against in rivalling.items():
            found[place] = _lowered(found[place], against)
    return found


def _against(place, strong, judgements):
    """The odds of the others, as far as they are other companies."""
    record = judgements[place][0]
    return sum(
        odds(judgements[other][1].score) * (1 - weigh(record, judgements[other][0])[0])
        for other in strong
        if other != place
    )


def _lowered(judgement, against):
    own = odds(judgement.score)
    score = own / (1 + own + against)
    verdict = judgement.verdict
    if verdict == "same" and score < SAME:
        verdict = "review"  # also when little is left: a person tells which one it is
    reason = Reason("several_fit", round(log_odds(score) - log_odds(judgement.score), 2), 1.0)
    is_told = judgement.score >= REVIEW and reason.weight <= -0.5
    return Judgement(score, verdict, (*judgement.reasons, reason) if is_told else judgement.reasons)

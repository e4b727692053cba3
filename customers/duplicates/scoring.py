"""How probable it is that two records are one company: logistic regression with frozen weights, and its reasons."""

import json
import math
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from customers.duplicates.comparing import features_of
from customers.duplicates.record import Record

WEIGHTS = Path(__file__).with_name("weights.json")
SAME, REVIEW = 0.9, 0.3
WORTH_TELLING = 0.5
PROPOSED = ("same", "review")  # the verdicts that a person looks at
_TOLD = WORTH_TELLING - 0.005  # before it is rounded


class Weights(NamedTuple):
    of: dict[str, float]
    constant: float
    version: int
    fingerprint: str  # of the weights, so that a judgement can be repeated with the same ones


class Reason(NamedTuple):
    code: str
    weight: float  # what it adds to the log odds: positive speaks for the same company
    value: float


class Judgement(NamedTuple):
    score: float  # 0 to 1, a probability
    verdict: str  # same, review, related or different
    reasons: tuple[Reason, ...]  # the strongest first


@lru_cache(maxsize=1)
def weights() -> Weights:
    kept = json.loads(WEIGHTS.read_text("utf-8"))
    if kept["fingerprint"] != fingerprint(kept["weights"], kept["constant"]):
        raise ValueError(f"{WEIGHTS.name} was changed by hand")
    return Weights(kept["weights"], kept["constant"], kept["version"], kept["fingerprint"])


def fingerprint(of: dict[str, float], constant: float) -> str:
    """Sixteen hexadecimal digits that change with any weight."""
    return sha256(json.dumps([sorted(of.items()), constant]).encode()).hexdigest()[:16]


def write_weights(of: dict[str, float], constant: float, version: int = 1) -> None:
    """Freezes newly trained weights."""
    rounded = {name: round(weight, 3) for name, weight in sorted(of.items())}
    constant = round(constant, 3)
    kept = {"version": version, "fingerprint": fingerprint(rounded, constant), "constant": constant, "weights": rounded}
    WEIGHTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def score(one: Record, other: Record) -> float:
    """The probability that both are one company."""
    return _probability(features_of(one, other))


def _probability(features):
    frozen = weights()
    of, odds = frozen.of, frozen.constant
    for name, value in features.items():
        odds += of.get(name, 0.0) * value
    return 1 / (1 + math.exp(-max(min(odds, 30.0), -30.0)))


def odds(probability: float) -> float:
    """How many times more probable it is than not; never infinite."""
    return probability / (1 - min(probability, 1 - 1e-9))


def log_odds(probability: float) -> float:
    """In the unit of the reasons: the logarithm of the odds."""
    return math.log(max(odds(probability), 1e-9))


def weigh(one: Record, other: Record) -> tuple[float, str]:
    """The probability and what follows from it, without the reasons: for pairs by the million."""
    features = features_of(one, other)
    probability = _probability(features)
    return probability, verdict(probability, features)


def judge(one: Record, other: Record) -> Judgement:
    """The probability, what follows from it, and the terms that brought it about."""
    features = features_of(one, other)
    probability = _probability(features)
    of = weights().of
    terms = [(name, of.get(name, 0.0) * value, value) for name, value in features.items()]
    strong = [Reason(name, round(weight, 2), value) for name, weight, value in terms if abs(weight) >= _TOLD]
    strong.sort(key=lambda term: -abs(term.weight))
    return Judgement(probability, verdict(probability, features), tuple(strong))


_RELATING = frozenset(
    ["mark_differs", "ends_differ", "place_differs", "place_elsewhere", "domain_same", "phone_same", "mail_same"]
)


def verdict(probability: float, features: dict[str, float]) -> str:
    """What is to be done: same, review, related (a branch, a sister, the same group; never a duplicate) or different."""
    if probability >= SAME:
        return "same"
    if probability >= REVIEW:
        return "review"
    is_family = features["name_alike"] > 0.8 or "domain_same" in features or "ends_differ" in features
    return "related" if is_family and not _RELATING.isdisjoint(features) else "different"

"""Trains the weights of customers/duplicates/weights.json on invented sets; run by hand, no part of the tests:

DJANGO_SETTINGS_MODULE=crm.settings python -m tests.train_duplicates SEED [SEED ...]
"""

import sys

import numpy as np

from customers.duplicates.comparing import features_of
from customers.duplicates.scoring import write_weights
from tests.duplicates import sets
from tests.measure_duplicates import Index, record_of

PULL = 1.0  # how strongly a weight is drawn to zero, in pairs
NEAREST = 10  # candidates of each question that are learned from


def pairs(seed):
    """(features, is the same company) of the nearest candidates of every question of a set."""
    made = sets.make(seed)
    index = Index(made.rows)
    for query in made.full + made.sparse:
        record, same = record_of(query), set(query["dup_of"].split("|"))
        for row_id in index.candidates(record)[:NEAREST]:
            yield features_of(record, index.records[row_id]), row_id in same


def fit(examples):
    """{feature: weight} and the constant, by Newton's method on the logistic loss."""
    names = sorted({name for features, _ in examples for name in features})
    place = {name: column for column, name in enumerate(names)}
    table = np.zeros((len(examples), len(names) + 1))
    table[:, -1] = 1
    for row, (features, _) in enumerate(examples):
        for name, value in features.items():
            table[row, place[name]] = value
    truth = np.array([same for _, same in examples], float)
    weights, pull = np.zeros(len(names) + 1), np.full(len(names) + 1, PULL)
    pull[-1] = 0
    for _ in range(30):
        chance = 1 / (1 + np.exp(-(table @ weights)))
        slope = table.T @ (chance - truth) + pull * weights
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + np.diag(pull + 1e-9)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return dict(zip(names, weights[:-1], strict=True)), float(weights[-1])


def main(seeds):
    examples = [pair for seed in seeds for pair in pairs(seed)]
    weights, constant = fit(examples)
    write_weights(weights, constant)
    for name, weight in sorted(weights.items(), key=lambda item: item[1]):
        sys.stdout.write(f"{name:20} {weight:7.2f}  in {sum(name in features for features, _ in examples)} pairs\n")
    sys.stdout.write(f"{len(examples)} pairs, constant {constant:.2f}\n")


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]] or [1, 2, 3])

"""How well duplicates are found, measured in memory on a labelled set; run by hand, no part of the tests:

DJANGO_SETTINGS_MODULE=crm.settings python -m tests.measure_duplicates FOLDER [queries.csv ...]
DJANGO_SETTINGS_MODULE=crm.settings python -m tests.measure_duplicates --listed companies.csv
DJANGO_SETTINGS_MODULE=crm.settings python -m tests.measure_duplicates --seed 101
"""

import csv
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from customers.duplicates.keys import keys_of
from customers.duplicates.record import keyed, read
from customers.duplicates.scoring import score
from customers.names import normalised
from tests.duplicates import sets

KEY = b"of the measured organisation"
THRESHOLD = 0.5
MOST_ROWS, MOST_CANDIDATES = 300, 40
FIELDS = {"uscc": "credit_code"}
say = sys.stdout.write


def read_rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def record_of(row):
    return read({FIELDS.get(name, name): value for name, value in row.items()}, keyed(KEY))


class Index:
    """What PostgreSQL will hold: numbers and who has them, and the records."""

    def __init__(self, rows):
        self.records, self.holders = {}, defaultdict(list)
        for row in rows:
            self.add(row["id"], record_of(row))

    def add(self, row_id, record):
        self.records[row_id] = record
        for number in keys_of(record, KEY):
            self.holders[number].append(row_id)

    def candidates(self, record):
        """The rows that share most, best first: a key counts less the more rows have it."""
        found = Counter()
        for number, weight in keys_of(record, KEY).items():
            rows = self.holders.get(number, ())[:MOST_ROWS]
            worth = weight / (1 + math.log(max(len(rows), 5) / 5))
            for row_id in rows:
                found[row_id] += worth
        return [row_id for row_id, _ in found.most_common(MOST_CANDIDATES)]


def answer(index, query, scorer):
    """(best row, its score) for a question, and whether a right row is among the best five."""
    record = record_of(query)
    scored = sorted(
        ((scorer(record, index.records[row_id]), row_id) for row_id in index.candidates(record)),
        key=lambda pair: -pair[0],
    )
    right = set(query["dup_of"].split("|")) - {""}
    score, row_id = scored[0] if scored else (0.0, "")
    return {
        "query": query, "score": score, "row": row_id, "right": row_id in right, "is_duplicate": bool(right),
        "in_five": any(row_id in right for _, row_id in scored[:5]),
    }  # fmt: skip


def at(answers, threshold):
    """Precision, recall and F1 when everything from the threshold on is called the same."""
    said = [each for each in answers if each["score"] >= threshold]
    hits = sum(each["right"] for each in said)
    precision = hits / len(said) if said else 1.0
    recall = hits / sum(each["is_duplicate"] for each in answers)
    return precision, recall, 2 * precision * recall / (precision + recall or 1)


def best_threshold(answers):
    return max({round(each["score"], 3) for each in answers}, key=lambda threshold: at(answers, threshold)[2])


def recall_at(answers, precision):
    """The largest recall with at least that precision, and its threshold."""
    reached = [(at(answers, each["score"]), each["score"]) for each in answers]
    return max(
        ((recall, threshold) for (found, recall, _), threshold in reached if found >= precision), default=(0.0, 1.0)
    )


def report(title, answers, threshold):
    """A few lines of figures: quality at the threshold, top five by kind of writing, false alarms by kind of likeness."""
    duplicates = [each for each in answers if each["is_duplicate"]]
    precision, recall, f1 = at(answers, threshold)
    own = best_threshold(answers)
    top = sum(each["in_five"] for each in duplicates) / len(duplicates)
    say(f"{title}: top five {top:.4f}; at {threshold:.3f} precision {precision:.3f} recall {recall:.3f} F1 {f1:.4f}")
    say(
        f"; best F1 {at(answers, own)[2]:.4f} at {own:.3f}; recall at precision .98 {recall_at(answers, 0.98)[0]:.3f}\n"
    )
    kinds = defaultdict(list)
    for each in answers:
        kinds[each["query"]["kind"]].append(each)
    for kind, members in sorted(kinds.items()):
        said = sum(each["score"] >= threshold and not each["right"] for each in members) / len(members)
        line = f"  {kind:18} {len(members):5}  false alarms {said:6.3f}"
        if members[0]["is_duplicate"]:
            line += f"  top five {sum(each['in_five'] for each in members) / len(members):.3f}"
            line += (
                f"  found {sum(each['right'] and each['score'] >= threshold for each in members) / len(members):.3f}"
            )
        say(line + "\n")


def listed(path):
    """Top five of a list of real companies: registered name, short name, English name, as its first three columns."""
    with path.open(newline="", encoding="utf-8") as file:
        lines = [line for line in csv.reader(file) if len(line) > 4 and line[4] in ("中国", "China") and line[0]]
    index = Index([{"id": str(number), "name": line[0]} for number, line in enumerate(lines)])
    for column, title in ((1, "short name"), (2, "English name")):
        asked = [
            (str(number), line[column]) for number, line in enumerate(lines) if line[column] and line[column] != line[0]
        ]
        found = [_finds(index, name, number) for number, name in asked]
        say(f"{title} -> registered name: top five {sum(found) / len(found):.3f} of {len(found)}\n")


def _finds(index, name, row_id):
    record = record_of({"name": name})
    best = sorted(index.candidates(record), key=lambda other: -score(record, index.records[other]))
    return row_id in best[:5]


def anchors(rows, queries):
    """What other methods reach on the same questions: names equal in every writing, and trigrams as pg_trgm makes them."""
    ids = np.array([row["id"] for row in rows])
    for title, scores_of in (("exact name", _by_name(rows)), ("trigrams", _by_trigrams(rows))):
        answers = [_ranked(query, scores_of(query["name"]), ids) for query in queries]
        top = sum(each["in_five"] for each in answers) / sum(each["is_duplicate"] for each in answers)
        say(f"  anchor {title}: top five {top:.3f}, best F1 {at(answers, best_threshold(answers))[2]:.3f}\n")


def _by_name(rows):
    names = np.array([normalised(row["name"]) for row in rows])
    return lambda name: (names == normalised(name)).astype(float)


def _by_trigrams(rows):
    holders, sizes = defaultdict(list), np.zeros(len(rows))
    for place, row in enumerate(rows):
        sizes[place] = len(_trigrams(row["name"]))
        for trigram in _trigrams(row["name"]):
            holders[trigram].append(place)

    def similarity(name):
        asked = _trigrams(name)
        held = [place for trigram in asked for place in holders.get(trigram, ())]
        shared = np.bincount(np.array(held, int), minlength=len(rows))
        return shared / (sizes + len(asked) - shared + 1e-9)

    return similarity


def _trigrams(name):
    words = "".join(sign if sign.isalnum() else " " for sign in name.lower()).split()
    return {
        padded[place : place + 3] for padded in (f"  {word} " for word in words) for place in range(len(padded) - 2)
    }


def _ranked(query, scores, ids):
    right = set(query["dup_of"].split("|")) - {""}
    best = [place for place in np.argsort(-scores, kind="stable")[:5] if scores[place] > 0]
    found = [ids[place] in right for place in best]
    score = float(scores[best[0]]) if best else 0.0
    return {
        "query": query,
        "score": score,
        "right": bool(best) and found[0],
        "is_duplicate": bool(right),
        "in_five": any(found),
    }


def invented(seed):
    """The same figures for an invented set, full and sparse."""
    made = sets.make(seed, companies_stored=20_000)
    index = Index(made.rows)
    for title, queries in (("full", made.full), ("sparse", made.sparse)):
        report(f"seed {seed}, {title}", [answer(index, query, score) for query in queries], THRESHOLD)


def labelled(folder, files):
    rows = read_rows(Path(folder) / "customers.csv")
    index = Index(rows)
    for file in files or ["queries.csv", "queries-sparse.csv"]:
        queries = read_rows(Path(folder) / file)
        report(file, [answer(index, query, score) for query in queries], THRESHOLD)
        anchors(rows, queries)


def main(what, *rest):
    if what == "--listed":
        listed(Path(rest[0]))
    elif what == "--seed":
        invented(int(rest[0]))
    else:
        labelled(what, rest)


if __name__ == "__main__":
    main(*sys.argv[1:])

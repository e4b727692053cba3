"""`make bench-duplicates`: how well and how fast the product finds duplicates, against equality and trigrams in the same database.

make bench-duplicates ARGS="--labelled FOLDER --seeds 101 102 --size 20000 --organisations 49"

A folder holds customers.csv, pairs.csv, queries.csv and queries-sparse.csv; a seed is an invented set. Each is one trial in a
database of its own, which is dropped afterwards.
"""

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from django.db import connections

from customers.duplicates.trial import running, scratch, telling
from customers.names import normalised
from tests.duplicates import sets
from tests.measure_duplicates import at, best_threshold, read_rows, recall_at, report

COLUMNS = ("id", "name", "uscc", "phone", "email", "website", "city", "address", "contact")
SORTS = {"full": "queries.csv", "sparse": "queries-sparse.csv"}
THRESHOLD = 0.35  # chosen on the invented seed 4
ITSELF = "import django, runpy; django.setup(); runpy.run_module('tests.bench_duplicates', run_name='__main__')"
SAMPLE = 500  # questions asked of the other methods
LIKENESS = """
SELECT id, similarity(name, %(name)s) AS alike FROM bench_trigrams WHERE name %% %(name)s ORDER BY alike DESC, id LIMIT 5
"""


def say(line=""):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(given):
    choice = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    choice.add_argument("--labelled", type=Path, nargs="*", default=[])
    choice.add_argument("--seeds", type=int, nargs="*", default=[])
    choice.add_argument("--size", type=int, default=20_000, help="companies of an invented set")
    choice.add_argument("--questions", type=int, default=3_000, help="of each sort, for an invented set")
    choice.add_argument("--organisations", type=int, default=0, help="others beside, with as many customers in all")
    choice.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    choice = choice.parse_args(given)
    if choice.inside:
        measure(choice.inside, choice.organisations)
        return
    with tempfile.TemporaryDirectory() as folder:
        for labelled in choice.labelled:
            say(f"\n{labelled.name}")
            in_a_database(labelled, choice.organisations)
        for seed in choice.seeds or ([] if choice.labelled else [101]):
            say(f"\ninvented set {seed}, {choice.size} companies")
            in_a_database(invent(seed, choice, Path(folder) / str(seed)), choice.organisations)


def in_a_database(folder, organisations):
    addresses = os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"]
    with scratch.database(*addresses, template=scratch.template()) as (_name, variables):
        inside = ["--inside", str(folder), "--organisations", str(organisations)]
        subprocess.run([sys.executable, "-c", ITSELF, *inside], env=os.environ | variables, check=True)


def invent(seed, choice, folder):
    """The files of an invented set."""
    made = sets.make(seed, choice.size, choice.questions)
    folder.mkdir()
    write(folder / "customers.csv", COLUMNS, made.rows)
    for sort, file in SORTS.items():
        asked = [{"qid": str(number), **row} for number, row in enumerate(getattr(made, sort))]
        write(folder / file, ("qid", *COLUMNS[1:], "dup_of", "kind", "near"), asked)
    same = defaultdict(list)
    for row in made.rows:
        same[row["id"].partition("-")[0]].append(row["id"])
    write(
        folder / "pairs.csv",
        ("id_a", "id_b", "kind"),
        [{"id_a": one, "id_b": two, "kind": "copy"} for one, two in (ids for ids in same.values() if len(ids) == 2)],
    )
    return folder


def write(path, columns, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def measure(folder, organisations):
    """In the database of the trial: all questions of both sorts, the scan, then the other methods."""
    asked = {f"{sort}-{row['qid']}": row for sort, file in SORTS.items() for row in read_rows(folder / file)}
    with tempfile.TemporaryDirectory() as out:
        questions = Path(out) / "questions.csv"
        write(questions, ("qid", *COLUMNS[1:]), [row | {"qid": qid} for qid, row in asked.items()])
        summary = running.run(folder / "customers.csv", questions, Path(out), say=say, others=organisations)
        telling.tell(say, summary)
        answers = judged(asked, read_rows(Path(out) / "answers.csv"))
        for sort in SORTS:
            report(sort, [each for qid, each in answers.items() if qid.startswith(sort)], THRESHOLD)
        scanned(folder, read_rows(Path(out) / "pairs.csv"))
    others(folder, asked)


def judged(asked, lines):
    """What `tests.measure_duplicates` counts, of each question."""
    best = defaultdict(list)
    for line in lines:
        best[line["qid"]].append((float(line["score"]), line["id"]))
    return {qid: counted(query, best[qid]) for qid, query in asked.items()}


def counted(query, best):
    right = set(query["dup_of"].split("|")) - {""}
    score, row = best[0] if best else (0.0, "")
    return {
        "query": query, "score": score, "row": row, "right": row in right, "is_duplicate": bool(right),
        "in_five": any(row in right for _, row in best[:5]),
    }  # fmt: skip


def scanned(folder, lines):
    """The pairs of the scan against the true ones, by the probability, and by kind."""
    true = {frozenset((row["id_a"], row["id_b"])): row["kind"] for row in read_rows(folder / "pairs.csv")}
    found = [(float(row["score"]), frozenset((row["id_a"], row["id_b"]))) for row in lines]
    for threshold in (THRESHOLD, 0.9):
        said = {pair for score, pair in found if score >= threshold}
        precision, recall = len(said & true.keys()) / (len(said) or 1), len(said & true.keys()) / (len(true) or 1)
        f1 = 2 * precision * recall / (precision + recall or 1)
        say(f"scan at {threshold}: {len(said)} pairs, precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f}")
    said, kinds = {pair for score, pair in found if score >= THRESHOLD}, defaultdict(list)
    for pair, kind in true.items():
        for each in kind.split("+"):
            kinds[each].append(pair in said)
    say("  found: " + ", ".join(f"{kind} {sum(each) / len(each):.3f}" for kind, each in sorted(kinds.items())))
    seen = {pair for _, pair in found}
    say(f"  of the {len(true)} true pairs {len(true.keys() - seen)} are in no verdict at all")


def others(folder, asked):
    """Equal in every writing, and pg_trgm with a GIN index, on a sample of each sort."""
    rows = read_rows(folder / "customers.csv")
    by_name = defaultdict(list)
    for row in rows:
        by_name[normalised(row["name"])].append(row["id"])
    trigrams(rows)
    for sort in SORTS:
        sample = [query for qid, query in asked.items() if qid.startswith(sort)][:SAMPLE]
        against(f"{sort}, exact name", sample, lambda name: [(1.0, row) for row in by_name[normalised(name)][:5]])
        against(f"{sort}, trigrams", sample, alike)


def trigrams(rows):
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("CREATE TABLE bench_trigrams (id text, name text)")
        ids, names = [row["id"] for row in rows], [row["name"].lower().replace("\0", "") for row in rows]
        cursor.execute("INSERT INTO bench_trigrams SELECT * FROM unnest(%s::text[], %s::text[])", [ids, names])
        cursor.execute("CREATE INDEX ON bench_trigrams USING gin (name gin_trgm_ops)")
        cursor.execute("ANALYZE bench_trigrams")


def alike(name):
    with connections["owner"].cursor() as cursor:
        cursor.execute(LIKENESS, {"name": name.lower()})
        return [(score, row) for row, score in cursor.fetchall()]


def against(title, sample, method):
    answers, took = [], []
    for query in sample:
        began = time.perf_counter()
        best = method(query["name"])
        took.append(time.perf_counter() - began)
        answers.append(counted(query, best))
    top = sum(each["in_five"] for each in answers) / sum(each["is_duplicate"] for each in answers)
    precision, recall, f1 = at(answers, best_threshold(answers))
    say(
        f"{title}: top five {top:.3f}, best F1 {f1:.3f} (precision {precision:.3f}, recall {recall:.3f}), recall at precision .98 "
        f"{recall_at(answers, 0.98)[0]:.3f}, {running.latency(took)} ms"
    )


if __name__ == "__main__":
    main(sys.argv[1:])

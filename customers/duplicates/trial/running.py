"""One trial from the files to the answers, by a process that knows no other database than that of the trial."""

import csv
import gc
import json
import multiprocessing
import os
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from customers.duplicates.trial import asking, crowds, loading, pairing, scratch, tables

PROCESSES = min(os.cpu_count() or 1, 8)
FORKED = multiprocessing.get_context("fork")  # what one process has read, the others have too
ANSWERS = ("qid", "rank", "id", "score", "verdict", "reasons")
PAIRS = ("id_a", "id_b", "score", "verdict")


def run(customers: Path, questions: Path, out: Path, *, say: Callable[[str], Any], others: int = 0) -> dict[str, Any]:
    """Answer and compare everything; the files stand in `out`, the figures are what comes back. Each step is said when it is done."""
    asked = list(tables.rows(questions, "qid", "id"))
    out.mkdir(parents=True, exist_ok=True)
    summary: dict[str, Any] = {"database": settings.DATABASES["default"]["NAME"], "processes": PROCESSES}
    with _measured(say, summary, "migrate_seconds"):
        if not scratch.template():
            call_command("migrate", verbosity=0)
    with _measured(say, summary, "load_seconds"):
        organization, ids = _load(customers, others)
    summary |= {"customers": len(ids), "ids_twice": len(ids) - len(set(ids)), "questions": len(asked)}
    summary["bytes_a_customer"] = round(loading.bytes_kept() / max(len(ids) * (2 if others else 1), 1))
    with _measured(say, summary, "answer_seconds"), _pool() as pool:
        answers = list(asking.ask(pool, organization, asked))
    _write(out / "answers.csv", ANSWERS, _answer_lines(answers, ids))
    summary["latency_ms"] = latency([answer.seconds for answer in answers])
    summary["latency_in_database_ms"] = latency([answer.in_database for answer in answers])
    with _measured(say, summary, "scan_seconds"):
        found = _scan(organization, ids)
    _write(out / "pairs.csv", PAIRS, found)
    summary["pairs"] = dict(Counter(verdict for *_, verdict in found))
    summary["memory_mb"] = _memory()
    (out / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", "utf-8")
    return summary


@contextmanager
def _measured(say, summary, name):
    began = time.perf_counter()
    yield
    summary[name] = round(time.perf_counter() - began, 2)
    say(f"  {name.replace('_', ' ')}: {summary[name]}")


@contextmanager
def _pool() -> Iterator[Pool]:
    """Processes that each open a line of their own to the database."""
    connections.close_all()
    gc.freeze()  # what is shared stays shared
    with FORKED.Pool(PROCESSES) as pool:
        yield pool


def _load(customers, others):
    organization = loading.begin()
    with _pool() as pool:
        ids = loading.load(pool, organization, tables.rows(customers, "id"))
    if others:
        crowds.add(organization, others)
    loading.settle()
    return organization, ids


def _scan(organization, ids):
    """The pairs with the ids of the file, the most probable first, no customer beside itself."""
    pairing.gather(organization, len(ids))
    with _pool() as pool:
        found = sorted(pairing.pairs(pool, len(ids)), key=lambda pair: (-pair.score, pair.one, pair.other))
    return [
        (ids[pair.one], ids[pair.other], f"{pair.score:.4f}", pair.verdict)
        for pair in found
        if ids[pair.one] != ids[pair.other]
    ]


def _answer_lines(answers, ids):
    for answer in answers:
        for rank, (number, score, verdict, reasons) in enumerate(_each_id_once(answer.best, ids), 1):
            yield answer.id, rank, ids[number], f"{score:.4f}", verdict, reasons


def _each_id_once(best, ids):
    """The best row of each id, where rows of the file share one."""
    kept: dict[str, tuple] = {}
    for found in best:
        kept.setdefault(ids[found[0]], found)
    return kept.values()


def _write(path: Path, headings: Iterable[str], lines: Iterable[tuple]) -> None:
    """A whole file or none: it takes its name when it is complete."""
    draft = path.with_suffix(".part")
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(lines)
    draft.replace(path)


def latency(seconds: list[float]) -> dict[str, float]:
    """Half, nineteen of twenty and ninety-nine of a hundred took no longer, in milliseconds."""
    ordered = sorted(seconds) or [0.0]
    return {
        f"p{share}": round(ordered[min(len(ordered) * share // 100, len(ordered) - 1)] * 1000, 2)
        for share in (50, 95, 99)
    }


def _memory():
    """The most that this process and the largest of its helpers held at once, and of each."""
    own, helpers = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"this_process": own // 1024, "largest_helper": helpers // 1024}

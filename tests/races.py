"""Many threads at the same moment, each with a connection and a scope of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(works):
    """Begin all works together; their outcomes in order. An error in one of them is an error of the test."""
    works = list(works)
    start = Barrier(len(works))

    def run(work):
        try:
            start.wait(timeout=60)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))

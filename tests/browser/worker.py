"""One worker in a thread: what commits is published to it instead of to a broker, and done in order."""

from contextlib import contextmanager
from queue import Queue
from threading import Lock, Thread

from django.db import connections

from accounts import outbox


class Worker:
    """`with Worker() as worker`: jobs of this process are done; `worker.failures` are the errors they raised."""

    def __init__(self):
        self.jobs, self.failures, self.hands = Queue(), [], Lock()
        self.thread = Thread(target=self._work, name="worker", daemon=True)

    def __enter__(self):
        self.published, outbox.publish = outbox.publish, self._take
        self.thread.start()
        return self

    def __exit__(self, *error):
        outbox.publish = self.published
        self.jobs.put(None)
        self.thread.join(timeout=60)

    @contextmanager
    def held(self):
        """Nothing is done meanwhile; people see what waits."""
        with self.hands:
            yield

    def catch_up(self):
        """Come back when everything is done that was asked for."""
        self.jobs.join()

    def _take(self, job_id, organization_id, queue):
        self.jobs.put((job_id, organization_id))

    def _work(self):
        while job := self.jobs.get():
            with self.hands:
                try:
                    outbox.perform(*job)
                except Exception as error:
                    self.failures.append(error)
            self.jobs.task_done()
        connections.close_all()

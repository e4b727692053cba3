"""What every uploaded list has in common, imported or compared: its lines are sealed, and it is worked off in slices."""

import json
from collections.abc import Callable
from typing import Any

from accounts import keys
from accounts.models import Progress
from accounts.outbox import enqueue


class UploadedList:
    """For a model with these."""

    organization: Any
    created_by: Any
    progress: Any
    progress_id: Any
    pk: Any
    _meta: Any
    get_absolute_url: Callable

    def seal_line(self, line, cells) -> bytes:
        """A line as it stood in the file: it may hold phones and mail addresses, and characters no column takes."""
        written = json.dumps(cells, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return keys.seal(self.organization.key, written, self._place(line))

    def open_line(self, line, sealed) -> list[str]:
        return json.loads(keys.unseal(self.organization.key, sealed, self._place(line)))

    def _place(self, line):
        return f"{self._meta.model_name}:{self.pk}:{line}"

    def start(self, task, *, total):
        """A progress row that the page polls, and the first slice of the work."""
        self.progress = Progress.objects.create(started_by=self.created_by, total=total, url=self.get_absolute_url())
        self.next_slice(task, after=0)

    def next_slice(self, task, *, after):
        """The key is one per run and slice: however often a slice is asked for, it is done once."""
        enqueue(
            task,
            dedupe_key=f"{self.progress_id} {after}",
            queue="bulk",
            user=self.created_by,
            batch=str(self.pk),
            after=after,
        )

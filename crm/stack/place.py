"""Where things lie: the checkout, and one data directory that holds everything the stack writes."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Place:
    """One data directory; `lasting` is false for tests, whose database may skip fsync."""

    data: Path
    lasting: bool = True

    @property
    def secrets(self) -> Path:
        """Passwords and keys, readable by their owner only."""
        return self.data / "secrets"

    @property
    def run(self) -> Path:
        """What is true only while something runs: ports, locks, stamps."""
        return self.data / "run"

    def beside(self, name: str) -> "Place":
        """Another place of the same kind."""
        return Place(self.data.with_name(f"{self.data.name}-{name}"), self.lasting)

    def lay(self) -> None:
        """Create the folders; others may pass through the outer one, because PostgreSQL may run as another user."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.run.mkdir(exist_ok=True)
        self.secrets.mkdir(mode=0o700, exist_ok=True)
        self.secrets.chmod(0o700)


def here() -> Place:
    """The place of this checkout: $DATA_DIR, or .data beside manage.py."""
    return Place(ROOT / os.environ.get("DATA_DIR", ".data"))


def for_bench() -> Place:
    """A place of its own for measuring, with an organisation that has much of everything."""
    return Place(here().data / "bench")


def for_tests() -> Place:
    """A place of their own for tests, so that they never meet what somebody keeps."""
    return Place(here().data / "test", lasting=False)

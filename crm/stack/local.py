"""What a Candor process needs around it: given addresses are used, missing services are started and stopped."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from crm.stack import holders, keyring, postgres, roles
from crm.stack.place import ROOT, Place
from crm.stack.postgres import Cluster
from crm.stack.speech import GiveUp, say
from crm.stack.valkey import Broker


@contextmanager
def running(place: Place) -> Iterator[dict[str, str]]:
    """Bring up what is missing, yield the environment, and stop at the end what nobody else uses."""
    _check_ours(place)
    place.lay()
    holder = holders.enter(place)
    try:
        with holders.alone(place), _undisturbed():
            _start(place)
        yield environment(place)
    finally:
        with holders.alone(place), _undisturbed():
            holders.leave(holder)
            if not holders.others(place):
                stop(place)


def environment(place: Place) -> dict[str, str]:
    """The variables that settings read; those given from outside win."""
    ours = {
        "DATA_DIR": str(place.data),
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        "PYTHONUNBUFFERED": "1",
        "SECRET_KEY": keyring.keep(place.secrets, "secret_key"),
        "MASTER_KEY": keyring.keep(place.secrets, "master_key", keyring.master_key),
    }
    if not given("DATABASE_URL"):
        cluster = Cluster(place)
        ours |= {"DATABASE_URL": cluster.url("crm_app"), "DATABASE_OWNER_URL": cluster.url("crm_owner")}
    if not given("REDIS_URL"):
        ours["REDIS_URL"] = Broker(place).url()
    outside = {name: value for name, value in os.environ.items() if value or name not in ours}
    # The wheel's psql stands last: `dbshell` works where no other is installed.
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), str(postgres.programs())))
    return ours | outside | {"DATA_DIR": str(place.data), "PATH": path}


def given(name: str) -> bool:
    """Whether the caller set this variable to anything."""
    return bool(os.environ.get(name))


def stop(place: Place) -> None:
    """Stop the embedded services if they run."""
    broker, cluster = Broker(place), Cluster(place)
    if broker.port():
        broker.stop()
    if cluster.port():
        cluster.stop()


def _start(place: Place) -> None:
    if given("DATABASE_URL"):
        _check_outside(place)
    elif not Cluster(place).port():
        Cluster(place).start()
        roles.apply(Cluster(place))
    if not given("REDIS_URL") and not Broker(place).port():
        Broker(place).start()


def _check_outside(place: Place) -> None:
    """A database elsewhere needs its owner's address too, and a key that does not stay behind on this machine."""
    if not given("DATABASE_OWNER_URL"):
        raise GiveUp(
            "DATABASE_URL is given without DATABASE_OWNER_URL, the address for migrations. "
            "The head of crm/stack/roles.sql says how to make both roles."
        )
    if not given("MASTER_KEY"):
        say(
            f"MASTER_KEY is not given, so {place.secrets / 'master_key'} is used: keep a copy of it, for without "
            "it nobody can read the telephone numbers and e-mail addresses in that database."
        )


def _check_ours(place: Place) -> None:
    """A data directory that another user made cannot be shared with him."""
    if place.data.exists() and not os.access(place.data, os.W_OK):
        name = place.data.relative_to(ROOT) if place.data.is_relative_to(ROOT) else place.data
        raise GiveUp(f"{name} belongs to another user. Run as that user, or choose another: DATA_DIR=~/candor make run")


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait: a service interrupted while it starts or stops would be left behind."""
    came: list[int] = []
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.signal(name, lambda number, _frame: came.append(number)) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
    if came:
        raise KeyboardInterrupt

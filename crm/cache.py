"""The cache that answers when Redis does not."""

import time

import structlog
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger()
REST = 5  # seconds without asking an absent Redis again


def _patiently(name):
    def ask(self, *args, **options):
        if time.monotonic() >= PatientCache.away_until:
            try:
                return getattr(RedisCache, name)(self, *args, **options)
            except RedisError as error:
                PatientCache.away_until = time.monotonic() + REST
                log.warning("cache_away", error=repr(error))
        return getattr(self._memory, name)(*args, **options)

    return ask


class PatientCache(RedisCache):
    """Redis; while it is away, the memory of this process.

    What that costs: nothing but counters is kept here, those that slow down guessing passwords. While Redis is away
    each process counts for itself, so a guesser has as many tries more as there are processes. Every try still costs a
    password hash, and every failed one stands in the ledger. Refusing to sign anybody in would cost more.
    """

    away_until = 0.0

    def __init__(self, server, params):
        options = {"socket_connect_timeout": 0.5, "socket_timeout": 1, **params.get("OPTIONS", {})}
        super().__init__(server, params | {"OPTIONS": options})
        self._memory = LocMemCache("while Redis is away", {"OPTIONS": {"MAX_ENTRIES": 10_000}})

    add, get, set, touch, delete = map(_patiently, ("add", "get", "set", "touch", "delete"))
    incr, has_key, clear = map(_patiently, ("incr", "has_key", "clear"))
    get_many, set_many, delete_many = map(_patiently, ("get_many", "set_many", "delete_many"))

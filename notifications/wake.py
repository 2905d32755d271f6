"""Hints that there is something to send. A lost hint costs one poll interval, never a message."""

from __future__ import annotations

import functools
from collections.abc import Callable

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
CHANNEL = "sms"
_listeners: set[Callable[[], None]] = set()


def listen(ring: Callable[[], None]) -> Callable[[], None]:
    """Call `ring` (from any thread) on each hint of this process; the answer ends that."""
    _listeners.add(ring)
    return lambda: _listeners.discard(ring)


def hint() -> None:
    """After a commit that queued a message."""
    for ring in tuple(_listeners):
        ring()
    if settings.REDIS_URL:
        try:
            _redis().publish(CHANNEL, b"1")
        except redis.RedisError as error:  # the dispatchers poll; losing Redis loses nothing
            log.warning("sms.hint_lost", error=type(error).__name__)


@functools.cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)

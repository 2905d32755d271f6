"""Hints that there is something to send. A lost hint costs one poll interval, never a message."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
CHANNEL = "sms"
_PAUSE_AFTER_FAILURE = 2.0
_listeners: set[Callable[[], None]] = set()


def listen(ring: Callable[[], None]) -> Callable[[], None]:
    """Call `ring` (from any thread) on each hint of this process; the answer ends that."""
    _listeners.add(ring)
    return lambda: _listeners.discard(ring)


def hint() -> None:
    """After a commit that queued a message."""
    for ring in tuple(_listeners):
        ring()
    _tell_others()


_silent_until = 0.0


def _tell_others() -> None:
    global _silent_until
    if not settings.REDIS_URL or time.monotonic() < _silent_until:
        return
    try:
        _redis().publish(CHANNEL, b"1")
    except redis.RedisError as error:
        # A request with three messages must not wait for a dead Redis three times; the dispatchers poll.
        _silent_until = time.monotonic() + _PAUSE_AFTER_FAILURE
        log.warning("sms.hint_lost", error=type(error).__name__)


@functools.cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)

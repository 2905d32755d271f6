"""Hints between processes: «stream X has reached n» and «look at this person's rights again».

The bus carries numbers, never content, and may lose any of them: the hub polls the heads of what it watches, and
rights are asked again at every heartbeat. A process always hears its own hints at once; with REDIS_URL the others hear
them by pub/sub.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import redis
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

CHANNEL = "bangban:journal"
_PAUSE_AFTER_FAILURE = 2.0


@dataclass(frozen=True, slots=True)
class Ear:
    """What one hub wants to hear. Called from any thread; each must return at once and never raise."""

    moved: Callable[[str, int], None]
    access: Callable[[int], None]


_ears: set[Ear] = set()


def join(ear: Ear) -> None:
    _ears.add(ear)


def leave(ear: Ear) -> None:
    _ears.discard(ear)


def publish(stream: str, seq: int) -> None:
    """Say that a stream has reached a number. Called after the commit; never raises, never waits long."""
    for ear in tuple(_ears):
        ear.moved(stream, seq)
    _tell_others(f"{stream} {seq}")


def publish_access(user_id: int) -> None:
    """Say that a person's rights changed (signed out, disabled, assigned anew): every hub asks again at once."""
    for ear in tuple(_ears):
        ear.access(user_id)
    _tell_others(f"@{user_id}")


def deliver(message: str, ear: Ear) -> None:
    """Hand a message from another process to an ear; what this version cannot read is left alone."""
    name, _, number = message.partition(" ")
    if name.startswith("@") and name[1:].isdecimal():
        ear.access(int(name[1:]))
    elif number.isdecimal():
        ear.moved(name, int(number))


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5)


_silent_until = 0.0


def _tell_others(message: str) -> None:
    global _silent_until
    if not settings.REDIS_URL or time.monotonic() < _silent_until:
        return
    try:
        _redis(settings.REDIS_URL).publish(CHANNEL, message)
    except redis.RedisError as lost:
        # A request must not wait for a dead Redis again and again; the other processes' polls find the event.
        _silent_until = time.monotonic() + _PAUSE_AFTER_FAILURE
        log.warning("bus.unheard", error=type(lost).__name__)

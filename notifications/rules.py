"""When a message is tried again, looked up or given up (`design/sms.md` 7.4). Pure: time and chance come in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from notifications.clock import CHINA
from notifications.models import Outcome
from notifications.providers.base import LookupResult, SendResult
from notifications.status import Status

RETRY = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600))
CONFIG_PAUSE = timedelta(minutes=10)
MORNING = 8


@dataclass(frozen=True, slots=True)
class Pace:
    """The waiting times. Drills shorten them; the defaults are for a real provider, whose records lag behind."""

    lease: timedelta = timedelta(seconds=60)
    lookups: tuple[timedelta, ...] = (timedelta(seconds=60), timedelta(seconds=180), timedelta(seconds=600))
    lookup_again: timedelta = timedelta(seconds=30)
    retry: tuple[timedelta, ...] = RETRY


@dataclass(frozen=True, slots=True)
class Change:
    """What one answer does to the message it is about."""

    status: Status
    next_attempt_at: datetime
    doubted: bool = False


def after_send(
    result: SendResult, *, tries: int, started: datetime, now: datetime, pace: Pace, jitter: float
) -> Change:
    """`jitter` in 0.8–1.2 spreads repeats, so that messages that failed together do not come back together."""
    match result.outcome:
        case Outcome.ACCEPTED:
            return Change(Status.ACCEPTED, now)
        case Outcome.REFUSED:
            return Change(Status.FAILED, now)
        case Outcome.UNCERTAIN:
            return Change(Status.UNCERTAIN, started + pace.lookups[0], doubted=True)
        case Outcome.THROTTLED:
            return Change(Status.PENDING, _window(result, now=now, jitter=jitter))
        case Outcome.CONFIG:
            return Change(Status.PENDING, now + CONFIG_PAUSE * jitter)
        case _:
            return Change(Status.PENDING, now + pace.retry[min(tries, len(pace.retry)) - 1] * jitter)


def _window(result: SendResult, *, now: datetime, jitter: float) -> datetime:
    if result.next_day:
        morning = now.astimezone(CHINA).replace(hour=MORNING, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return morning + timedelta(minutes=30) * (jitter - 0.8) / 0.4
    return now + (result.retry_after or RETRY[1]) * max(jitter, 1.0)  # never before the provider's window ends


def after_lookup(
    found: LookupResult, *, misses: int, same_content: bool, doubted_at: datetime, now: datetime, pace: Pace
) -> Change:
    """Sent again only after two misses, the second at least `lookups[1]` after the attempt.

    A provider that said «same content» has shown that it knows the message, so there three misses are needed.
    A question that failed (`found.found` None) is asked again and counts for nothing.
    """
    if found.found:
        reported = {True: Status.DELIVERED, False: Status.UNDELIVERED, None: Status.ACCEPTED}
        return Change(reported[found.delivered], now)
    if found.found is None:
        return Change(Status.UNCERTAIN, now + pace.lookup_again, doubted=True)
    needed = 3 if same_content else 2
    if misses + 1 >= needed and now >= doubted_at + pace.lookups[needed - 1]:
        return Change(Status.PENDING, now)
    coming = doubted_at + pace.lookups[min(misses + 1, len(pace.lookups) - 1)]
    return Change(Status.UNCERTAIN, max(coming, now + pace.lookups[0] / 2), doubted=True)


def quick(pace: Pace, *, factor: float) -> Pace:
    """The same shape on a shorter scale, for drills against the sandbox, whose records never lag."""
    return replace(
        pace,
        lease=max(pace.lease * factor, timedelta(seconds=2)),
        lookups=tuple(step * factor for step in pace.lookups),
        lookup_again=pace.lookup_again * factor,
        retry=tuple(step * factor for step in pace.retry),
    )

"""The hash chain of a stream: pure functions, no ORM.

Each row's hash covers the hash before it and everything the row says, so a row that is altered, left out or moved
breaks the chain from there on. The chain has no secret: who can rewrite a whole stream can also compute it anew. That
is why `verify_journal --heads` prints the heads, to be kept where the database's keeper cannot write.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder

if TYPE_CHECKING:
    from journal.models import Event

_ORDERED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_PLAIN = DjangoJSONEncoder(ensure_ascii=False, allow_nan=False).encode


def plain(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload as every database gives it back: dates and decimals become text.

    A float raises TypeError: PostgreSQL and SQLite do not return each as it was written, and the hash would no longer
    fit.
    """
    told: dict[str, Any] = json.loads(_PLAIN(payload), parse_float=_no_float)
    return told


def _no_float(text: str) -> Decimal:
    raise TypeError(f"an event's payload cannot hold the float {text}: use whole numbers, Decimal or text")


def text_of(payload: dict[str, Any]) -> str:
    """The one way to write a payload down; its keys in order, so that equal payloads are equal texts."""
    return _ORDERED(payload)


def hash_of(event: Event, *, before: str) -> str:
    """The hash of the row that follows the row with hash `before` (empty for the first of a stream)."""
    row = {
        "actor": event.actor_id,
        "kind": event.kind,
        "occurred_at": _utc(event.occurred_at),
        "payload": event.payload,
        "recorded_at": _utc(event.recorded_at),
        "seq": event.seq,
        "source": event.source,
        "stream": event.stream_id,
    }
    return "sha256:" + sha256((before + _ORDERED(row)).encode()).hexdigest()


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")

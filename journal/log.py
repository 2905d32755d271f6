"""The journal's door: append, read, as_json, heads (used as `journal.append(...)`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from journal import bus, chain
from journal.models import Event, Stream

if TYPE_CHECKING:
    from accounts.models import User


def append(
    stream: str, kind: str, *, payload: dict[str, Any], actor: User | None, occurred_at: datetime, source: str = ""
) -> Event:
    """Record one event as the next of its stream, which begins with its first event.

    Only inside the caller's transaction: what happened and the change itself commit together or not at all. The
    stream's row stays locked until then, so numbers have no gap and commit in their order. Three queries; after the
    commit a hint goes out.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "journal.append() belongs into the transaction of the change it records"
        )
    seq, head = _locked_head(stream)
    told: dict[str, Any] = {
        "seq": seq + 1,
        "kind": kind,
        "occurred_at": occurred_at,
        "recorded_at": timezone.now(),
        "source": source,
        "payload": chain.plain(payload),
    }
    link = chain.link(head, stream=stream, actor_id=actor.pk if actor else None, **told)
    event = Event.objects.create(stream_id=stream, actor=actor, hash=link, **told)
    Stream.objects.filter(pk=stream).update(seq=seq + 1, head=link)
    transaction.on_commit(partial(bus.publish, stream, seq + 1), robust=True)
    return event


def _locked_head(stream: str) -> tuple[int, str]:
    rows = Stream.objects.select_for_update().filter(pk=stream).values_list("seq", "head")
    found = rows.first()
    if found is None:
        # Two first events at once: the second waits here for the first to commit, then finds its row.
        Stream.objects.bulk_create([Stream(name=stream)], ignore_conflicts=True)
        found = rows.get()
    return found


def read(stream: str, *, after: int, limit: int) -> list[Event]:
    """Up to `limit` events with a number above `after`, oldest first; an unknown stream is empty."""
    return list(Event.objects.filter(stream_id=stream, seq__gt=after).order_by("seq").select_related("actor")[:limit])


def heads(streams: Iterable[str]) -> dict[str, int]:
    """The last number of each stream that exists, in one query."""
    return dict(Stream.objects.filter(pk__in=list(streams)).values_list("name", "seq"))


def as_json(event: Event) -> dict[str, Any]:
    """The event as screens, sockets and exports get it; times with the bureau's offset."""
    return {
        "stream": event.stream_id,
        "seq": event.seq,
        "kind": event.kind,
        "occurred_at": _iso(event.occurred_at),
        "recorded_at": _iso(event.recorded_at),
        "actor": {"id": event.actor.pk, "name": event.actor.name} if event.actor else None,
        "source": event.source,
        "payload": event.payload,
    }


def _iso(at: datetime) -> str:
    return at.astimezone(timezone.get_default_timezone()).isoformat(timespec="milliseconds")

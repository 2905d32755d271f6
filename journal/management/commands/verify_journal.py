"""`manage.py verify_journal [stream…]`: is everything still there, as it was written?"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand

from journal import chain
from journal.models import Event, Stream

_AT_ONCE = 1000


class Command(BaseCommand):
    """Walk the hash chains and name the first broken row of each stream; exit 1 when there is one.

    With --heads the last number and hash of each stream are printed too: kept elsewhere, they show that a whole chain
    was made anew.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("streams", nargs="*", help="such as project-42; all streams when none is named")
        parser.add_argument("--heads", action="store_true", help="print the last number and hash of each stream")

    def handle(self, *_args: Any, streams: list[str], heads: bool, **_options: Any) -> None:
        walked = broken = 0
        for stream in _streams(streams):
            walked += 1
            fault = first_fault(stream)
            if fault:
                broken += 1
                self.stderr.write(fault)
            elif heads:
                self.stdout.write(f"{stream.name} {stream.seq} {stream.head}")
        missing = set(streams) - set(Stream.objects.filter(pk__in=streams).values_list("pk", flat=True))
        for name in sorted(missing):
            self.stderr.write(f"{name}: no such stream")
        self.stdout.write(f"{walked} streams, {broken} broken")
        if broken or missing:
            raise SystemExit(1)


def _streams(names: list[str]) -> Iterator[Stream]:
    rows = Stream.objects.filter(pk__in=names) if names else Stream.objects.all()
    return rows.order_by("pk").iterator(chunk_size=_AT_ONCE)


def first_fault(stream: Stream) -> str:
    """One sentence about the first row that is not as it was written, or "". Writers may go on meanwhile."""
    seq, before = 0, ""
    for event in (
        Event.objects.filter(stream_id=stream.pk, seq__lte=stream.seq).order_by("seq").iterator(chunk_size=_AT_ONCE)
    ):
        seq += 1
        if event.seq != seq:
            return f"{stream.name}@{seq}: missing"
        if event.hash != chain.hash_of(event, before=before):
            return f"{stream.name}@{seq}: altered, or moved from elsewhere"
        before = event.hash
    if seq < stream.seq:
        return f"{stream.name}@{seq + 1}: missing at the end"
    if before != stream.head:
        return f"{stream.name}@{seq}: not the row the stream's head knows"
    return _beyond(stream)


def _beyond(stream: Stream) -> str:
    """Rows after the head as it was read: written meanwhile, if the head has moved with them."""
    last = Event.objects.filter(stream_id=stream.pk).order_by("-seq").values_list("seq", flat=True).first() or 0
    head = Stream.objects.values_list("seq", flat=True).get(pk=stream.pk)
    return f"{stream.name}@{head + 1}: beyond the stream's head" if last > head else ""

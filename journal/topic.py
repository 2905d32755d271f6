"""One watched stream inside the hub: its last events as ready frames, and who gets the next. No database, no loop."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from journal import frames
from journal.client import Client

REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, encoded once."""

    seq: int
    full: bytes


class Topic:
    """Live clients are kept by what they get: "" the full event, any other key a hint under that name."""

    __slots__ = ("fresh", "groups", "heard", "joining", "ring", "seq", "stream")

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.seq = -1  # not known yet
        self.heard = 0
        self.ring: deque[Entry] = deque(maxlen=REMEMBERED)
        self.fresh: list[Entry] = []
        self.groups: dict[str, set[Client]] = {}
        self.joining = 0

    @property
    def is_known(self) -> bool:
        return self.seq >= 0

    @property
    def is_behind(self) -> bool:
        return self.is_known and self.heard > self.seq

    @property
    def is_idle(self) -> bool:
        return not self.groups and not self.joining

    def learn(self, head: int) -> None:
        """The head as the journal had it, when nobody here knew it yet."""
        if not self.is_known:
            self.seq = head

    def take(self, entries: Sequence[Entry]) -> None:
        """Go forward by what was read. What is known is skipped, what would leave a gap is left for the next read."""
        if not self.ring and entries and entries[0].seq <= self.seq <= entries[-1].seq:
            self.ring.extend(entry for entry in entries if entry.seq <= self.seq)
        for entry in entries:
            if entry.seq == self.seq + 1:
                self.seq = entry.seq
                self.ring.append(entry)
                self.fresh.append(entry)

    def since(self, seq: int) -> list[Entry] | None:
        """What came after a number, from memory; None when memory does not reach back so far."""
        if seq >= self.seq:
            return []
        if not self.ring or self.ring[0].seq > seq + 1:
            return None
        return [entry for entry in self.ring if entry.seq > seq]

    def add(self, client: Client, *, key: str) -> None:
        self.groups.setdefault(key, set()).add(client)

    def remove(self, client: Client, *, key: str) -> None:
        group = self.groups.get(key)
        if group is not None:
            group.discard(client)
            if not group:
                del self.groups[key]


def blob(entries: Sequence[Entry], *, key: str) -> bytes:
    """All of these events in one piece, as the clients of a group get them."""
    if not key:
        return b"".join([entry.full for entry in entries])
    return b"".join([frames.hint(key, entry.seq) for entry in entries])

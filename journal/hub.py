"""The hub: one per web process, on its event loop. It brings what happened to every socket that watches.

It learns from the bus that a stream has reached a number, reads what is missing once from the journal, encodes each
event once, and hands the same bytes to all. What the bus loses, the poll finds. Everything here runs on the loop
unless it says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress

import structlog
from django.db import DatabaseError

from journal import bus, heartbeat, log, metrics
from journal.client import RESTART, Client
from journal.listener import listen
from journal.readers import Readers, entries_after
from journal.topic import Topic, blob

events = structlog.get_logger(__name__)

POLL_SECONDS = 1.5
_TOPICS_PER_READ = 100
_EVENTS_PER_READ = 2000
_PAUSE_AFTER_FAILURE = 0.5


class Hub:
    """Streams and clients of this process. `run` it on the loop; clients come through `journal.consumer`."""

    def __init__(self, *, redis_url: str = "", poll_seconds: float = POLL_SECONDS) -> None:
        self.readers = Readers()
        self.topics: dict[str, Topic] = {}
        self.clients: set[Client] = set()
        self._redis_url = redis_url
        self._poll_seconds = poll_seconds
        self._behind: set[str] = set()
        self._wake = asyncio.Event()
        self._poll_now = asyncio.Event()

    async def run(self, *, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until cancelled; then every client is told to come back (1012)."""
        ear = self._ear(asyncio.get_running_loop())
        bus.join(ear)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pump(), name="hub-pump")
                tasks.create_task(self._poll(), name="hub-poll")
                tasks.create_task(heartbeat.beat(self), name="hub-heartbeat")
                if self._redis_url:
                    tasks.create_task(listen(self._redis_url, ear, joined=self._poll_now.set), name="hub-bus")
                ready()
        finally:
            bus.leave(ear)
            for client in tuple(self.clients):
                client.close(RESTART)
            await asyncio.to_thread(self.readers.close)

    def _ear(self, loop: asyncio.AbstractEventLoop) -> bus.Ear:
        """Called by any thread: streams nobody watches here do not even wake the loop."""

        def moved(stream: str, seq: int) -> None:
            if stream in self.topics:
                with suppress(RuntimeError):  # the loop has just been closed
                    loop.call_soon_threadsafe(self.moved, stream, seq)

        def access(user_id: int) -> None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(heartbeat.recheck_user, self, user_id)

        return bus.Ear(moved=moved, access=access)

    # ── clients ──────────────────────────────────────────────────────────────

    def admit(self, client: Client) -> None:
        self.clients.add(client)
        metrics.SOCKETS.inc()

    def drop(self, client: Client) -> None:
        """Forget a client; its topics go with their last watcher. Harmless when repeated."""
        if client in self.clients:
            self.clients.discard(client)
            metrics.SOCKETS.dec()
        self.unwatch(client, tuple(client.watching))

    def unwatch(self, client: Client, names: Iterable[str]) -> None:
        for name in names:
            grant = client.watching.pop(name, None)
            topic = self.topics.get(grant.stream) if grant else None
            if grant and topic:
                topic.remove(client, key=grant.key(name))
                self.release(topic)

    def topic(self, stream: str) -> Topic:
        topic = self.topics.get(stream)
        if topic is None:
            topic = self.topics[stream] = Topic(stream)
            metrics.STREAMS.set(len(self.topics))
        return topic

    def release(self, topic: Topic) -> None:
        if topic.is_idle and self.topics.get(topic.stream) is topic:
            del self.topics[topic.stream]
            metrics.STREAMS.set(len(self.topics))

    # ── events ───────────────────────────────────────────────────────────────

    def moved(self, stream: str, seq: int) -> None:
        """A stream has reached a number; what this hub has not seen of it will be read."""
        topic = self.topics.get(stream)
        if topic is None:
            return
        topic.heard = max(topic.heard, seq)
        if topic.is_behind:
            self._behind.add(stream)
            self._wake.set()

    async def _pump(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._behind:
                await self._bring([self._behind.pop() for _ in range(min(len(self._behind), _TOPICS_PER_READ))])

    async def _bring(self, streams: list[str]) -> None:
        behind = [topic for stream in streams if (topic := self.topics.get(stream)) and topic.is_behind]
        if not behind:
            return
        asked = [topic.heard for topic in behind]
        try:
            found = await self.readers.run(entries_after, {t.stream: t.seq for t in behind}, limit=_EVENTS_PER_READ)
        except DatabaseError as error:
            # The database is away for a moment; the poll or the next hint brings these streams back.
            events.warning("hub.read_failed", error=str(error))
            await asyncio.sleep(_PAUSE_AFTER_FAILURE)
            return
        is_whole = sum(map(len, found.values())) < _EVENTS_PER_READ
        for topic, heard in zip(behind, asked, strict=True):
            topic.take(found[topic.stream])
            if is_whole and topic.heard == heard:
                topic.heard = topic.seq  # a number that the journal does not know must not keep us reading
            self.moved(topic.stream, topic.heard)
        self.deliver(behind)

    def deliver(self, topics: Iterable[Topic]) -> None:
        """Everything new of these topics to their clients: one write for each, however many events and topics."""
        touched: list[Client] = []
        for topic in topics:
            fresh, topic.fresh = topic.fresh, []
            for key, group in topic.groups.items() if fresh else ():
                piece = blob(fresh, key=key)
                metrics.DELIVERED.inc(len(fresh) * len(group))
                for client in group:
                    if not client.out:
                        touched.append(client)
                        client.out = piece
                    else:
                        client.out += piece
        for client in touched:
            out, client.out = client.out, b""
            client.write(out)

    async def _poll(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll_seconds):
                    await self._poll_now.wait()
            self._poll_now.clear()
            try:
                heads = await self.readers.run(log.heads, tuple(self.topics)) if self.topics else {}
            except DatabaseError as error:
                events.warning("hub.poll_failed", error=str(error))
                continue
            for stream, seq in heads.items():
                self._heal(stream, seq)

    def _heal(self, stream: str, seq: int) -> None:
        topic = self.topics.get(stream)
        if topic and topic.is_known and seq > max(topic.seq, topic.heard):
            metrics.HEALED.inc()
        self.moved(stream, seq)

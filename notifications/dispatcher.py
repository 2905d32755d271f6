"""Sends what the outbox holds: claims what it has free slots for and a little ahead, writes answers in batches.

The event loop carries HTTP only; one thread with one connection does the database work, and no transaction is open
while a request is on its way. Several dispatchers may run on one PostgreSQL outbox.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TypeVar

import redis.asyncio
import structlog
import uvloop
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from redis.exceptions import RedisError

from notifications import outbox, providers, wake
from notifications.breaker import Breaker
from notifications.exchange import Exchange
from notifications.outbox import Claimed, Looked, Sent
from notifications.providers.base import SmsProvider
from notifications.rules import Pace
from notifications.status import Status
from notifications.sweep import expired_leases
from notifications.transport import AioTransport

log = structlog.get_logger(__name__)
T = TypeVar("T")
Saved = list[tuple[Sent | Looked, Status]]
CONCURRENCY = 100
POLL_SECONDS = 0.5
GATHER_SECONDS = 0.01  # answers that arrive together are written together
FULL_BATCH = 50
AWAY_SECONDS = 0.5
LOOKUPS_AT_ONCE = 20
AHEAD = 50  # claimed while earlier answers are being written, so that no connection waits for the database


class Dispatcher:
    """`run` until told to stop; then nothing new is claimed, what is in flight is finished and written down."""

    def __init__(
        self, *, provider: SmsProvider | None = None, concurrency: int = CONCURRENCY, pace: Pace | None = None
    ) -> None:
        self._provider = provider or providers.configured()
        self._slots = concurrency
        self._pace = pace or Pace()
        self._breaker = Breaker(first_pause=min(30.0, self._pace.lease.total_seconds() / 2))
        self._in_flight: set[asyncio.Task[None]] = set()
        self._answers: list[Sent | Looked] = []
        self._more = True  # the outbox may hold due messages
        self._look_at = self._sweep_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        loop, self._ring = asyncio.get_running_loop(), asyncio.Event()
        forget = wake.listen(functools.partial(_soon, loop, self._hinted))
        self._transport = AioTransport(connections=self._slots + LOOKUPS_AT_ONCE)
        self._exchange = Exchange(self._provider, self._transport)
        hints = asyncio.create_task(self._hear_redis())
        stopping = asyncio.create_task(self._ring_on(stop))
        with ThreadPoolExecutor(1, thread_name_prefix="sms-db") as self._db:
            log.info("sms.dispatcher_started", provider=self._provider.kind, slots=self._slots)
            try:
                while not (stop.is_set() and not self._in_flight and not self._answers):
                    await self._turn(stopping=stop.is_set())
            finally:
                forget()
                for task in (hints, stopping):
                    task.cancel()
                await self._transport.close()
                await self._in_db(_hang_up)
        log.info("sms.dispatcher_stopped")

    def run_in_thread(self) -> Callable[[], None]:
        """Run on an own loop in a thread (embedded mode). The answer stops it and waits for what is in flight."""
        loop, stop = uvloop.new_event_loop(), asyncio.Event()

        def body() -> None:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(self._again_and_again(stop))

        thread = threading.Thread(target=body, name="sms-dispatcher", daemon=True)
        thread.start()

        def end() -> None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(stop.set)
            thread.join(timeout=25)

        return end

    async def _again_and_again(self, stop: asyncio.Event) -> None:
        """What a process supervisor does for `sms_dispatch`: a bug is shown in full, and sending goes on."""
        while not stop.is_set():
            try:
                await self.run(stop)
            except Exception:
                log.exception("sms.dispatcher_died")
                await asyncio.sleep(AWAY_SECONDS)

    async def _turn(self, *, stopping: bool) -> None:
        """Write the answers down and claim as much as is free, in one go to the database; then wait for news."""
        answers, self._answers = self._answers[:200], self._answers[200:]
        free = 0 if stopping else self._free()
        if free:
            self._more = False  # before looking, so that a hint during the look is kept
        try:
            saved, claimed = await self._in_db(self._round, answers, free)
        except (OperationalError, InterfaceError) as error:  # keep the answers: writing them twice is harmless
            self._answers[:0] = answers
            await self._database_away(error)
            return
        self._exchange.report(saved)
        for item in claimed:
            self._start(item)
        if not stopping:
            await self._look_around()
        full = free > 0 and len(claimed) == free
        self._more |= full
        if not self._answers and not full:
            await self._news()

    def _free(self) -> int:
        """Slots to fill, if there is reason to look. Answers not yet written count too: a crash doubts them."""
        free = self._slots + AHEAD - len(self._in_flight) - len(self._answers)
        if not self._more or free <= 0 or (self._breaker.is_open and self._in_flight):
            return 0  # nothing due, no slot, or the one probe is still on its way
        return self._breaker.allows(free, now=monotonic())

    def _round(self, answers: list[Sent | Looked], free: int) -> tuple[Saved, list[Claimed]]:
        saved = outbox.save(answers, pace=self._pace) if answers else []
        claimed = outbox.claim(free, provider=self._provider.kind, pace=self._pace) if free else []
        return saved, claimed

    async def _look_around(self) -> None:
        try:
            doubts = await self._in_db(self._due_now)
        except (OperationalError, InterfaceError) as error:
            await self._database_away(error)
            return
        for item in doubts:
            self._start(item)

    async def _database_away(self, error: Exception) -> None:
        """Restarting, or locked for longer than we wait: come back with a new connection."""
        log.warning("sms.database_away", error=type(error).__name__)
        self._more = True
        await self._in_db(_hang_up)
        await asyncio.sleep(AWAY_SECONDS)

    def _due_now(self) -> list[Claimed]:
        """Now and then: what a dead dispatcher left, and unknown outcomes to ask about.

        These have slots of their own, so that a full outbox does not put them off.
        """
        now, often = monotonic(), self._pace.lease.total_seconds() / 4
        if now < self._look_at:
            return []
        self._look_at = now + min(POLL_SECONDS * 2, often)
        if now >= self._sweep_at:
            self._sweep_at = now + often
            expired_leases(pace=self._pace)
        return outbox.claim_doubts(LOOKUPS_AT_ONCE, pace=self._pace)

    def _start(self, item: Claimed) -> None:
        task = asyncio.create_task(self._carry(item))
        self._in_flight.add(task)
        task.add_done_callback(self._in_flight.discard)

    async def _carry(self, item: Claimed) -> None:
        answer = await self._exchange.carry(item)
        if isinstance(answer, Sent):
            self._exchange.note(answer, self._breaker)
        self._answers.append(answer)
        self._more = True  # a slot is free again
        self._ring.set()

    async def _news(self) -> None:
        """Until an answer, a hint or the poll interval; a little longer, so that answers come in batches."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ring.wait(), POLL_SECONDS)
        if not self._ring.is_set():
            self._more = True
        self._ring.clear()
        if self._answers and len(self._answers) < FULL_BATCH:
            await asyncio.sleep(GATHER_SECONDS)

    def _hinted(self) -> None:
        self._more = True
        self._ring.set()

    async def _ring_on(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._ring.set()

    async def _hear_redis(self) -> None:
        """Hints of other processes. Redis may come and go; polling goes on meanwhile."""
        while settings.REDIS_URL:
            try:
                async with redis.asyncio.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as channel:
                    await channel.subscribe(wake.CHANNEL)
                    async for _ in channel.listen():
                        self._hinted()
            except (RedisError, OSError):
                await asyncio.sleep(1)

    async def _in_db(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._db, work, *args)


def _soon(loop: asyncio.AbstractEventLoop, work: Callable[[], None]) -> None:
    """From any thread; a loop that has just ended needs no hint."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(work)


def _hang_up() -> None:
    """Close the calling thread's connection: `connection` means another one in each thread."""
    connection.close()

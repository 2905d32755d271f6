"""The embedded topology: worker, beat, SMS dispatcher and (demo) sandbox gateway inside the one web process.

For one machine and for trying out. Nothing here may be the only thing that remembers: every part can die at any line.
"""

from __future__ import annotations

import asyncio
import fcntl
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from celery import beat as celery_beat
from celery.worker import state as worker_state
from django.conf import settings

from config.celery import app
from notifications.dispatcher import Dispatcher

log = structlog.get_logger(__name__)

STOP_SECONDS = 5
REFUSED = 78  # EX_CONFIG


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, or end with one sentence: two embedded processes on one SQLite would both send."""
    with (folder / "embedded.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(
                f"serve: another embedded process already runs on {folder}; stop it, or set REDIS_URL and DATABASE_URL "
                "to run several (make run-services shows how)",
                file=sys.stderr,
            )
            raise SystemExit(REFUSED) from None
        yield


@dataclass(frozen=True, slots=True)
class _Part:
    """Something that runs beside the web: how it is asked to stop, and how its end is waited for."""

    name: str
    ask: Callable[[], object]
    wait: Callable[[], object]


@asynccontextmanager
async def running() -> AsyncIterator[None]:
    """All parts, from before the first request to after the last."""
    end_gateway = await _gateway() if settings.DEMO and settings.SMS_PROVIDER == "sandbox" else _nothing
    parts = [_worker(), _beat(), _Part("dispatcher", _already_asked, Dispatcher().run_in_thread())]
    log.info("embedded.started")
    try:
        yield
    finally:
        for part in parts:
            part.ask()
        await asyncio.gather(*(_bounded(part) for part in parts))
        await end_gateway()  # last: what was in flight gets its answer
        log.info("embedded.stopped")


def _already_asked() -> None:
    """The dispatcher's own end both asks and waits."""


def _in_thread(name: str, run: Callable[[], object], ask: Callable[[], object]) -> _Part:
    thread = threading.Thread(target=run, name=f"embedded-{name}", daemon=True)
    thread.start()
    return _Part(name, ask, thread.join)


async def _bounded(part: _Part) -> None:
    """Wait for its end, but no longer than a person who pressed Ctrl-C does."""
    try:
        await asyncio.wait_for(asyncio.get_running_loop().run_in_executor(None, part.wait), STOP_SECONDS)
    except TimeoutError:
        log.warning("embedded.abandoned", part=part.name)


def _worker() -> _Part:
    """Celery's own worker, without its signal handlers (those belong to the main thread) and its talk with others."""
    worker_state.should_stop = None
    worker = app.WorkController(
        pool_cls="threads",
        concurrency=2,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        hostname="embedded",
    )
    return _in_thread("worker", worker.start, _stop_worker)


def _stop_worker() -> None:
    worker_state.should_stop = 0  # a warm stop: read between two looks at the queue


async def _gateway() -> Callable[[], Awaitable[None]]:
    """The sandbox where SMS_BASE_URL says it is; the answer ends it."""
    from notifications.sandbox import app as sandbox  # never loaded in production

    where = urlsplit(settings.SMS_BASE_URL)
    app_ = sandbox.build(sandbox.options(), store=settings.VAR_DIR / "sandbox.jsonl")
    try:
        return await sandbox.start(app_, host=where.hostname or "127.0.0.1", port=where.port or sandbox.PORT)
    except OSError as taken:
        # Somebody else listens there (another demo, perhaps): everything but the wall works, messages are tried again.
        log.error("embedded.gateway_port_taken", url=settings.SMS_BASE_URL, error=str(taken))
        return _nothing


async def _nothing() -> None:
    return None


def _beat() -> _Part:
    """The schedule is kept in memory: a start runs what is periodic again, and every task may be repeated."""
    beat = celery_beat.Service(app, max_interval=1, scheduler_cls="celery.beat.Scheduler", remote_control=False)
    return _in_thread("beat", beat.start, beat.stop)

"""The hub's few threads for the database: the loop never waits for a query, a burst never takes all connections."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connections

from journal import frames, log, metrics
from journal.topic import Entry

_P = ParamSpec("_P")
_T = TypeVar("_T")

THREADS = 3


class Readers:
    """A small thread pool whose threads keep their database connection."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="hub")

    async def run(self, job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        began = time.perf_counter()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._pool, partial(_with_connection, job, *args, **kwargs)
            )
        finally:
            metrics.READ_SECONDS.observe(time.perf_counter() - began)

    def close(self) -> None:
        """Close the threads' connections too, each in its own thread; blocks for the queries still running."""
        together = threading.Barrier(THREADS)
        for _ in range(THREADS):
            self._pool.submit(_hang_up, together)
        self._pool.shutdown(wait=True)


def _with_connection(job: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    close_old_connections()  # also has a kept connection checked before its next use
    return job(*args, **kwargs)


def _hang_up(together: threading.Barrier) -> None:
    together.wait(timeout=30)
    connections.close_all()


def entries_after(after: Mapping[str, int], *, limit: int) -> dict[str, list[Entry]]:
    """The events of several streams after a number each, encoded, in one query; at most `limit` in all, no gaps."""
    found: dict[str, list[Entry]] = {stream: [] for stream in after}
    for event in log.read_many(after, limit=limit):
        found[event.stream_id].append(Entry(event.seq, frames.event(log.as_json(event))))
    return found

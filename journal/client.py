"""One connected client, and the sink its frames go into."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Any, Protocol

from journal import frames, metrics
from journal.rights import Access, Grant, Identity

BOUND = 1024 * 1024
EXTENSION = "bangban.frames"

SIGNED_OUT = 4401
NOT_ENTITLED = 4403
TOO_SLOW = 4408
SILENT = 1001
POLICY = 1008
RESTART = 1012

TURNS = 20
_turns = count()

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Sink(Protocol):
    """Where ready frames go. Nothing here waits; what cannot leave at once is counted by `buffered`."""

    def write(self, blob: bytes) -> None: ...
    def buffered(self) -> int: ...
    def close(self, code: int) -> None: ...


class Client:
    """What the hub knows of one socket."""

    __slots__ = ("access", "closed", "heard", "identity", "out", "questions", "sink", "turn", "watching")

    def __init__(self, sink: Sink, identity: Identity, access: Access) -> None:
        self.sink = sink
        self.identity = identity
        self.access = access
        self.watching: dict[str, Grant] = {}
        self.heard = time.monotonic()
        self.turn = next(_turns) % TURNS  # its second of the heartbeat, so that not all are asked at once
        self.out = b""
        self.questions = 0  # how often a change of rights was heard of
        self.closed = False

    def tell(self, **told: Any) -> None:
        self.write(frames.frame(told))

    def write(self, blob: bytes) -> None:
        """Hand over frames. A client whose buffer is over its bound is closed, not waited for: it resumes by number."""
        if self.closed:
            return
        if self.sink.buffered() > BOUND:
            self.close(TOO_SLOW)
        else:
            self.sink.write(blob)

    def close(self, code: int) -> None:
        if not self.closed:
            self.closed = True
            metrics.CLOSED.labels(code).inc()
            self.sink.close(code)

    async def drained(self) -> None:
        """Wait while a replay is running ahead of the line."""
        while not self.closed and self.sink.buffered() > BOUND // 2:
            await asyncio.sleep(0.02)


class AsgiSink:
    """Frames unpacked into ASGI messages, for servers without our extension: slower, same words."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._size = 0
        self._task: asyncio.Task[None] | None = None

    def write(self, blob: bytes) -> None:
        for text in frames.texts(blob):
            self._put({"type": "websocket.send", "text": text})

    def buffered(self) -> int:
        return self._size

    def close(self, code: int) -> None:
        self._put({"type": "websocket.close", "code": code})

    def _put(self, message: dict[str, Any]) -> None:
        self._size += len(message.get("text", ""))
        self._waiting.put_nowait(message)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        while not self._waiting.empty():
            message = self._waiting.get_nowait()
            await self._send(message)
            self._size -= len(message.get("text", ""))


def sink_of(scope: Mapping[str, Any], send: Send) -> Sink:
    """The server's own way to write ready frames when it has one (`config/framed.py`), else plain ASGI."""
    ready: Sink | None = scope.get("extensions", {}).get(EXTENSION)
    return ready or AsgiSink(send)

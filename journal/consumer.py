"""A websocket's life: let in, understand, let go. Delivery itself is the hub's.

Channels routes to it and runs it; content never goes through its channel layer, which drops when a receiver is slow.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.db import DatabaseError

from journal import frames, heartbeat, joining, metrics
from journal.client import POLICY, RESTART, SIGNED_OUT, Client, sink_of
from journal.hub import Hub
from journal.protocol import MOST_STREAMS, BadFrame, Ping, Unwatch, Watch, parse
from journal.rights import Access

_PATIENCE = 10  # frames we could not understand, before we stop listening


class JournalConsumer(AsyncConsumer):
    """Mounted as `JournalConsumer.as_asgi(hub=…, access=…)`.

    `hub` is asked for at each connection, because it may have been begun anew.
    """

    def __init__(self, *, hub: Callable[[], Hub | None], access: Access) -> None:
        super().__init__()
        self._find_hub = hub
        self._access = access
        self._mistakes = 0
        self._hub: Hub | None = None
        self._client: Client | None = None

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without the thread hop that Channels makes before each message: this thread has no connections."""
        match message["type"]:
            case "websocket.connect":
                await self._connect()
            case "websocket.receive":
                await self._receive(message.get("text"))
            case _:
                self._leave()
                raise StopConsumer

    async def _connect(self) -> None:
        # Accepted even when it is then refused: a browser is told the code only after the handshake.
        await self.send({"type": "websocket.accept"})
        hub = self._find_hub()
        if hub is None:
            await self._refuse(RESTART)
            return
        try:
            identity = await hub.readers.run(self._access.identify, self.scope)
        except DatabaseError:
            await self._refuse(RESTART)
            return
        if identity is None:
            await self._refuse(SIGNED_OUT)
            return
        self._hub = hub
        self._client = Client(sink_of(self.scope, self.base_send), identity, self._access)
        hub.admit(self._client)
        self._client.tell(t="hello", heartbeat=heartbeat.EVERY, user=identity.user_id)

    async def _refuse(self, code: int) -> None:
        metrics.CLOSED.labels(code).inc()
        await self.send({"type": "websocket.close", "code": code})

    async def _receive(self, text: str | None) -> None:
        client, hub = self._client, self._hub
        if client is None or hub is None or client.closed:
            return
        try:
            await self._obey(hub, client, parse(text, names=client.access.names))
        except BadFrame as bad:
            self._complain(client, bad)
        except DatabaseError:
            client.close(RESTART)  # it comes back with its numbers, perhaps to a process that has a database
        client.heard = time.monotonic()

    async def _obey(self, hub: Hub, client: Client, said: Watch | Unwatch | Ping) -> None:
        match said:
            case Watch(streams):
                if len(client.watching.keys() | streams.keys()) > MOST_STREAMS:
                    raise BadFrame("streams.too-many", f"一个连接最多关注{MOST_STREAMS}个流")
                await joining.watch(hub, client, streams)
            case Unwatch(streams):
                hub.unwatch(client, streams)
            case Ping():
                client.write(frames.PONG)

    def _complain(self, client: Client, bad: BadFrame) -> None:
        self._mistakes += 1
        client.tell(t="error", code=bad.code, title=bad.sentence)
        if self._mistakes >= _PATIENCE:
            client.close(POLICY)

    def _leave(self) -> None:
        if self._hub is not None and self._client is not None:
            self._client.closed = True
            self._hub.drop(self._client)

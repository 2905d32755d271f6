"""uvicorn's websocket protocol, plus a way to write ready frames (`journal/frames.py`) straight to the transport.

The application finds it as scope["extensions"]["bangban.frames"]; without it everything works by ASGI messages, only
slower. Imports nothing of Django, so that the server may load it first.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.http11 import Request
from websockets.server import ServerProtocol

_LARGEST_FRAME = 64 * 1024
_FAREWELL_SECONDS = 5.0


class FramedWebSocket(WebSocketsSansIOProtocol):
    """No compression (frames are shared between sockets) and no protocol pings (the heartbeat is in the messages)."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn = ServerProtocol(extensions=[], max_size=_LARGEST_FRAME)
        self.ping_interval = None

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            # The task that runs the application was created, but has not begun.
            self.scope["extensions"]["bangban.frames"] = FrameSink(self)  # type: ignore[assignment]

    def shutdown(self) -> None:
        super().shutdown()
        # A peer that stopped reading must not hold up the end.
        self.loop.call_later(_FAREWELL_SECONDS, self.transport.abort)


class FrameSink:
    """What the hub writes to (`journal.client.Sink`)."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: FramedWebSocket) -> None:
        self._protocol = protocol

    def write(self, blob: bytes) -> None:
        protocol = self._protocol
        if not protocol.close_sent and not protocol.transport.is_closing():
            protocol.transport.write(blob)

    def buffered(self) -> int:
        return self._protocol.transport.get_write_buffer_size()

    def close(self, code: int) -> None:
        """Say goodbye without waiting: the ASGI way would wait until a full buffer has drained. Then cut the line."""
        protocol = self._protocol
        if protocol.close_sent or protocol.disconnected or protocol.transport.is_closing():
            return
        protocol.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        protocol.conn.send_close(code)
        protocol.transport.write(b"".join(protocol.conn.data_to_send()))
        protocol.close_sent = True
        if protocol.read_paused:  # or the peer's answer would never be read
            protocol.read_paused = False
            protocol.transport.resume_reading()
        protocol.close_timer = protocol.loop.call_later(_FAREWELL_SECONDS, protocol.transport.abort)

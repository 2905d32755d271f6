"""Peer: a bare ASGI websocket broadcaster. A set of sockets per stream, a `send` per socket; no rights, no journal."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any

_watching: dict[str, set[Any]] = defaultdict(set)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    if scope["path"] == "/write":
        await _broadcast(receive)
    else:
        await _watch(receive, send)


async def _watch(receive: Any, send: Any) -> None:
    mine: list[str] = []
    while (message := await receive())["type"] == "websocket.receive":
        for stream in json.loads(message["text"]).get("streams", {}):
            _watching[stream].add(send)
            mine.append(stream)
            await send(
                {"type": "websocket.send", "text": json.dumps({"t": "live", "stream": stream}, separators=(",", ":"))}
            )
    for stream in mine:
        _watching[stream].discard(send)


async def _broadcast(receive: Any) -> None:
    while (message := await receive())["type"] == "websocket.receive":
        text = message["text"]
        out = {"type": "websocket.send", "text": text}
        await asyncio.gather(
            *(send(out) for send in tuple(_watching[json.loads(text)["stream"]])), return_exceptions=True
        )

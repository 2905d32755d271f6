"""Websocket text frames as ready bytes, so that one event is encoded once for a thousand sockets (RFC 6455, 5.2)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_FIN_TEXT = 0x81


def frame(told: dict[str, Any]) -> bytes:
    """One unmasked, uncompressed text frame."""
    body = _JSON(told).encode()
    size = len(body)
    if size < 126:
        return bytes((_FIN_TEXT, size)) + body
    if size < 65536:
        return bytes((_FIN_TEXT, 126)) + size.to_bytes(2, "big") + body
    return bytes((_FIN_TEXT, 127)) + size.to_bytes(8, "big") + body


def texts(blob: bytes) -> Iterator[str]:
    """The texts of frames made by `frame`, for servers that want to frame themselves."""
    at = 0
    while at < len(blob):
        size, at = blob[at + 1], at + 2
        if size >= 126:
            wide = 2 if size == 126 else 8
            size, at = int.from_bytes(blob[at : at + wide], "big"), at + wide
        yield blob[at : at + size].decode()
        at += size


def event(told: dict[str, Any]) -> bytes:
    return frame({"t": "event", **told})


def hint(name: str, seq: int) -> bytes:
    """Says that something happened and nothing of what: for those who may know only that."""
    return frame({"t": "event", "stream": name, "seq": seq})


PING = frame({"t": "ping"})
PONG = frame({"t": "pong"})

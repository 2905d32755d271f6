"""A load client for websocket fan-out: many sockets in one process, counting events instead of parsing them.

    python -m benchmarks.fanout_client --url ws://127.0.0.1:8000/ws --cookie sessionid=… --sockets 1000 --streams
    inbox-7 --expect 400

Prints one JSON line: deliveries, lost, seconds from the first to the last delivery, deliveries per second, and the
delay between the writer's clock in `recorded_at` and the arrival for a sample of events. Knows nothing of the product
but its wire format.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import re
import time
from datetime import datetime
from itertools import cycle
from statistics import quantiles
from urllib.parse import urlsplit

LIVE_SECONDS = 90
MARK = b'"t":"event"'
_RECORDED = re.compile(rb'"recorded_at":"([^"]+)"')


class Tally:
    """What all sockets of this process have seen."""

    def __init__(self) -> None:
        self.live = self.events = self.closed = 0
        self.first = self.last = 0.0
        self.delays: list[float] = []

    def count(self, number: int) -> None:
        self.last = time.perf_counter()
        self.first = self.first or self.last
        self.events += number


class Watcher(asyncio.Protocol):
    def __init__(self, tally: Tally, *, hello: bytes, watch: bytes, sampled: bool) -> None:
        self._tally, self._hello, self._watch, self._sampled = tally, hello, watch, sampled
        self._tail, self._opened = b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        transport.write(self._hello)  # type: ignore[attr-defined]

    def connection_lost(self, _exc: Exception | None) -> None:
        self._tally.closed += 1

    def data_received(self, data: bytes) -> None:
        if not self._opened:
            self._opened = True
            self._transport.write(self._watch)  # type: ignore[attr-defined]
        whole = self._tail + data
        if number := whole.count(MARK):
            self._tally.count(number)
            if self._sampled:
                now = time.time()
                self._tally.delays += [now - _seconds(at) for at in _RECORDED.findall(data)]
        if b'"t":"live"' in whole:
            self._tally.live += 1
        self._tail = whole[-(len(MARK) - 1) :]


def _seconds(at: bytes) -> float:
    return datetime.fromisoformat(at.decode()).timestamp()


def masked_frame(text: str) -> bytes:
    """A client's text frame with the mask 0, which leaves the text as it is."""
    body = text.encode()
    size = bytes((0x80 | len(body),)) if len(body) < 126 else bytes((0x80 | 126,)) + len(body).to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + body


def handshake(url: str, cookie: str) -> bytes:
    parts = urlsplit(url)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
    ]
    return "\r\n".join([*lines, *([f"Cookie: {cookie}"] if cookie else []), "", ""]).encode()


async def connect_all(tally: Tally, *, url: str, cookie: str, sockets: int, streams: list[str]) -> None:
    """All sockets, spread over the streams in turn; returns when each is live."""
    loop, parts, names = asyncio.get_running_loop(), urlsplit(url), cycle(streams)
    for number in range(sockets):
        watch = masked_frame(json.dumps({"t": "watch", "streams": {next(names): -1}}))
        await loop.create_connection(
            lambda watch=watch, number=number: Watcher(  # type: ignore[misc]
                tally, hello=handshake(url, cookie), watch=watch, sampled=number % 50 == 0
            ),
            parts.hostname,
            parts.port,
        )
    end = time.perf_counter() + LIVE_SECONDS
    while tally.live < sockets:
        if tally.closed or time.perf_counter() > end:
            raise SystemExit(f"{tally.live} of {sockets} sockets are live, {tally.closed} were closed")
        await asyncio.sleep(0.05)


async def wait_for(tally: Tally, *, expected: int, silence: float) -> None:
    """Until all have come, or nothing has for a while."""
    while tally.events < expected and (not tally.last or time.perf_counter() - tally.last < silence):
        await asyncio.sleep(0.05)


def report(tally: Tally, *, expected: int) -> dict[str, object]:
    seconds = max(tally.last - tally.first, 1e-9)
    cuts = quantiles(tally.delays, n=100) if len(tally.delays) > 1 else [0.0] * 99
    return {
        "deliveries": tally.events,
        "lost": expected - tally.events,
        "seconds": round(seconds, 3),
        "per_second": round(tally.events / seconds),
        "delay_ms_p50": round(cuts[49] * 1000, 1),
        "delay_ms_p99": round(cuts[98] * 1000, 1),
        "closed": tally.closed,
    }


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--cookie", default="")
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--streams", nargs="+", required=True)
    parser.add_argument("--expect", type=int, required=True, help="deliveries over all sockets")
    parser.add_argument("--silence", type=float, default=5.0, help="give up after so many seconds without any")
    told = parser.parse_args()
    tally = Tally()
    await connect_all(tally, url=told.url, cookie=told.cookie, sockets=told.sockets, streams=told.streams)
    print("live", flush=True)  # whoever started us may begin to write
    await wait_for(tally, expected=told.expect, silence=told.silence)
    print(json.dumps(report(tally, expected=told.expect)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())

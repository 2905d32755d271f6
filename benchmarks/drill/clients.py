"""Two hundred sockets that come and go, each counting what it gets: `python -m benchmarks.drill.clients`.

Reads its orders from stdin as two JSON lines: first {urls, cookie, streams, sockets}, at the end {heads}. Prints one.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

STREAMS_EACH = 12
PATIENCE = 60  # seconds for the last to catch up


class Watcher:
    """A client that remembers the last number of each stream and nothing else."""

    def __init__(self, orders: dict[str, Any], number: int, tally: Counter[str]) -> None:
        self._orders, self._tally = orders, tally
        self._random = random.Random(number)
        self.last = dict.fromkeys(self._random.sample(orders["streams"], STREAMS_EACH), 0)

    async def run(self) -> None:
        while True:
            try:
                await self._connected()
            except (OSError, WebSocketException, TimeoutError):
                self._tally["reconnects"] += 1
            await asyncio.sleep(self._random.uniform(0.1, 0.8))

    async def _connected(self) -> None:
        url = self._random.choice(self._orders["urls"])
        async with connect(url, additional_headers={"Cookie": self._orders["cookie"]}, open_timeout=10) as socket:
            await socket.send(json.dumps({"t": "watch", "streams": self.last}))
            lifetime = self._random.uniform(3, 25)
            try:
                async with asyncio.timeout(lifetime):
                    await self._listen(socket)
            except TimeoutError:
                self._tally["dropped at random"] += 1
                socket.transport.abort()  # as a tunnel does: no goodbye

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            frame = json.loads(text)
            if frame["t"] == "event":
                self._count(frame["stream"], frame["seq"])
            elif frame["t"] == "ping":
                await socket.send('{"t":"ping"}')
            elif frame["t"] in ("resync", "denied", "error"):
                self._tally[f"unexpected {frame['t']}"] += 1

    def _count(self, stream: str, seq: int) -> None:
        last = self.last[stream]
        self._tally["deliveries"] += 1
        if seq <= last:
            self._tally["duplicated"] += 1
        elif seq > last + 1:
            self._tally["out of order"] += 1
        self.last[stream] = max(last, seq)


async def main() -> None:
    orders = json.loads(sys.stdin.readline())
    tally: Counter[str] = Counter()
    watchers = [Watcher(orders, number, tally) for number in range(orders["sockets"])]
    tasks = [asyncio.create_task(watcher.run()) for watcher in watchers]
    heads = json.loads(await asyncio.to_thread(sys.stdin.readline))["heads"]
    begun = time.monotonic()
    while (missing := _missing(watchers, heads)) and time.monotonic() - begun < PATIENCE:
        await asyncio.sleep(0.1)
    tally["missing"] = missing
    for task in tasks:
        task.cancel()
    print(json.dumps({**tally, "seconds to catch up": round(time.monotonic() - begun, 2)}), flush=True)


def _missing(watchers: list[Watcher], heads: dict[str, int]) -> int:
    return sum(heads[stream] - last for watcher in watchers for stream, last in watcher.last.items())


if __name__ == "__main__":
    asyncio.run(main())

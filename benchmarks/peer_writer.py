"""Writes events to a peer over one websocket: `python -m benchmarks.peer_writer URL COUNT RATE STREAM…`.

RATE is a second; 0: as fast as it goes.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from itertools import cycle, islice

from websockets.sync.client import connect


def event(stream: str, seq: int) -> str:
    """As large as an event of ours."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    payload = {"step": "S2-04", "name": "建设工程规划许可证", "from": "ACCEPTED", "to": "PASSED", "opened": ["S3-05"]}
    body = {
        "t": "event", "stream": stream, "seq": seq, "kind": "step.approved", "occurred_at": now, "recorded_at": now,
        "actor": {"id": 1, "name": "演示专员"}, "source": "DOCUMENT", "payload": payload,
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    url, count, rate, *streams = sys.argv[1:]
    with connect(url) as socket:
        for seq, stream in enumerate(islice(cycle(streams), int(count)), start=1):
            socket.send(event(stream, seq))
            if float(rate):
                time.sleep(1 / float(rate))
        time.sleep(0.5)  # closing at once could overtake the last ones


if __name__ == "__main__":
    main()

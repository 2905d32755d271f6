"""Peer: a bare aiohttp loop that posts messages to the gateway and reads the answers; no database, no claim.

`python -m benchmarks.peer_sender URL COUNT`; as many connections as the dispatcher opens.
"""

from __future__ import annotations

import asyncio
import os
import sys

import aiohttp
import uvloop

CONNECTIONS = 120


async def main(url: str, count: int) -> None:
    numbers = iter(range(count))
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(_work(session, url, numbers) for _ in range(CONNECTIONS)))


async def _work(session: aiohttp.ClientSession, url: str, numbers: object) -> None:
    for number in numbers:  # type: ignore[attr-defined]  # one iterator shared by all: each number once
        form = {
            "apikey": os.environ["SMS_API_KEY"],
            "mobile": f"136{number:08d}",
            "text": text(number),
            "uid": f"bare-{number}",
        }
        async with session.post(url + "/v2/sms/single_send.json", data=form) as answer:
            if (await answer.json()).get("code") != 0:
                raise SystemExit(await answer.text())


def text(number: int) -> str:
    """What SMS-01 looks like."""
    return f"【鞍山市行政审批局】“项目{number}”的建设工程规划许可证已于3月2日受理,承诺5个工作日办结。查询码A7K2P9"


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2])))

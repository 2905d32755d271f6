"""Pushes receipts as Yunpian does: up to 100 per POST, `SUCCESS` or `0` expected, else thrice more, 5 min apart."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

import aiohttp

from notifications.clock import CHINA
from notifications.sandbox.behaviour import Behaviour
from notifications.sandbox.store import Accepted, Store

PER_PUSH, RETRIES = 100, 3
GATHER_SECONDS = 0.05
Report = tuple[Accepted, Behaviour]


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, CHINA).strftime("%Y-%m-%d %H:%M:%S")


def report_json(message: Accepted) -> dict[str, Any]:
    return {
        "sid": message.sid, "uid": message.uid or None, "mobile": message.mobile, "report_status": message.report,
        "error_msg": message.error, "error_detail": "空号" if message.report == "FAIL" else "",
        "user_receive_time": stamp(message.reported_at),
    }  # fmt: skip


class Courier:
    """Reports due at one address within a moment travel together."""

    def __init__(self, store: Store, *, retry_seconds: float) -> None:
        self._store = store
        self._retry_seconds = retry_seconds
        self._waiting: dict[str, list[Report]] = defaultdict(list)
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def later(self, message: Accepted, behaviour: Behaviour, *, seconds: float, delivered: bool, error: str) -> None:
        """After the delay the carrier reports, and the report is on its way."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            self.put(self._store.report(message, delivered=delivered, error=error), behaviour)

        self._spawn(wait())

    def put(self, message: Accepted, behaviour: Behaviour = Behaviour.DELIVER) -> None:
        url = message.callback_url
        if not url:
            return  # kept for pull_status
        if not self._waiting[url]:
            self._spawn(self._empty(url))
        copies = 3 if behaviour is Behaviour.RECEIPT_THRICE else 1
        self._waiting[url] += [(message, behaviour)] * copies

    async def now(self, message: Accepted, behaviour: Behaviour) -> None:
        """Push one report and wait until it was answered: the receipt that overtakes the response."""
        await self._push(message.callback_url, [(message, behaviour)])

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        if self._session is not None:
            await self._session.close()

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _empty(self, url: str) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        reports = self._waiting.pop(url, [])
        for start in range(0, len(reports), PER_PUSH):
            self._spawn(self._persist(url, reports[start : start + PER_PUSH]))

    async def _persist(self, url: str, reports: list[Report]) -> None:
        for attempt in range(1 + RETRIES):
            if attempt:
                await asyncio.sleep(self._retry_seconds)
            if await self._push(url, reports):
                self._store.tally.receipts_pushed += len(reports)
                return
        self._store.tally.receipts_failed += len(reports)

    async def _push(self, url: str, reports: list[Report]) -> bool:
        if not url:
            return True
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        try:
            async with self._session.post(url, data=_body(reports), headers=_FORM) as response:
                return response.status == 200 and (await response.text()).strip() in ("SUCCESS", "0")
        except (aiohttp.ClientError, TimeoutError):
            return False


_FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}


def _body(reports: list[Report]) -> bytes:
    rows = [report_json(message) for message, _ in reports]
    for row, (_, behaviour) in zip(rows, reports, strict=True):
        if behaviour is Behaviour.RECEIPT_WRONG_PHONE:
            row["mobile"] = "13000000000"
    text = json.dumps(rows, ensure_ascii=False)
    if any(behaviour is Behaviour.RECEIPT_TWICE_ENCODED for _, behaviour in reports):
        text = quote_plus(text)
    return urlencode({"sms_status": text}).encode()

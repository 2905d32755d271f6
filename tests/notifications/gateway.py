"""The real sandbox gateway on a thread, and messages to send through it."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from notifications import sms
from notifications.sandbox import app as sandbox

VALUES = {"proj": "鞍钢配套物流园", "item": "建设工程规划许可证", "date": "11月23日", "n": "5", "code": "A7K2P9"}


def queue_sms(n: int = 1, **given: Any) -> sms.Message:
    """Message number n, each to its own phone."""
    fields: dict[str, Any] = {
        "dedupe_key": f"test-{n}", "template": "SMS-01", "values": VALUES, "phone": f"+86138{n:08d}",
        "recipient": f"contact-{n}", "subject": "project-1", "category": "progress",
    }  # fmt: skip
    with transaction.atomic():
        message = sms.queue(**{**fields, **given})
    assert message is not None
    return message


@dataclass(frozen=True)
class Running:
    url: str

    def ask(self, path: str, body: dict[str, Any] | None = None, *, method: str | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data=data, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def received(self, phone: str) -> list[dict[str, Any]]:
        return list(self.ask(f"/__sandbox/messages?phone={phone.removeprefix('+86')}")["messages"])

    def stats(self) -> dict[str, Any]:
        return dict(self.ask("/__sandbox/stats"))

    def behave(self, phone: str, behaviour: str, **more: Any) -> None:
        self.ask("/__sandbox/faults", {"phone": phone.removeprefix("+86"), "behaviour": behaviour, **more})


@contextmanager
def gateway(*, store: Path | None = None, **options: Any) -> Iterator[Running]:
    """A gateway that answers at `url` until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    given = sandbox.options()
    for name, value in {"receipt_seconds": 0.1, "callback_url": "", **options}.items():
        setattr(given, name, value)

    async def body() -> None:
        end = await sandbox.start(sandbox.build(given, store=store, retry_seconds=0.2), port=port)
        ready.set()
        await stop.wait()
        await end()

    thread = threading.Thread(target=lambda: loop.run_until_complete(body()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield Running(f"http://127.0.0.1:{port}")
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def until(true: Callable[[], bool], *, seconds: float = 40) -> None:
    """Waits for it; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)

"""A hub with clients to talk to, all in one loop; the rights come from a fake of the floor above."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import wraps
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import connection, connections, transaction
from django.utils import timezone

import journal
from accounts.models import District, User
from journal.consumer import JournalConsumer
from journal.hub import Hub
from journal.rights import Access, Grant, Identity, View

PATIENCE = 20  # seconds: a busy machine is slow, not wrong; less than half of what tests mean by «the poll comes never»


def on_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test on a loop of its own, with a bound."""

    @wraps(test)
    def run(**given: Any) -> None:
        asyncio.run(asyncio.wait_for(test(**given), 2.5 * PATIENCE))

    return run


class Doorkeeper:
    """Stands in for `config.access`: lets in who names itself, and shows what is on its list."""

    def __init__(self, **streams: View) -> None:
        self.list = {name.replace("_", "-"): view for name, view in streams.items()}
        self.is_closed = False
        self.access = Access(identify=self._identify, grants=self._grants, names=re.compile(r"[a-z]+(-\d+)?"))

    def _identify(self, scope: Mapping[str, Any]) -> Identity | None:
        user = dict(scope["headers"]).get(b"user")
        return Identity(int(user), "") if user else None

    def _grants(self, _identity: Identity, names: Iterable[str]) -> dict[str, Grant] | None:
        if self.is_closed:
            return None
        return {name: Grant("project-1", self.list[name]) for name in names if name in self.list}


class Talker:
    """One websocket client."""

    def __init__(self, app: Any, headers: list[tuple[bytes, bytes]]) -> None:
        scope = {"type": "websocket", "path": "/ws", "headers": headers, "extensions": {}}
        self._line = ApplicationCommunicator(app, scope)

    async def open(self) -> None:
        await self._line.send_input({"type": "websocket.connect"})
        assert (await self._line.receive_output(PATIENCE))["type"] == "websocket.accept"

    async def say(self, **told: Any) -> None:
        await self.say_text(json.dumps(told))

    async def say_text(self, text: str) -> None:
        await self._line.send_input({"type": "websocket.receive", "text": text})

    async def say_bytes(self, data: bytes) -> None:
        await self._line.send_input({"type": "websocket.receive", "bytes": data})

    async def hear(self, *, within: float = PATIENCE) -> dict[str, Any]:
        """The next frame but heartbeats; {"closed": code} when there is none any more."""
        while True:
            message = await self._line.receive_output(within)
            if message["type"] == "websocket.close":
                return {"closed": message["code"]}
            told: dict[str, Any] = json.loads(message["text"])
            if told != {"t": "ping"}:
                return told

    async def hear_until(self, kind: str) -> list[dict[str, Any]]:
        heard = [await self.hear()]
        while heard[-1].get("t") != kind:
            heard.append(await self.hear())
        return heard

    async def is_quiet(self) -> bool:
        return bool(await self._line.receive_nothing(0.3))

    async def hang_up(self) -> None:
        await self._line.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._line.wait(PATIENCE)


class Room:
    """A running hub and its clients."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    async def enter(self, access: Access, *, user: int | None = 7, **headers: str) -> Talker:
        given = [(name.encode(), value.encode()) for name, value in headers.items()]
        given += [(b"user", str(user).encode())] if user else []
        talker = Talker(JournalConsumer.as_asgi(hub=lambda: self.hub, access=access), given)
        await talker.open()
        return talker


@asynccontextmanager
async def room(**options: Any) -> AsyncIterator[Room]:
    hub, ready = Hub(**options), asyncio.Event()
    task = asyncio.create_task(hub.run(ready=ready.set))
    await ready.wait()
    try:
        yield Room(hub)
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def write(stream: str, *, times: int = 1, is_hinted: bool = True, **payload: Any) -> None:
    """Append in one transaction; without a hint it is as if the process had died right after the commit."""
    with transaction.atomic():
        for number in range(times):
            told = {"n": number, **payload}
            journal.append(stream, "step.accepted", payload=told, actor=None, occurred_at=timezone.now())
        if not is_hinted:
            connection.run_on_commit.clear()


async def write_elsewhere(stream: str, **options: Any) -> None:
    """In a thread of its own, as a request would."""
    await asyncio.to_thread(_alone, stream, options)


def _alone(stream: str, options: dict[str, Any]) -> None:
    try:
        write(stream, **options)
    finally:
        connections.close_all()


@pytest.fixture
def person(transactional_db: None) -> User:
    """Committed for all threads to see; tests with threads begin with empty tables."""
    District.objects.get_or_create(code="210300", defaults={"name": "鞍山市"})
    return User.objects.create_user("agent-a", None, name="甲", role="AGENT")

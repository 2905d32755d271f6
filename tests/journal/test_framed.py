"""The same over a real port: our protocol class, its origin check, and a client that stops reading."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from django.test import Client as Browser
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import User
from config.sockets import FramedWebSocket, hub_lifespan, websocket_application
from tests.journal.conftest import PATIENCE, on_loop, write_elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    config = uvicorn.Config(websocket_application, port=0, ws=FramedWebSocket, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    async with hub_lifespan():
        task = asyncio.create_task(server._serve())  # serve() would take the test run's signals
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        await task


@pytest.fixture
def cookie(person: User) -> str:
    browser = Browser()
    browser.force_login(person)
    return f"sessionid={browser.session.session_key}"


def talk(address: str, *, path: str = "/ws", **headers: str) -> connect:
    return connect(f"ws://{address}{path}", additional_headers=headers, max_size=None, max_queue=1, close_timeout=1)


async def hear(socket: ClientConnection) -> Any:
    """The next frame but heartbeats."""
    while (told := json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))) == {"t": "ping"}:
        pass
    return told


async def watch(socket: ClientConnection, stream: str) -> None:
    await socket.send(json.dumps({"t": "watch", "streams": {stream: 0}}))
    while (await hear(socket))["t"] != "live":
        pass


@on_loop
async def test_events_reach_a_real_socket_uncompressed_and_in_order(person: User, cookie: str) -> None:
    async with serving() as address, talk(address, Cookie=cookie, Origin=f"http://{address}") as socket:
        assert socket.response is not None and "Sec-WebSocket-Extensions" not in socket.response.headers
        await watch(socket, f"inbox-{person.pk}")
        await write_elsewhere(f"inbox-{person.pk}", times=20, text="好" * 200)
        assert [(await hear(socket))["seq"] for _ in range(20)] == list(range(1, 21))


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/ws", {"Origin": "http://evil.example"}),
        ("/ws", {"Origin": "null"}),
        ("/ws", {"Origin": "http://[evil"}),
        ("/ws", {"Origin": "http://evil.example", "Host": "evil.example"}),
        ("/ws/elsewhere", {}),
        ("/", {}),
    ],
)
@on_loop
async def test_pages_of_others_unknown_hosts_and_paths_do_not_get_a_handshake(
    path: str, headers: dict[str, str], cookie: str
) -> None:
    async with serving() as address:
        with pytest.raises(InvalidStatus) as refused:
            await talk(address, path=path, Cookie=cookie, **headers)
        assert refused.value.response.status_code == 403


@on_loop
async def test_a_browser_without_session_is_told_after_the_handshake(person: User) -> None:
    async with serving() as address, talk(address) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 4401


@on_loop
async def test_a_frame_over_the_bound_ends_the_connection(cookie: str) -> None:
    async with serving() as address, talk(address, Cookie=cookie) as socket:
        await hear(socket)
        await socket.send("x" * 70_000)
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009


@on_loop
async def test_a_client_that_stops_reading_is_closed_and_may_resume(person: User, cookie: str) -> None:
    stream = f"inbox-{person.pk}"
    async with serving() as address:
        async with talk(address, Cookie=cookie) as slow, talk(address, Cookie=cookie) as quick:
            await watch(slow, stream)
            await watch(quick, stream)
            for number in range(1, 21):
                await write_elsewhere(stream, text="x" * 1_000_000)
                assert (await hear(quick))["seq"] == number
            last = 0
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    last = (await hear(slow))["seq"]
            assert closed.value.rcvd is not None and closed.value.rcvd.code == 4408
        assert 0 < last < 20
        async with talk(address, Cookie=cookie) as again:
            await again.send(json.dumps({"t": "watch", "streams": {stream: last}}))
            assert (await hear(again))["t"] == "hello"
            assert [(await hear(again))["seq"] for _ in range(20 - last)] == list(range(last + 1, 21))

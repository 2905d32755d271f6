"""From the last number a client has to live, without a gap; and what happens when something is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import journal
from accounts.models import User
from journal import bus, frames
from journal.client import BOUND, Client
from journal.rights import Identity, View
from tests.journal.conftest import Doorkeeper, on_loop, room, write_elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


def numbers(heard: list[dict[str, Any]]) -> list[int]:
    return [told["seq"] for told in heard if told["t"] == "event"]


@on_loop
async def test_a_client_gets_what_it_missed_then_what_happens() -> None:
    await write_elsewhere("project-1", times=3)
    async with room() as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        assert await client.hear() == {"t": "hello", "heartbeat": 20, "user": 7}
        await client.say(t="watch", streams={"project-1": 1})
        missed = await client.hear_until("live")
        assert numbers(missed) == [2, 3] and missed[-1] == {"t": "live", "stream": "project-1", "seq": 3}
        await write_elsewhere("project-1")
        (event,) = await asyncio.to_thread(journal.read, "project-1", after=3, limit=9)
        assert await client.hear() == {"t": "event", **journal.as_json(event)}


@on_loop
async def test_a_stream_without_events_is_live_from_zero() -> None:
    async with room() as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.say(t="watch", streams={"project-1": 0})
        assert (await client.hear_until("live"))[-1]["seq"] == 0
        await write_elsewhere("project-1")
        assert (await client.hear())["seq"] == 1


@on_loop
async def test_only_live_begins_with_the_next_event() -> None:
    await write_elsewhere("project-1", times=3)
    async with room() as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.say(t="watch", streams={"project-1": -1})
        assert numbers((await client.hear_until("live"))[1:]) == []
        await write_elsewhere("project-1")
        assert (await client.hear())["seq"] == 4


@on_loop
async def test_clients_that_join_while_others_write_miss_nothing_and_get_nothing_twice() -> None:
    async def writer() -> None:
        for _ in range(60):
            await write_elsewhere("project-1")
            await asyncio.sleep(0.005)

    async with room() as here:
        writers = [asyncio.create_task(writer()) for _ in range(2)]
        door = Doorkeeper(project_1=View.FULL)
        clients = []
        while not all(task.done() for task in writers):
            clients.append(await here.enter(door.access))
            await clients[-1].say(t="watch", streams={"project-1": 0})
            await asyncio.sleep(0.05)
        assert len(clients) > 3
        for client in clients:
            heard: list[dict[str, Any]] = []
            while not heard or heard[-1].get("seq", 0) < 120:
                heard.append(await client.hear())
            assert numbers([told for told in heard if told["t"] == "event"]) == list(range(1, 121))


@on_loop
async def test_a_client_too_far_behind_is_told_to_reload_and_goes_on_from_there() -> None:
    await write_elsewhere("project-1", times=501)
    async with room() as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.say(t="watch", streams={"project-1": 0})
        heard = await client.hear_until("live")
        assert heard[1:] == [
            {"t": "resync", "stream": "project-1", "seq": 501},
            {"t": "live", "stream": "project-1", "seq": 501},
        ]
        await client.say(t="watch", streams={"project-1": 1})
        assert numbers(await client.hear_until("live")) == list(range(2, 502))


@on_loop
async def test_a_number_from_the_future_means_reload() -> None:
    await write_elsewhere("project-1", times=2)
    async with room() as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.say(t="watch", streams={"project-1": 9})
        assert {"t": "resync", "stream": "project-1", "seq": 2} in await client.hear_until("live")


@on_loop
async def test_what_is_not_there_and_what_is_not_yours_look_the_same() -> None:
    await write_elsewhere("project-2")
    async with room() as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.say(t="watch", streams={"project-2": 0, "project-3": 0})
        assert (await client.hear_until("denied"))[-1] == {"t": "denied", "stream": "project-2"}
        assert await client.hear() == {"t": "denied", "stream": "project-3"}
        await write_elsewhere("project-2")
        assert await client.is_quiet()


@on_loop
async def test_a_hint_says_that_something_happened_and_nothing_of_what() -> None:
    await write_elsewhere("project-1", note="秘密")
    async with room() as here:
        client = await here.enter(Doorkeeper(progress=View.HINT).access)
        await client.say(t="watch", streams={"progress": 0})
        heard = await client.hear_until("live")
        await write_elsewhere("project-1", note="秘密")
        heard.append(await client.hear())
        assert heard[1:] == [
            {"t": "event", "stream": "progress", "seq": 1},
            {"t": "live", "stream": "progress", "seq": 1},
            {"t": "event", "stream": "progress", "seq": 2},
        ]


@on_loop
async def test_after_unwatch_nothing_comes_and_the_hub_forgets_the_stream() -> None:
    async with room() as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.say(t="watch", streams={"project-1": 0})
        await client.hear_until("live")
        await client.say(t="unwatch", streams=["project-1"])
        await client.say(t="ping")
        assert await client.hear() == {"t": "pong"}
        await write_elsewhere("project-1")
        assert await client.is_quiet()
        assert here.hub.topics == {}


@on_loop
async def test_a_client_that_leaves_is_forgotten() -> None:
    async with room() as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.say(t="watch", streams={"project-1": 0})
        await client.hear_until("live")
        await client.hang_up()
        assert not here.hub.clients and not here.hub.topics


@on_loop
async def test_an_event_whose_hint_was_lost_is_found_by_the_poll() -> None:
    async with room(poll_seconds=0.2) as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.say(t="watch", streams={"project-1": 0})
        await client.hear_until("live")
        await write_elsewhere("project-1", times=2, is_hinted=False)
        assert numbers([await client.hear(), await client.hear()]) == [1, 2]


@on_loop
async def test_an_event_whose_hint_was_lost_comes_with_the_next_one() -> None:
    async with room(poll_seconds=60) as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.say(t="watch", streams={"project-1": 0})
        await client.hear_until("live")
        await write_elsewhere("project-1", is_hinted=False)
        assert await client.is_quiet()
        await write_elsewhere("project-1")
        assert numbers([await client.hear(), await client.hear()]) == [1, 2]


@on_loop
async def test_a_hint_of_a_number_that_never_was_keeps_nobody_busy() -> None:
    async with room(poll_seconds=60) as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.say(t="watch", streams={"project-1": 0})
        await client.hear_until("live")
        bus.publish("project-1", 99)
        assert await client.is_quiet()
        assert not here.hub.topics["project-1"].is_behind
        await write_elsewhere("project-1")
        assert (await client.hear())["seq"] == 1


@on_loop
async def test_when_the_process_ends_clients_are_told_to_come_back() -> None:
    async with room() as here:
        client = await here.enter(Doorkeeper().access)
        await client.hear()
    assert await client.hear() == {"closed": 1012}


class Pipe:
    """A sink that takes everything and sends nothing on."""

    def __init__(self, stuck: int = 0) -> None:
        self.stuck = stuck
        self.blobs: list[bytes] = []
        self.code = 0

    def write(self, blob: bytes) -> None:
        self.blobs.append(blob)

    def buffered(self) -> int:
        return self.stuck

    def close(self, code: int) -> None:
        self.code = code


@on_loop
async def test_all_events_of_one_transaction_reach_a_client_in_one_write(person: User) -> None:
    door = Doorkeeper(project_1=View.FULL)
    async with room() as here:
        pipe = Pipe()
        client = Client(pipe, Identity(person.pk, ""), door.access)
        here.hub.admit(client)
        here.hub.topic("project-1").learn(0)
        here.hub.topic("project-1").add(client, key="")
        await write_elsewhere("project-1", times=5)
        async with asyncio.timeout(5):
            while not pipe.blobs:
                await asyncio.sleep(0.01)
        assert len(pipe.blobs) == 1 and len(list(frames.texts(pipe.blobs[0]))) == 5


def test_a_client_whose_buffer_is_full_is_closed_and_not_waited_for() -> None:
    pipe = Pipe(stuck=BOUND + 1)
    client = Client(pipe, Identity(7, ""), Doorkeeper().access)
    client.write(b"x")
    client.write(b"x")
    assert (pipe.code, pipe.blobs) == (4408, [])


def test_frames_of_every_size_can_be_read_again() -> None:
    told = ["", "好", "x" * 125, "x" * 126, "x" * 65535, "x" * 70000]
    assert list(frames.texts(b"".join(frames.frame({"x": text}) for text in told))) == [
        f'{{"x":"{text}"}}' for text in told
    ]


@on_loop
async def test_a_client_that_comes_from_a_process_which_heard_more_gets_nothing_twice() -> None:
    door = Doorkeeper(project_1=View.FULL)
    async with room(poll_seconds=60) as here:
        stayed = await here.enter(door.access)
        await stayed.say(t="watch", streams={"project-1": 0})
        await stayed.hear_until("live")
        await write_elsewhere("project-1", times=3, is_hinted=False)
        moved = await here.enter(door.access, user=8)
        await moved.say(t="watch", streams={"project-1": 3})
        assert (await moved.hear_until("live"))[-1] == {"t": "live", "stream": "project-1", "seq": 3}
        assert [(await stayed.hear())["seq"] for _ in range(3)] == [1, 2, 3]

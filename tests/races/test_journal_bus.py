"""Processes tell each other over a real Redis; when it is cut off, nothing is lost."""

from __future__ import annotations

import asyncio

import pytest
import redis
from django.conf import settings

from journal import bus, metrics
from journal.rights import View
from tests.journal.conftest import PATIENCE, Doorkeeper, Room, Talker, on_loop, room, write_elsewhere

pytestmark = [pytest.mark.redis, pytest.mark.race, pytest.mark.django_db(transaction=True)]
NEVER = 600.0


async def watching(here: Room, door: Doorkeeper) -> Talker:
    client = await here.enter(door.access)
    await client.say(t="watch", streams={"project-1": 0})
    await client.hear_until("live")
    return client


async def until_somebody_listens(at_least: int = 1) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        async with asyncio.timeout(PATIENCE):
            while dict(server.pubsub_numsub(bus.CHANNEL))[bus.CHANNEL.encode()] < at_least:
                await asyncio.sleep(0.02)


def say_as_another_process(message: str) -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        server.publish(bus.CHANNEL, message)


def cut_all_listeners() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        server.client_kill_filter(_type="pubsub")


@on_loop
async def test_what_another_process_wrote_arrives_by_its_hint_alone() -> None:
    async with room(redis_url=settings.REDIS_URL, poll_seconds=NEVER) as here:
        client = await watching(here, Doorkeeper(project_1=View.FULL))
        await until_somebody_listens()
        await write_elsewhere("project-1", is_hinted=False)
        assert await client.is_quiet()
        say_as_another_process("project-1 1")
        assert (await client.hear())["seq"] == 1


@on_loop
async def test_a_change_of_rights_in_another_process_closes_the_socket_within_a_second() -> None:
    door = Doorkeeper(project_1=View.FULL)
    async with room(redis_url=settings.REDIS_URL, poll_seconds=NEVER) as here:
        client = await watching(here, door)
        await until_somebody_listens()
        door.is_closed = True
        say_as_another_process("@7")
        assert await client.hear(within=1) == {"closed": 4401}


@pytest.mark.parametrize("noise", ["", "project-1", "project-1 x", "@", "@x", " 1", "project-1 1 2", "好 ²"])
@on_loop
async def test_noise_on_the_bus_harms_nobody(noise: str) -> None:
    async with room(redis_url=settings.REDIS_URL, poll_seconds=NEVER) as here:
        client = await watching(here, Doorkeeper(project_1=View.FULL))
        await until_somebody_listens()
        say_as_another_process(noise)
        await write_elsewhere("project-1")
        assert (await client.hear())["seq"] == 1


@on_loop
async def test_after_redis_was_lost_the_hub_listens_again_and_reads_what_it_missed() -> None:
    async with room(redis_url=settings.REDIS_URL, poll_seconds=NEVER) as here:
        client = await watching(here, Doorkeeper(project_1=View.FULL))
        await until_somebody_listens()
        lost = metrics.BUS_RECONNECTS._value.get()
        await write_elsewhere("project-1", is_hinted=False)
        cut_all_listeners()
        assert (await client.hear(within=10))["seq"] == 1
        assert metrics.BUS_RECONNECTS._value.get() > lost
        await write_elsewhere("project-1", is_hinted=False)
        await until_somebody_listens()
        say_as_another_process("project-1 2")
        assert (await client.hear())["seq"] == 2


@on_loop
async def test_a_bus_that_never_answers_slows_no_writer_and_loses_nothing(settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    async with room(redis_url=settings.REDIS_URL, poll_seconds=0.2) as here:
        client = await watching(here, Doorkeeper(project_1=View.FULL))
        for number in range(1, 4):
            await write_elsewhere("project-1", is_hinted=number == 2)
            assert (await client.hear())["seq"] == number

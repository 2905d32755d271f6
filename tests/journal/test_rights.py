"""Who may no longer watch is shown out within a second; who says nothing is not waited for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from typing import Any

import pytest

from journal import bus, heartbeat
from journal.rights import Grant, Identity, View
from tests.journal.conftest import Doorkeeper, Room, Talker, on_loop, room, write_elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


async def watching(here: Room, door: Doorkeeper, **who: Any) -> Talker:
    client = await here.enter(door.access, **who)
    await client.say(t="watch", streams={"project-1": 0})
    await client.hear_until("live")
    return client


@on_loop
async def test_who_is_not_signed_in_is_told_so() -> None:
    async with room() as here:
        client = await here.enter(Doorkeeper().access, user=None)
        assert await client.hear() == {"closed": 4401}


@on_loop
async def test_who_was_signed_out_is_closed_at_once_and_others_stay() -> None:
    door, other = Doorkeeper(project_1=View.FULL), Doorkeeper(project_1=View.FULL)
    async with room() as here:
        gone, stays = await watching(here, door), await watching(here, other, user=8)
        door.is_closed = True
        bus.publish_access(7)
        assert await gone.hear(within=1) == {"closed": 4401}
        await write_elsewhere("project-1")
        assert (await stays.hear())["seq"] == 1


@on_loop
async def test_who_lost_one_stream_is_closed_and_finds_it_denied_afterwards() -> None:
    door = Doorkeeper(project_1=View.FULL)
    async with room() as here:
        client = await watching(here, door)
        door.list.clear()
        bus.publish_access(7)
        assert await client.hear(within=1) == {"closed": 4403}
        again = await here.enter(door.access)
        await again.say(t="watch", streams={"project-1": 0})
        assert (await again.hear_until("denied"))[-1]["stream"] == "project-1"


@on_loop
async def test_who_may_see_less_than_before_gets_no_more_of_the_old_view() -> None:
    door = Doorkeeper(project_1=View.FULL)
    async with room() as here:
        client = await watching(here, door)
        door.list["project-1"] = View.HINT
        bus.publish_access(7)
        assert await client.hear(within=1) == {"closed": 4403}


@on_loop
async def test_rights_that_did_not_change_disturb_nobody() -> None:
    async with room() as here:
        client = await watching(here, Doorkeeper(project_1=View.FULL))
        bus.publish_access(7)
        assert await client.is_quiet()


@on_loop
async def test_a_lost_announcement_is_found_at_the_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "TICK", 0.005)
    door = Doorkeeper(project_1=View.FULL)
    async with room() as here:
        client = await watching(here, door)
        door.is_closed = True
        assert await client.hear(within=2) == {"closed": 4401}


@on_loop
async def test_a_silent_client_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "TICK", 0.005)
    async with room() as here:
        silent = await watching(here, Doorkeeper(project_1=View.FULL))
        lively = await watching(here, Doorkeeper(project_1=View.FULL))
        for client in here.hub.clients:
            client.heard -= heartbeat.SILENCE - 1
        await lively.say(t="ping")
        assert await lively.hear() == {"t": "pong"}
        for client in here.hub.clients:
            client.heard -= 2
        assert await silent.hear(within=2) == {"closed": 1001}
        await asyncio.sleep(0.2)
        await lively.say(t="ping")
        assert await lively.hear() == {"t": "pong"}


class SlowDoor(Doorkeeper):
    """Answers about project-1 alone only when told to."""

    def __init__(self) -> None:
        super().__init__(project_1=View.FULL, project_2=View.FULL)
        self.open, self.asked = threading.Event(), threading.Event()
        self.open.set()

    def _grants(self, identity: Identity, names: Iterable[str]) -> dict[str, Grant] | None:
        if set(names) == {"project-1"}:
            self.asked.set()
            self.open.wait(10)
        return super()._grants(identity, names)


@on_loop
async def test_what_was_granted_while_the_rights_were_being_asked_again_is_kept() -> None:
    door = SlowDoor()
    async with room() as here:
        client = await watching(here, door)
        door.open.clear()
        door.asked.clear()
        question = asyncio.create_task(heartbeat.recheck(here.hub, list(here.hub.clients)))
        await asyncio.to_thread(door.asked.wait, 10)
        await client.say(t="watch", streams={"project-2": 0})
        await client.hear_until("live")
        door.open.set()
        await question
        assert await client.is_quiet()

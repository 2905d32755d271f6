"""The enterprise's socket: let in by the page's cookie, told that something happened and nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from accounts.models import User
from config.access import PROGRESS
from journal import heartbeat
from proxy_service.models import Project, ServiceCase
from proxy_service.progress import cookie
from tests.journal.conftest import on_loop, room, write_elsewhere
from tests.journal.test_staff import elsewhere, project, staff

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["project", "staff"]


def sealed(project: Project) -> str:
    case = ServiceCase.objects.get(project=project)
    contact = project.enterprise.contacts.get()
    return f"{cookie.NAME}=" + cookie.seal(case_id=case.pk, contact_id=contact.pk, query_code=case.query_code)


@on_loop
async def test_the_page_hears_that_its_project_moved_and_sees_no_other(
    staff: tuple[User, User], project: Project
) -> None:
    given = await asyncio.to_thread(sealed, project)
    async with room() as here:
        client = await here.enter(PROGRESS, user=None, cookie=given)
        assert await client.hear() == {"t": "hello", "heartbeat": 20, "user": None}
        await client.say(t="watch", streams={"progress": -1})
        assert (await client.hear())["t"] == "live"
        await write_elsewhere(project.stream, note="秘密")
        told = await client.hear()
        assert told == {"t": "event", "stream": "progress", "seq": told["seq"]}
        await client.say(t="watch", streams={project.stream: 0})
        assert (await client.hear())["code"] == "streams.unknown"


@on_loop
async def test_a_forged_cookie_lets_nobody_in(project: Project) -> None:
    given = await asyncio.to_thread(sealed, project)
    async with room() as here:
        client = await here.enter(PROGRESS, user=None, cookie=given[:-2] + "xx")
        assert await client.hear() == {"closed": 4401}


def change_code(project: Project) -> None:
    ServiceCase.objects.filter(project=project).update(query_code="AAAA2222")


def retire_contact(project: Project) -> None:
    project.enterprise.contacts.update(active=False)


@pytest.mark.parametrize("end", [change_code, retire_contact])
@on_loop
async def test_a_cookie_that_is_no_longer_good_is_noticed_at_the_heartbeat(
    end: Callable[[Project], None], project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "TICK", 0.01)
    given = await asyncio.to_thread(sealed, project)
    async with room() as here:
        client = await here.enter(PROGRESS, user=None, cookie=given)
        await client.say(t="watch", streams={"progress": -1})
        await client.hear_until("live")
        await elsewhere(lambda: end(project))
        assert await client.hear(within=5) == {"closed": 4401}

"""The staff's socket with real sessions, accounts and projects."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connections
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from config.access import STAFF
from journal import bus
from proxy_service.models import Project, ServiceCase
from tests.journal.conftest import Room, Talker, on_loop, room
from tests.make import make_project, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(transactional_db: None) -> tuple[User, User]:
    call_command("load_reference", verbosity=0)
    return make_user("agent-a"), make_user("agent-b")


@pytest.fixture
def project(staff: tuple[User, User]) -> Project:
    return make_project(staff[0])


def cookie_of(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return f"theme=dark; sessionid={browser.session.session_key}"


async def elsewhere(work: Callable[[], object]) -> None:
    def alone() -> None:
        try:
            work()
        finally:
            connections.close_all()

    await asyncio.to_thread(alone)


@asynccontextmanager
async def watching(cookie: str, *streams: str) -> AsyncIterator[tuple[Room, Talker]]:
    async with room() as here:
        client = await here.enter(STAFF, user=None, cookie=cookie)
        await client.say(t="watch", streams=dict.fromkeys(streams, 0))
        yield here, client


@on_loop
async def test_an_agent_watches_own_projects_and_the_own_inbox_only(staff: tuple[User, User], project: Project) -> None:
    agent, outsider = staff
    cookie = await asyncio.to_thread(cookie_of, outsider)
    async with watching(cookie, project.stream, f"inbox-{agent.pk}", f"inbox-{outsider.pk}") as (_, client):
        heard = [await client.hear() for _ in range(4)]
        assert heard[0] == {"t": "hello", "heartbeat": 20, "user": outsider.pk}
        assert {"t": "denied", "stream": project.stream} in heard
        assert {"t": "denied", "stream": f"inbox-{agent.pk}"} in heard
        assert {"t": "live", "stream": f"inbox-{outsider.pk}", "seq": 0} in heard
    cookie = await asyncio.to_thread(cookie_of, agent)
    async with watching(cookie, project.stream) as (_, client):
        assert (await client.hear_until("live"))[1]["kind"] == "project.opened"


@pytest.mark.parametrize("cookie", ["", "sessionid=", "sessionid=nonsense", "sessionid=\udcff\x00;;;="])
@on_loop
async def test_a_cookie_without_a_session_lets_nobody_in(cookie: str) -> None:
    async with room() as here:
        client = await here.enter(STAFF, user=None, cookie=cookie.encode("latin1", "ignore").decode("latin1"))
        assert await client.hear() == {"closed": 4401}


def disable(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


def sign_out(user: User) -> None:
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def change_password(user: User) -> None:
    user.set_password("another-long-password")
    user.save(update_fields=["password"])


@pytest.mark.parametrize("end", [disable, sign_out, change_password])
@on_loop
async def test_signed_out_disabled_or_with_a_new_password_the_socket_closes_within_a_second(
    end: Callable[[User], None], staff: tuple[User, User], project: Project
) -> None:
    agent = staff[0]
    cookie = await asyncio.to_thread(cookie_of, agent)
    async with watching(cookie, project.stream) as (here, client):
        await client.hear_until("live")
        await elsewhere(lambda: end(agent))
        bus.publish_access(agent.pk)
        assert await client.hear(within=1) == {"closed": 4401}
        again = await here.enter(STAFF, user=None, cookie=cookie)
        assert await again.hear() == {"closed": 4401}


@on_loop
async def test_an_agent_whose_case_went_to_somebody_else_is_shown_out(
    staff: tuple[User, User], project: Project
) -> None:
    agent, successor = staff
    cookie = await asyncio.to_thread(cookie_of, agent)
    async with watching(cookie, project.stream) as (_, client):
        await client.hear_until("live")
        await elsewhere(lambda: ServiceCase.objects.filter(project=project).update(lead_agent=successor))
        bus.publish_access(agent.pk)
        assert await client.hear(within=1) == {"closed": 4403}


@on_loop
async def test_checking_rights_again_costs_three_queries_however_many_streams(staff: tuple[User, User]) -> None:
    supervisor = await asyncio.to_thread(make_user, "supervisor-a", role=Role.SUPERVISOR)
    names = [f"project-{n}" for n in range(1, 41)]
    cookie = await asyncio.to_thread(cookie_of, supervisor)

    def asked() -> int:
        identity = STAFF.identify({"headers": [(b"cookie", cookie.encode())]})
        assert identity is not None
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            STAFF.grants(identity, names)
        connections.close_all()
        return len(queries)

    assert await asyncio.to_thread(asked) == 3

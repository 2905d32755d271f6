"""People and clients that every test may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from tests.make import make_user

SHANGHAI = ZoneInfo("Asia/Shanghai")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    from django.conf import settings

    lacking = {
        "postgres": not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"),
        "redis": not settings.REDIS_URL,
    }
    for item in items:
        for mark, absent in lacking.items():
            if absent and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=f"needs {mark}: see `make test`"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, tmp_path_factory: Any) -> None:
    """SQLite in a file, as it runs: in memory, threads share one cache and lock each other out without waiting."""
    from django.conf import settings

    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Every test database holds the reference data, as every real one does."""
    with django_db_blocker.unblock():
        call_command("load_reference", verbosity=0)


@pytest.fixture(autouse=True)
def _reference_is_there(request: pytest.FixtureRequest) -> None:
    """A test with real transactions empties every table at its end; the next one finds the reference data again."""
    if request.node.get_closest_marker("django_db") or {"db", "transactional_db"} & set(request.fixturenames):
        request.getfixturevalue("_django_db_helper")
        from accounts.models import District

        if not District.objects.exists():
            call_command("load_reference", verbosity=0)


@pytest.fixture
def at() -> Iterator[Callable[[str], None]]:
    """`at("2026-03-02 09:00")` moves the clock to that moment in Anshan."""
    travel: list[Any] = []

    def go(text: str) -> None:
        while travel:
            travel.pop().stop()
        moment = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
        travel.append(time_machine.travel(moment, tick=True))
        travel[-1].start()

    yield go
    while travel:
        travel.pop().stop()


@pytest.fixture
def agent(db: None) -> User:
    return make_user("agent-a", role=Role.AGENT)


@pytest.fixture
def support(db: None) -> User:
    return make_user("support-a", role=Role.SUPPORT)


@pytest.fixture
def outsider(db: None) -> User:
    return make_user("agent-b", role=Role.AGENT)


@pytest.fixture
def supervisor(db: None) -> User:
    return make_user("supervisor-a", role=Role.SUPERVISOR)


@pytest.fixture
def county_agent(db: None) -> User:
    return make_user("county-a", role=Role.AGENT, district_id="210381")


@pytest.fixture
def admin(db: None) -> User:
    return make_user("admin-a", role=Role.ADMIN)


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """A browser in which this person is signed in; writes carry the CSRF token as the front end does."""

    def sign_in(user: User) -> Client:
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        client.force_login(user)
        client.get("/api/session")
        client.defaults["HTTP_X_CSRFTOKEN"] = client.cookies["csrftoken"].value
        return client

    return sign_in


@pytest.fixture(scope="session")
def is_postgres() -> bool:
    return connection.vendor == "postgresql"

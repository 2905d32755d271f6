"""What the whole application does with a body that is too large, or that never comes to its end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from tests.config.asgi import Answer, ask
from tests.make import make_project

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


def post(path: str, parts: list[Any], **headers: str) -> Answer:
    from config.asgi import application

    given = {"content__type": "application/json", "host": "127.0.0.1", **headers}
    return ask(application, path, method="POST", parts=parts, **given)


@pytest.fixture
def path(agent: User) -> str:
    return f"/api/projects/{make_project(agent).pk}/steps/S1-03/submit"


BODY = json.dumps({"seen": 2, "note": "x"}).encode()
Rows = Callable[[], dict[str, int]]


def test_ten_megabytes_are_refused_before_they_are_read(path: str, rows: Rows) -> None:
    before = rows()
    answer = post(path, [b"x"], content__length=str(10 * MEGABYTE))
    assert (answer.status, answer.json()["code"]) == (413, "body.too-large")
    assert rows() == before


def test_ten_megabytes_that_were_not_announced_are_refused_on_the_way(path: str, rows: Rows) -> None:
    before = rows()
    parts = [b"x" * MEGABYTE] * 10
    answer = post(path, parts)
    assert (answer.status, answer.json()["code"]) == (413, "body.too-large")
    assert rows() == before


@pytest.mark.parametrize("parts", [[None], [BODY[:9], None], [BODY, None]], ids=["at once", "half", "before the end"])
def test_a_connection_lost_in_the_middle_writes_nothing_and_answers_nobody(
    path: str, rows: Rows, parts: list[Any]
) -> None:
    before = rows()
    answer = post(path, parts)
    assert (answer.status, answer.body) == (0, b"")
    assert rows() == before


def test_a_whole_body_reaches_the_door(path: str) -> None:
    """So that the tests above do not pass because nothing ever gets through."""
    answer = post(path, [BODY[:9], BODY[9:]])
    assert answer.status in (401, 403)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]

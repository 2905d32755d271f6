"""Texts, shapes, numbers and addresses that nobody should send."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client, RequestFactory

from accounts.models import User
from config.api import failed
from proxy_service.models import Project
from tests.api.ask import JSON, WILD, act, refused
from tests.api.conftest import ClientFor
from tests.make import make_uscc

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(("text", "code"), WILD.values(), ids=WILD)
@pytest.mark.parametrize("field", ["note", "evidence", "source", "special", "materials"])
def test_a_wild_text_in_a_move_is_refused_with_its_field(
    client: Client, project: Project, field: str, text: str, code: str
) -> None:
    problem = refused(act(client, project, **{field: [text] if field == "materials" else text}), 422, code)
    assert problem["field"] in (field, "0")  # a list names the place in it


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(("text", "code"), WILD.values(), ids=WILD)
@pytest.mark.parametrize("field", ["name", "short_name", "industry", "zone", "address"])
def test_a_wild_text_in_an_enterprise_is_refused_with_its_field(
    client: Client, field: str, text: str, code: str
) -> None:
    body = {"name": "演示企业", "uscc": make_uscc(900_002), "ownership": "PRIVATE", "district": "210302", field: text}
    assert refused(client.post("/api/enterprises", body, content_type=JSON), 422, code)["field"] == field


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(("text", "code"), WILD.values(), ids=WILD)
def test_a_wild_text_in_feedback_is_refused(client: Client, text: str, code: str) -> None:
    refused(client.post("/api/feedback", {"text": text}, content_type=JSON), 422, code)


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(("text", "code"), WILD.values(), ids=WILD)
@pytest.mark.parametrize("field", ["username", "password"])
def test_a_wild_text_at_the_door_is_refused(client: Client, field: str, text: str, code: str) -> None:
    body = {"username": "agent-a", "password": "nicht das richtige"} | {field: text}
    answer = client.post("/api/session", body, content_type=JSON)
    assert answer.status_code in (401, 422)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("query", ["q=%00", "q=%1b", "lamp=%00", "district=%00", "category=%00", "q=" + "x" * 5000])
@pytest.mark.parametrize("path", ["/api/projects", "/api/projects/export"])
def test_a_wild_query_is_refused(client: Client, path: str, query: str) -> None:
    assert client.get(f"{path}?{query}").status_code == 422


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("query", ["q=%25", "q=%5f", "q='", 'q="', "q=%5c", "q=%ed%a0%80", "q=%ff", "lamp=FOO"])
def test_signs_of_the_database_are_only_signs(client: Client, query: str) -> None:
    answer = client.get(f"/api/projects?{query}")
    assert (answer.status_code, answer.json()["total"]) == (200, 0)


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("code", ["%00", "%ff", "..%2f..", "S1-03%00", "<script>", "x" * 4000])
def test_a_wild_step_in_the_address_is_refused(client: Client, project: Project, code: str) -> None:
    assert act(client, project, code=code).status_code in (404, 422)


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b'{"seen": 2', 400),
        (b"\xff\xfe{", 400),
        (b"\x00", 400),
        (b"[" * 5000 + b"]" * 5000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b'"text"', 422),
        (b"2", 422),
        (b"{}", 422),
        (b'{"seen": NaN}', 422),
        (b'{"seen": Infinity}', 422),
        (b'{"seen": 1e400}', 422),
        (b'{"seen": ' + b"9" * 4000 + b"}", 422),
        (b'{"seen": ' + b"9" * 9000 + b"}", 400),
    ],
)
def test_a_body_that_is_no_move_is_refused(client: Client, project: Project, raw: bytes, status: int) -> None:
    answer = act(client, project, raw=raw)
    assert answer.status_code == status, answer.content[:300]
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"seen": "zwei"}, "seen"),
        ({"seen": None}, "seen"),
        ({"seen": -1}, "seen"),
        ({"seen": 2**31}, "seen"),
        ({"seen": 10**400}, "seen"),
        ({"seen": 2.5}, "seen"),
        ({"seen": [2]}, "seen"),
        ({"note": 5}, "note"),
        ({"note": None}, "note"),
        ({"note": {"a": 1}}, "note"),
        ({"materials": "总平面图"}, "materials"),
        ({"materials": ["图"] * 61}, "materials"),
        ({"materials": [1]}, "0"),
        ({"announced_days": 0}, "announced_days"),
        ({"announced_days": 10**30}, "announced_days"),
        ({"source": "RUMOUR"}, "source"),
    ],
)
def test_a_wrong_type_is_refused_with_its_field(
    client: Client, project: Project, given: dict[str, Any], field: str
) -> None:
    answer = act(client, project, **given)
    assert answer.status_code == 422, answer.content
    assert answer.json()["field"] == field


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", str(2**53 + 1), "9" * 400])
@pytest.mark.parametrize("path", ["/api/projects/{}", "/api/projects/{}/events", "/api/enterprises/{}"])
def test_a_number_no_row_can_have_is_refused(client: Client, path: str, number: str) -> None:
    answer = client.get(path.format(number))
    assert answer.status_code in (404, 422)


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("number", ["0", str(2**63), "9" * 400])
def test_a_person_no_row_can_have_is_not_found(client_for: ClientFor, admin: User, number: str) -> None:
    answer = client_for(admin).post(f"/api/people/{number}/active", {"active": True}, content_type=JSON)
    assert answer.status_code in (404, 422)


@pytest.mark.usefixtures("nothing_written")
def test_a_key_no_text_can_have_is_refused(client: Client, project: Project, agent: User) -> None:
    body = b'{"name":"x","answers":{"\\ud800":"x"}}'
    answer = client.post("/api/projects", body, content_type=JSON)
    assert answer.status_code == 422


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("path", ["/api/nothing", "/api/projects/1/steps", "/api/", "/api/projects/1/steps/a/b/c"])
def test_an_address_that_nobody_serves_is_a_problem_too(client: Client, path: str) -> None:
    refused(client.get(path), 404, "not-found")


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_nobody_serves_is_refused(client: Client, method: str) -> None:
    assert getattr(client, method)("/api/projects").status_code == 405


def test_a_bug_of_ours_is_told_as_a_problem_without_its_cause() -> None:
    answer = failed(RequestFactory().get("/api/projects", headers={"X-Request-Id": "abcdefgh"}))
    assert answer.status_code == 500
    assert json.loads(answer.content)["code"] == "server.failed"
    assert json.loads(answer.content)["request_id"] == "abcdefgh"
    assert failed(RequestFactory().get("/progress")).headers["content-type"].startswith("text/html")

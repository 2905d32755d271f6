"""Every refusal is a JSON problem with a code and a sentence, and leaves the tables as they were."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from common.identifiers import ALPHABET
from config.api import failed
from enterprises.models import Enterprise
from proxy_service.models import Project
from tests.make import make_enterprise, make_project, make_uscc, move

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
Rows = Callable[[], dict[str, int]]
JSON = "application/json"


@pytest.fixture
def project(agent: User) -> Project:
    return make_project(agent)


@pytest.fixture
def client(agent: User, client_for: ClientFor) -> Client:
    return client_for(agent)


@pytest.fixture
def nothing_written(client: Client, project: Project, supervisor: User, admin: User, rows: Rows) -> Iterator[None]:
    """Row counts and the project's version are the same before and after."""
    before, version = rows(), Project.objects.get(pk=project.pk).version
    yield
    assert rows() == before
    assert Project.objects.get(pk=project.pk).version == version


def act(client: Client, project: Project, *, code: str = "S1-03", name: str = "submit", **given: Any) -> Any:
    """One move; `raw` sends bytes as they are, `key` None sends no Idempotency-Key."""
    key = given.pop("key", uuid4().hex)
    raw = given.pop("raw", None)
    headers = {} if key is None else {"Idempotency-Key": key}
    body = raw if raw is not None else {"seen": 2, **given}
    path = f"/api/projects/{project.pk}/steps/{code}/{name}"
    return client.post(path, body, content_type=JSON, headers=headers)


def refused(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem, after a look at what every problem must have."""
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["status"] == status
    assert any("\u4e00" <= char <= "\u9fff" for char in problem["title"])
    return problem


# --- the step and the act -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("nothing_written")
def test_an_unknown_step_is_not_found(client: Client, project: Project) -> None:
    problem = refused(act(client, project, code="S9-99"), 404, "step.unknown")
    assert "S9-99" in problem["title"]


@pytest.mark.usefixtures("nothing_written")
def test_an_unknown_act_is_not_found(client: Client, project: Project) -> None:
    refused(act(client, project, name="dance"), 404, "move.unknown")


@pytest.mark.usefixtures("nothing_written")
def test_a_missing_prerequisite_is_named(client: Client, project: Project) -> None:
    problem = refused(act(client, project, code="S2-04"), 409, "step.not-open")
    assert "“建设用地规划许可证”" in problem["title"]
    assert problem["missing"]


@pytest.mark.usefixtures("nothing_written")
def test_an_act_that_does_not_fit_names_where_the_step_is(client: Client, project: Project) -> None:
    problem = refused(act(client, project, name="approve"), 409, "step.not-allowed")
    assert "待申报" in problem["title"]


# --- what the person saw --------------------------------------------------------------------------------------------


def test_a_stale_view_is_told_what_changed(client: Client, project: Project, agent: User, rows: Rows) -> None:
    move(project, "S1-03", "submit", agent)
    before = rows()
    problem = refused(act(client, project, name="accept"), 409, "step.stale")
    assert [(change["seq"], change["kind"]) for change in problem["changes"]] == [(3, "step.submitted")]
    assert rows() == before


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("seen", [3, 2**31 - 1])
def test_a_version_from_the_future_is_refused(client: Client, project: Project, seen: int) -> None:
    """Else a client could write past every later change by sending a large number."""
    assert refused(act(client, project, seen=seen), 422, "seen.ahead")["field"] == "seen"


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(("act_on", "code"), [("assign", "seen.ahead"), ("state", "seen.ahead")])
def test_so_it_is_where_the_service_itself_is_changed(
    project: Project, supervisor: User, client_for: ClientFor, act_on: str, code: str, agent: User
) -> None:
    body = {"seen": 99, "lead_agent_id": agent.pk, "state": "PAUSED", "note": "企业申请中止"}
    answer = client_for(supervisor).post(f"/api/projects/{project.pk}/{act_on}", body, content_type=JSON)
    refused(answer, 422, code)


# --- when -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"occurred_at": "0001-01-01T00:00:00Z"}, "occurred-at.range", "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred-at.range", "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59Z"}, "occurred-at.range", "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-12:00"}, "occurred-at.range", "occurred_at"),
        ({"occurred_at": "0000-01-01T00:00:00Z"}, "input.invalid", "occurred_at"),
        ({"occurred_at": "2026-02-30T09:00:00Z"}, "input.invalid", "occurred_at"),
        ({"occurred_at": "morgen"}, "input.invalid", "occurred_at"),
        ({"occurred_at": 10**30}, "input.invalid", "occurred_at"),
        ({"occurred_at": "2199-01-01T00:00:00Z"}, "occurred-at.future", "occurred_at"),
        ({"due_on": "0001-01-01"}, "due-on.past", "due_on"),
        ({"due_on": "9999-12-31"}, "due-on.far", "due_on"),
        ({"due_on": "2026-13-01"}, "input.invalid", "due_on"),
    ],
)
def test_a_time_that_cannot_be_is_refused(
    client: Client, project: Project, given: dict[str, Any], code: str, field: str
) -> None:
    assert refused(act(client, project, **given), 422, code)["field"] == field


@pytest.mark.usefixtures("nothing_written")
def test_the_future_is_refused_but_for_a_phone_whose_clock_runs_ahead(client: Client, project: Project) -> None:
    later = (timezone.now() + timedelta(minutes=5)).isoformat()
    refused(act(client, project, occurred_at=later), 422, "occurred-at.future")


def test_a_phone_may_run_a_minute_ahead(client: Client, project: Project) -> None:
    soon = (timezone.now() + timedelta(minutes=1)).isoformat()
    assert act(client, project, occurred_at=soon).status_code == 200


def test_a_time_without_a_zone_is_the_bureaus(client: Client, project: Project) -> None:
    now = timezone.localtime().replace(microsecond=0)
    answer = act(client, project, occurred_at=now.replace(tzinfo=None).isoformat())
    assert answer.status_code == 200
    assert answer.json()["event"]["occurred_at"].startswith(now.isoformat()[:19])
    assert answer.json()["event"]["occurred_at"].endswith("+08:00")


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("year", [0, 1, 1999, 2101, 9999, 10**20, -1])
def test_a_year_no_calendar_has_is_refused(client: Client, year: int) -> None:
    assert client.get(f"/api/calendar/{year}").status_code == 422


# --- texts ----------------------------------------------------------------------------------------------------------

WILD = {
    "a NUL": ("a\x00b", "text.control-character"),
    "an escape": ("a\x1b[31m", "text.control-character"),
    "a direction override": ("abc\u202edef", "text.control-character"),
    "a half surrogate": ("a\ud800b", "text.control-character"),
    "5,000 characters": ("长" * 5000, "text.too-long"),
}


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


# --- shapes ---------------------------------------------------------------------------------------------------------


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


# --- the key --------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("key", [None, "", "short", "x" * 65, "with space", "mit-ümlaut", "semi;colon", "a\tb"])
def test_without_a_proper_key_nothing_is_recorded(client: Client, project: Project, key: str | None) -> None:
    refused(act(client, project, key=key), 422, "input.invalid")


def test_a_key_used_for_another_request_is_refused(client: Client, project: Project, rows: Rows) -> None:
    assert act(client, project, key="key-00000001").status_code == 200
    before = rows()
    refused(act(client, project, key="key-00000001", note="anders"), 409, "idempotency.reused")
    refused(act(client, project, key="key-00000001", code="S1-08", name="achieve"), 409, "idempotency.reused")
    assert rows() == before


def test_a_key_belongs_to_one_person(client: Client, project: Project, support: User, client_for: ClientFor) -> None:
    other = make_project(support_lead(support))
    assert act(client, project, key="key-00000001").status_code == 200
    assert act(client_for(support), other, key="key-00000001").status_code == 200


def support_lead(user: User) -> User:
    user.role = "AGENT"
    user.save()
    return user


def test_the_same_request_again_gets_the_same_answer(client: Client, project: Project, rows: Rows) -> None:
    first = act(client, project, key="key-00000001").json()
    before = rows()
    again = act(client, project, key="key-00000001").json()
    assert {name: again[name] for name in ("version", "event", "opened")} == {
        name: first[name] for name in ("version", "event", "opened")
    }
    assert rows() == before


def test_a_refused_request_may_be_tried_again_under_its_key(client: Client, project: Project, agent: User) -> None:
    refused(act(client, project, code="S1-07", key="key-00000001"), 409, "step.not-open")
    for name in ("submit", "accept", "approve"):
        move(project, "S1-03", name, agent)
    answer = act(client, project, code="S1-07", key="key-00000001")
    assert answer.status_code == 200 or answer.json()["code"] == "step.not-open"


# --- enterprises and projects ---------------------------------------------------------------------------------------


def wrong_check(code: str) -> str:
    return code[:17] + next(char for char in ALPHABET if char != code[17])


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (wrong_check(make_uscc(900_003)), "uscc.check-digit"),
        ("91210300MA00000", "uscc.length"),
        ("9121O300MA0900003X", "uscc.letter"),
        ("9121030界MA0900003X", "uscc.character"),
        ("91AB0300MA0900003X", "uscc.region"),
        ("", "uscc.length"),
        ("\x00" * 18, "uscc.character"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_the_cause(client: Client, code: str, problem: str) -> None:
    body = {"name": "演示企业", "uscc": code, "ownership": "PRIVATE", "district": "210302"}
    assert refused(client.post("/api/enterprises", body, content_type=JSON), 422, problem)["field"] == "uscc"


def opening(agent: User, enterprise: Enterprise, **changes: Any) -> dict[str, Any]:
    return {
        "name": "演示新项目",
        "short_name": "新项目",
        "enterprise_id": enterprise.pk,
        "category": "SOC_SMALL",
        "district": "210300",
        "kind": "PROXY",
        "lead_agent_id": agent.pk,
        **changes,
    }


MANDATE = {"mandate_stages": [1], "mandate_signed_on": "2026-01-05", "mandate_ends_on": "2027-01-05"}


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"name": "x"}, 422, "text.too-short"),
        ({"name": "长" * 121}, 422, "text.too-long"),
        ({"short_name": "长" * 13}, 422, "text.too-long"),
        ({"short_name": "a\x00b"}, 422, "text.control-character"),
        ({"category": "CASTLE"}, 422, "category.unknown"),
        ({"category": "a\x00b"}, 422, "text.control-character"),
        ({"category": "\ud800"}, 422, "text.control-character"),
        ({"district": "110000"}, 422, "district.unknown"),
        ({"district": "21\x00"}, 422, "text.control-character"),
        ({"district": "\ud800"}, 422, "text.control-character"),
        ({"level": "\ud800"}, 422, "level.unknown"),
        ({"kind": "\x00"}, 422, "kind.unknown"),
        ({"level": "GALAXY"}, 422, "level.unknown"),
        ({"kind": "GIFT"}, 422, "kind.unknown"),
        ({"code": "2019-21"}, 422, "project-code.format"),
        ({"investment_wan": "0"}, 422, "investment.range"),
        ({"investment_wan": "-5"}, 422, "investment.range"),
        ({"investment_wan": "1e30"}, 422, "investment.range"),
        ({"investment_wan": "NaN"}, 422, "input.invalid"),
        ({"investment_wan": "0.0000001"}, 422, "investment.range"),
        ({"support_agent_id": "lead"}, 422, "support.same"),
        ({"support_agent_id": 999_999}, 422, "agent.unknown"),
        ({"lead_agent_id": 999_999}, 403, "project.not-own"),
        ({"enterprise_id": 999_999}, 404, "not-found"),
        ({"answers": {"weather": "fine"}}, 422, "scenario.unknown-question"),
        ({"answers": {"a\x00": "fine"}}, 422, "text.control-character"),
        ({"answers": {"a\ud800": "fine"}}, 422, "text.control-character"),
        ({"answers": {"a\ud800": 1}}, 422, "input.invalid"),
        ({"answers": {"weather": "\x00"}}, 422, "text.control-character"),
        ({"answers": {"x": 1}}, 422, "input.invalid"),
        (MANDATE | {"mandate_ends_on": None}, 422, "mandate.incomplete"),
        (MANDATE | {"mandate_ends_on": "2025-12-31"}, 422, "mandate.term"),
        (MANDATE | {"mandate_ends_on": "9999-12-31"}, 422, "mandate.range"),
        (MANDATE | {"mandate_signed_on": "0001-01-01"}, 422, "mandate.range"),
        (MANDATE | {"mandate_stages": [5]}, 422, "mandate.stages"),
        (MANDATE | {"mandate_stages": [1, 1, 1, 1, 1]}, 422, "input.invalid"),
    ],
)
@pytest.mark.usefixtures("nothing_written")
def test_a_project_that_cannot_be_is_refused_whole(
    client: Client, agent: User, project: Project, changes: dict[str, Any], status: int, code: str
) -> None:
    given = {name: agent.pk if value == "lead" else value for name, value in changes.items()}
    answer = client.post("/api/projects", opening(agent, project.enterprise, **given), content_type=JSON)
    refused(answer, status, code)


def test_a_project_code_is_taken_once(client: Client, agent: User, project: Project, rows: Rows) -> None:
    code = "2026-210302-70-03-012345"
    body = opening(agent, project.enterprise, code=code)
    assert client.post("/api/projects", body, content_type=JSON).status_code == 201
    before = rows()
    refused(client.post("/api/projects", body, content_type=JSON), 409, "project-code.taken")
    assert rows() == before


def test_a_foreign_firm_looks_as_if_it_were_not_there(client: Client, agent: User, outsider: User, rows: Rows) -> None:
    foreign = make_enterprise(registered_by=outsider)
    before = rows()
    refused(client.post("/api/projects", opening(agent, foreign), content_type=JSON), 404, "not-found")
    assert rows() == before


# --- the service itself ---------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    ("path", "changes", "status", "code"),
    [
        ("state", {"state": "DANCING"}, 409, "case.not-allowed"),
        ("state", {"state": "RUNNING"}, 409, "case.not-allowed"),
        ("state", {"state": "COMPLETED"}, 409, "case.steps-open"),
        ("state", {"note": ""}, 422, "text.too-short"),
        ("state", {"note": "a\x00b"}, 422, "text.control-character"),
        ("state", {"seen": 1}, 409, "project.stale"),
        ("assign", {"seen": 1}, 409, "project.stale"),
        ("assign", {"lead_agent_id": 999_999}, 422, "agent.unknown"),
        ("assign", {"support_agent_id": "lead"}, 422, "support.same"),
    ],
)
def test_a_change_of_the_service_that_cannot_be_is_refused(
    project: Project,
    agent: User,
    supervisor: User,
    client_for: ClientFor,
    path: str,
    changes: dict[str, Any],
    status: int,
    code: str,
) -> None:
    given = {"seen": 2, "state": "PAUSED", "note": "企业申请中止", "lead_agent_id": agent.pk} | changes
    given = {name: agent.pk if value == "lead" else value for name, value in given.items()}
    refused(client_for(supervisor).post(f"/api/projects/{project.pk}/{path}", given, content_type=JSON), status, code)


# --- addresses ------------------------------------------------------------------------------------------------------


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

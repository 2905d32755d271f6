"""Every refused move is a problem with a code and a sentence, and leaves the tables as they were."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from proxy_service.models import Project
from tests.api.ask import JSON, act, refused
from tests.api.conftest import ClientFor, Rows
from tests.make import make_project, move

pytestmark = pytest.mark.django_db


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

"""The service around the steps: pausing, ending, changing who works on it, and reading one's inbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

import journal
from accounts.models import User
from proxy_service.actions.inbox import mark_read
from proxy_service.models import Mandate, Project, ServiceCase, Step
from tests.make import make_project, make_user, move

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
At = Callable[[str], None]


@pytest.fixture
def project(agent: User, support: User) -> Project:
    return make_project(agent, support_agent_id=support.pk)


def change(client: Client, project: Project, state: str) -> Any:
    version = Project.objects.values_list("version", flat=True).get(pk=project.pk)
    body = {"seen": version, "state": state, "note": "企业申请"}
    return client.post(f"/api/projects/{project.pk}/state", body, content_type="application/json")


@pytest.mark.parametrize(
    ("states", "closed"),
    [(["PAUSED", "RUNNING"], False), (["PAUSED", "TERMINATED"], True), (["TERMINATED"], True)],
)
def test_a_service_is_paused_resumed_and_ended_on_the_record(
    project: Project, supervisor: User, client_for: ClientFor, states: list[str], closed: bool
) -> None:
    client = client_for(supervisor)
    for state in states:
        answer = change(client, project, state)
        assert (answer.status_code, answer.json()["case"]["state"]) == (200, state)
    case = ServiceCase.objects.get(project=project)
    assert (case.closed_on is not None) is closed
    kinds = [event.kind for event in journal.read(project.stream, after=2, limit=9)]
    assert kinds == ["case.state_changed"] * len(states)
    last = client.get(f"/api/projects/{project.pk}/events").json()["items"][0]
    assert last["sentence"] == f"服务状态改为“{case.get_state_display()}”"


def test_a_service_is_complete_when_every_step_is_passed(
    project: Project, supervisor: User, client_for: ClientFor
) -> None:
    client = client_for(supervisor)
    assert change(client, project, "COMPLETED").json()["code"] == "case.steps-open"
    Step.objects.filter(project=project).update(state="PASSED")
    done = change(client, project, "COMPLETED").json()
    assert (done["case"]["state"], done["lamp"], done["lamp_word"], done["next"]) == ("COMPLETED", None, "已办结", None)
    assert done["stage"]["n"] == 4
    assert change(client, project, "RUNNING").json()["code"] == "case.not-allowed"


def test_what_is_over_leaves_the_open_list_and_is_found_where_it_is_looked_for(
    project: Project, agent: User, supervisor: User, client_for: ClientFor
) -> None:
    change(client_for(supervisor), project, "TERMINATED")
    client = client_for(agent)
    counts = {state: client.get(f"/api/projects?state={state}").json() for state in ("OPEN", "ALL", "TERMINATED")}
    assert {state: page["total"] for state, page in counts.items()} == {"OPEN": 0, "ALL": 1, "TERMINATED": 1}
    assert sum(counts["ALL"]["lamps"].values()) == 0  # no lamp without a service
    detail = client.get(f"/api/projects/{project.pk}").json()
    assert all(step["actions"] == [] for step in detail["steps"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=SOC_SMALL", 1),
        ("category=GOV_HOUSE", 0),
        ("district=210300", 1),
        ("district=210381", 0),
        ("lamp=GREEN", 1),
        ("lamp=RED", 0),
        ("page=9", 1),
    ],
)
def test_a_list_shows_what_was_asked_for(
    project: Project, agent: User, client_for: ClientFor, query: str, found: int
) -> None:
    page = client_for(agent).get(f"/api/projects?{query}").json()
    assert (len(page["items"]), page["total"], page["page"]) == (found, found, 1)


def test_a_new_agent_takes_over_and_both_are_told(
    project: Project, agent: User, support: User, outsider: User, supervisor: User, client_for: ClientFor
) -> None:
    body = {"seen": 2, "lead_agent_id": outsider.pk, "support_agent_id": None}
    path = f"/api/projects/{project.pk}/assign"
    answer = client_for(supervisor).post(path, body, content_type="application/json")
    assert answer.json()["lead_agent"]["id"] == outsider.pk
    assert answer.json()["support_agent"] is None
    inbox = client_for(outsider).get("/api/inbox").json()
    assert (inbox["unread"], inbox["items"][0]["kind"]) == (1, "case.assigned")
    assert inbox["items"][0]["payload"]["project"] == project.pk


@pytest.mark.parametrize(("role", "works"), [("SUPERVISOR", False), ("AGENT", True), ("SUPPORT", True)])
def test_only_those_who_work_on_cases_can_be_given_one(
    project: Project, supervisor: User, client_for: ClientFor, role: str, works: bool
) -> None:
    person = make_user("given", role=role)
    path = f"/api/projects/{project.pk}/assign"
    body = {"seen": 2, "lead_agent_id": person.pk}
    answer = client_for(supervisor).post(path, body, content_type="application/json")
    assert answer.status_code == (200 if works else 422)


def test_a_supervisor_opens_a_project_for_an_agent_who_is_told(
    agent: User, supervisor: User, client_for: ClientFor, project: Project
) -> None:
    body = {
        "name": "演示新项目",
        "short_name": "新项目",
        "enterprise_id": project.enterprise_id,
        "category": "SOC_SMALL",
        "district": "210300",
        "kind": "ASSIST",
        "lead_agent_id": agent.pk,
        "investment_wan": "12800.5",
        "code": "2026-210302-70-03-012345-000",
    }
    made = client_for(supervisor).post("/api/projects", body, content_type="application/json")
    assert made.status_code == 201
    shown = made.json()
    assert (shown["code"], shown["investment_wan"], shown["mandate"]) == ("2026-210302-70-03-012345", "12800.50", None)
    assert shown["version"] == 2
    assert client_for(agent).get("/api/inbox").json()["items"][0]["payload"]["project"] == shown["id"]
    first = next(step for step in shown["steps"] if step["code"] == "S1-03")
    assert first["whose"] == "ENTERPRISE"  # assisted, not represented: the firm files itself


@pytest.mark.parametrize(
    ("day", "stage", "revoked", "covered"),
    [
        ("2026-01-01", 1, None, True),
        ("2026-12-31", 2, None, True),
        ("2025-12-31", 1, None, False),
        ("2027-01-01", 1, None, False),
        ("2026-06-01", 3, None, False),
        ("2026-06-01", 1, "2026-06-02", True),
        ("2026-06-02", 1, "2026-06-02", False),
    ],
)
def test_a_mandate_covers_its_stages_in_its_term(day: str, stage: int, revoked: str | None, covered: bool) -> None:
    """民法典 165, 173."""
    mandate = Mandate(
        stages=[1, 2],
        signed_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        revoked_on=date.fromisoformat(revoked) if revoked else None,
    )
    assert mandate.covers(stage, date.fromisoformat(day)) is covered


def test_reading_the_inbox_goes_up_to_what_is_there_and_back(
    project: Project, agent: User, support: User, client_for: ClientFor
) -> None:
    move(project, "S1-03", "submit", agent)
    client = client_for(support)

    def read(upto: int) -> int:
        answer = client.post("/api/inbox/read", {"upto": upto}, content_type="application/json")
        return int(answer.json()["unread"])

    assert client.get("/api/inbox").json()["unread"] == 2
    assert [read(1), read(999), read(0)] == [1, 0, 2]


def test_a_mark_in_an_empty_inbox_stays_at_nothing(outsider: User, client_for: ClientFor) -> None:
    mark_read(user=outsider, upto=7)
    page = client_for(outsider).get("/api/inbox").json()
    assert (page["items"], page["unread"], page["upto"]) == ([], 0, 0)


def test_after_every_act_the_answer_the_timeline_and_the_project_agree(
    project: Project, agent: User, client_for: ClientFor
) -> None:
    client = client_for(agent)
    path = f"/api/projects/{project.pk}"
    for number, name in enumerate(("submit", "accept-window", "accept", "approve-with-deficiency", "recall"), start=3):
        needs = {"note": "理由", "evidence": "文号", "materials": ["图"], "due_on": "2039-12-01"}
        answer = client.post(
            f"{path}/steps/S1-03/{name}",
            {"seen": number - 1, **needs},
            content_type="application/json",
            headers={"Idempotency-Key": f"key-{number:08d}"},
        )
        assert answer.status_code == 200, answer.json()
        detail, last = client.get(path).json(), client.get(f"{path}/events").json()["items"][0]
        step = next(step for step in detail["steps"] if step["code"] == "S1-03")
        assert answer.json()["state_name"] == step["state_name"]
        assert answer.json()["version"] == detail["version"] == last["seq"] == step["version"] == number
        assert last["payload"]["to"] == step["state"]
        assert answer.json()["event"] == {name: last[name] for name in answer.json()["event"]}


def test_a_recalled_approval_bars_what_comes_after_it_again(
    project: Project, agent: User, client_for: ClientFor
) -> None:
    for name in ("submit", "accept", "approve"):
        move(project, "S1-03", name, agent)
    move(project, "S1-08", "achieve", agent)
    client = client_for(agent)

    def step(code: str) -> Any:
        steps = client.get(f"/api/projects/{project.pk}").json()["steps"]
        return next(step for step in steps if step["code"] == code)

    assert step("S1-07")["blocked_by"] == []
    move(project, "S1-08", "recall", agent)
    assert [other["code"] for other in step("S1-07")["blocked_by"]] == ["S1-08"]
    assert [act["name"] for act in step("S1-08")["actions"]] == ["achieve"]
    move(project, "S1-08", "achieve", agent)
    assert step("S1-07")["blocked_by"] == []

"""No screen asks the database more often because there is more to show."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from proxy_service.models import Project, Step, StepLink
from tests.make import make_contact, make_enterprise, make_project, move, walk

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


def asked(client: Client, path: str) -> int:
    """How many queries this address takes, once the calendar is known."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(path).status_code == 200
    return len(caught)


def grown(project: Project, steps: int) -> None:
    """More steps of the same kinds, each behind the one before it."""
    model = project.steps.select_related("item").get(code="S1-03")
    start = project.steps.count()
    rows = [
        Step(
            project=project,
            code=f"X{n:03d}",
            name=f"演示事项{n}",
            stage=1 + n % 4,
            position=n + 1,
            item_id=model.item_id,
            department_id=model.department_id,
            committed=5,
        )
        for n in range(start, steps)
    ]
    made = Step.objects.bulk_create(rows)
    StepLink.objects.bulk_create([StepLink(project=project, before=a, after=b) for a, b in pairwise(made)])


@pytest.mark.parametrize("path", ["/api/projects", "/api/projects?lamp=GREEN&q=演示", "/api/projects/export"])
def test_a_list_of_projects_takes_the_same_for_two_and_for_twenty(
    agent: User, client_for: ClientFor, path: str
) -> None:
    client = client_for(agent)
    for _ in range(2):
        walk(make_project(agent), "S1-03", agent, "submit", "accept")
    few = asked(client, path)
    for _ in range(18):
        walk(make_project(agent), "S1-03", agent, "submit", "accept")
    assert client.get("/api/projects").json()["total"] == 20
    assert asked(client, path) == few <= 10


def test_a_project_takes_the_same_for_17_steps_and_for_128(agent: User, client_for: ClientFor) -> None:
    project, client = make_project(agent), client_for(agent)
    walk(project, "S1-03", agent, "submit", "accept")
    grown(project, 17)
    few = asked(client, f"/api/projects/{project.pk}")
    grown(project, 128)
    for _ in range(5):
        make_contact(project.enterprise)
    assert len(client.get(f"/api/projects/{project.pk}").json()["steps"]) == 128
    assert asked(client, f"/api/projects/{project.pk}") == few <= 14


def test_a_move_takes_the_same_for_17_steps_and_for_128(agent: User) -> None:
    project = make_project(agent)
    move(project, "S1-08", "achieve", agent)
    grown(project, 17)
    with CaptureQueriesContext(connection) as few:
        move(project, "S1-03", "submit", agent)
    grown(project, 128)
    with CaptureQueriesContext(connection) as many:
        move(project, "S1-03", "request-correction", agent)
    with CaptureQueriesContext(connection) as again:
        move(project, "S1-03", "finish-correction", agent)
    assert len(again) <= len(few)  # filing also looks at the mandate
    assert len(many) <= len(few) + 3  # the message to the contact


@pytest.mark.parametrize("what", ["timeline", "inbox"])
def test_a_list_of_events_takes_the_same_for_few_and_for_many(
    agent: User, support: User, client_for: ClientFor, what: str
) -> None:
    project = make_project(agent, support_agent_id=support.pk)
    client = client_for(support)
    path = "/api/inbox" if what == "inbox" else f"/api/projects/{project.pk}/events"
    move(project, "S1-03", "submit", agent)
    few = asked(client, path)
    walk(project, "S1-03", agent, "accept", "request-withdrawal", "keep", "request-withdrawal", "keep", "approve")
    walk(project, "S1-08", agent, "achieve")
    assert len(client.get(path).json()["items"]) >= 9
    assert asked(client, path) == few <= 6


@pytest.mark.parametrize("path", ["/api/enterprises", "/api/enterprises/export"])
def test_a_list_of_enterprises_takes_the_same_for_two_and_for_twenty(
    agent: User, client_for: ClientFor, path: str
) -> None:
    client = client_for(agent)

    def more(number: int) -> None:
        for _ in range(number):
            make_contact(make_enterprise(registered_by=agent))

    more(2)
    few = asked(client, path)
    more(18)
    assert asked(client, path) == few <= 5


@pytest.mark.parametrize("path", ["items", "categories", "departments", "districts", "specials"])
def test_reference_data_takes_a_handful(agent: User, client_for: ClientFor, path: str) -> None:
    assert asked(client_for(agent), f"/api/catalogue/{path}") <= 8


def test_the_events_come_page_by_page_without_gap(agent: User, client_for: ClientFor) -> None:
    project, client = make_project(agent), client_for(agent)
    walk(project, "S1-03", agent, "submit", "accept", "approve")
    seen: list[int] = []
    path: Any = f"/api/projects/{project.pk}/events?limit=2"
    while path:
        page = client.get(path).json()
        seen += [event["seq"] for event in page["items"]]
        before = page["next_before"]
        path = f"/api/projects/{project.pk}/events?limit=2&before={before}" if before else None
    assert seen == [5, 4, 3, 2, 1]

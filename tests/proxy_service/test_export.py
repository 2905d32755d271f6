"""The file holds each project once, whatever moves while it is written."""

from __future__ import annotations

import pytest

from accounts.models import User
from journal.models import Event
from proxy_service import queries
from proxy_service.actions.project import change_case_state
from proxy_service.queries import Filter
from tests.make import make_project, move

pytestmark = pytest.mark.django_db


def test_a_project_that_moves_between_two_batches_is_there_once(agent: User, supervisor: User) -> None:
    projects = [make_project(agent) for _ in range(5)]
    rows = queries.all_rows(supervisor, Filter(), batch=2)
    first = [next(rows)["id"], next(rows)["id"]]
    move(projects[0], "S1-03", "submit", agent)  # the least recent becomes the most recent
    ids = first + [row["id"] for row in rows]
    assert sorted(ids) == sorted(project.pk for project in projects)


def test_the_agents_hear_that_their_service_was_paused(agent: User, support: User, supervisor: User) -> None:
    project = make_project(agent, support_agent_id=support.pk)
    change_case_state(
        project_id=project.pk, state="PAUSED", note="企业申请中止", actor=supervisor, seen=project.version
    )
    told = Event.objects.filter(kind="case.state_changed").exclude(stream=project.stream)
    assert sorted(told.values_list("stream_id", flat=True)) == sorted([f"inbox-{agent.pk}", f"inbox-{support.pk}"])

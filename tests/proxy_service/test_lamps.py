"""The lamp that the database counts and the lamp that the screen shows are one; so are list, detail and steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalogue import calendar
from proxy_service import facts, queries, rules
from proxy_service.facts import View
from proxy_service.models import Project, ServiceCase
from proxy_service.rules import Lamp, Marks
from tests.make import make_project, move, walk

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]
At = Callable[[str], None]
TODAY = date(2026, 3, 10)
MARKS = ("dark_red_from", "red_from", "doubt_from", "yellow_from", "blue_from")
_SHORT = ("dark_red", "red", "doubt", "yellow", "blue")
DAYS = (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1))


def test_the_database_and_the_rules_show_the_same_lamp_for_every_combination(agent: User) -> None:
    """All 2 × 4^5 combinations of dates, four states of the service: one project is rewritten, the list is asked."""
    project = make_project(agent)
    view = View(today=TODAY, calendar=calendar.load())
    rows = Project.objects.filter(pk=project.pk)
    shown: set[str] = set()
    for marks in list(product(DAYS, repeat=5))[::7]:  # a seventh of them, in every place every date
        for waiting in (False, True):
            rows.update(**dict(zip(MARKS, marks, strict=True)), all_waiting=waiting)
            found = queries.with_lamp(rows, TODAY).get()
            expected = rules.lamp(Marks(**dict(zip(_SHORT, marks, strict=True)), waiting=waiting), TODAY)
            assert found.lamp == expected == facts.lamp_of_project(found, found.case, view)
            shown.add(found.lamp)
    assert shown == set(Lamp)


@pytest.mark.parametrize(
    ("state", "lamp"), [("RUNNING", Lamp.RED), ("PAUSED", Lamp.GREY), ("COMPLETED", None), ("TERMINATED", None)]
)
def test_a_paused_service_is_grey_and_one_that_ended_has_no_lamp(agent: User, state: str, lamp: Lamp | None) -> None:
    project = make_project(agent)
    Project.objects.filter(pk=project.pk).update(red_from=TODAY)
    ServiceCase.objects.filter(project=project).update(state=state)
    found = queries.with_lamp(Project.objects.filter(pk=project.pk), TODAY).get()
    assert (found.lamp or None) == lamp
    assert facts.lamp_of_project(found, found.case, View(today=TODAY, calendar=calendar.load())) == lamp


# Item S1-02 of a government building promises 5 working days; accepted on Monday 2 March 2026 it is due on the 9th.
LIFE = [
    ("2026-03-02 09:00", Lamp.GREEN, 5),
    ("2026-03-04 09:00", Lamp.GREEN, 3),
    ("2026-03-05 09:00", Lamp.YELLOW, 2),  # max(2, 15 %) begins together with 提示
    ("2026-03-09 17:00", Lamp.YELLOW, 0),
    ("2026-03-10 00:01", Lamp.RED, -1),
]


@pytest.fixture
def running(agent: User, at: At) -> Project:
    at("2026-03-02 09:00")
    project = make_project(agent, category="GOV_HOUSE")
    walk(project, "S1-01", agent, "submit", "accept", "approve")
    walk(project, "S1-02", agent, "submit", "accept")
    return project


def shown(client: Client, project: Project) -> tuple[Any, Any, Any, Any]:
    """The lamp in the list, in the counts, in the detail and on the step; and the days left in both."""
    page = client.get("/api/projects").json()
    detail = client.get(f"/api/projects/{project.pk}").json()
    step = next(step for step in detail["steps"] if step["code"] == "S1-02")
    row = page["items"][0]
    counted = next(lamp for lamp, n in page["lamps"].items() if n == 1)
    assert row["lamp"] == counted == detail["lamp"] == step["lamp"]
    assert row["lamp_word"] == step["lamp_word"] == Lamp(row["lamp"]).word
    assert row["lamp_days"] == step["days_left"] == row["next"]["days_left"]
    assert [other["id"] for other in client.get(f"/api/projects?lamp={row['lamp']}").json()["items"]] == [project.pk]
    return row["lamp"], row["lamp_days"], step["due_on"], row["next"]["whose"]


@pytest.mark.parametrize(("when", "lamp", "left"), LIFE)
def test_a_running_step_goes_through_its_lamps(
    running: Project, agent: User, client_for: ClientFor, at: At, when: str, lamp: Lamp, left: int
) -> None:
    committed = running.steps.get(code="S1-02").committed
    at(when)
    found = shown(client_for(agent), running)
    assert found[:2] == (lamp, left - 5 + committed)
    assert committed == 5


def test_a_suspended_step_does_not_age(running: Project, agent: User, client_for: ClientFor, at: At) -> None:
    at("2026-03-04 09:00")
    move(running, "S1-02", "start-special", agent, special="EXPERT", announced_days=5)
    assert shown(client_for(agent), running) == (Lamp.GREY, None, None, "SPECIAL")
    at("2026-03-11 09:00")  # the last day of the time that was told
    assert shown(client_for(agent), running)[0] == Lamp.GREY
    at("2026-03-12 09:00")
    assert shown(client_for(agent), running)[0] == Lamp.PURPLE
    move(running, "S1-02", "end-special", agent)
    assert shown(client_for(agent), running) == (Lamp.GREEN, 3, "2026-03-17", "DEPT")


def test_a_step_over_time_stays_so_through_a_suspension_and_can_go_on(
    running: Project, agent: User, client_for: ClientFor, at: At
) -> None:
    at("2026-03-11 09:00")
    move(running, "S1-02", "start-special", agent, special="EXPERT", announced_days=10)
    assert shown(client_for(agent), running) == (Lamp.RED, -2, "2026-03-09", "SPECIAL")
    at("2026-03-18 09:00")
    assert shown(client_for(agent), running) == (Lamp.RED, -2, "2026-03-09", "SPECIAL")
    move(running, "S1-02", "end-special", agent)
    at("2026-03-19 09:00")
    assert shown(client_for(agent), running) == (Lamp.RED, -3, "2026-03-09", "DEPT")
    move(running, "S1-02", "approve", agent)


def test_a_step_that_waits_for_the_firm_is_grey_until_its_time_runs_out(
    running: Project, agent: User, client_for: ClientFor, at: At
) -> None:
    """补正 after acceptance does not stop the clock."""
    move(running, "S1-02", "request-correction", agent)
    assert shown(client_for(agent), running) == (Lamp.GREY, 5, "2026-03-09", "ENTERPRISE")
    at("2026-03-10 09:00")
    assert shown(client_for(agent), running) == (Lamp.RED, -1, "2026-03-09", "ENTERPRISE")


def test_what_is_entered_more_than_two_days_late_is_in_doubt_until_the_next_act(
    running: Project, agent: User, client_for: ClientFor, at: At
) -> None:
    at("2026-03-06 09:00")
    move(running, "S1-02", "request-correction", agent, occurred_at=timezone.now() - timedelta(days=4))
    assert shown(client_for(agent), running)[0] == Lamp.PURPLE
    move(running, "S1-02", "finish-correction", agent)
    assert shown(client_for(agent), running)[0] == Lamp.YELLOW


def test_the_statutory_end_passed_is_dark_red(running: Project, agent: User, client_for: ClientFor, at: At) -> None:
    at("2026-06-30 09:00")
    assert shown(client_for(agent), running)[0] == Lamp.DARK_RED


def test_the_most_urgent_project_comes_first(running: Project, agent: User, client_for: ClientFor, at: At) -> None:
    at("2026-03-10 09:00")
    fresh = make_project(agent)
    ids = [row["id"] for row in client_for(agent).get("/api/projects").json()["items"]]
    assert ids == [running.pk, fresh.pk]


def test_net_days_leave_out_what_stood_still_and_what_came_to_nothing(
    running: Project, agent: User, client_for: ClientFor, at: At
) -> None:
    at("2026-03-04 09:00")
    move(running, "S1-02", "start-special", agent, special="EXPERT", announced_days=5)
    at("2026-03-11 09:00")
    move(running, "S1-02", "end-special", agent)
    at("2026-03-12 17:00")
    client = client_for(agent)
    assert client.get(f"/api/projects/{running.pk}").json()["net_days"] == 3  # 3 and 4 March, 12 March
    walk(running, "S1-02", agent, "request-withdrawal", "confirm-withdrawal")
    assert client.get(f"/api/projects/{running.pk}").json()["net_days"] == 0

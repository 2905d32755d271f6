"""A step or a project as plain facts for screens: lamp, days left, whose turn, what blocks it. No queries here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalogue.models import Stage
from common.workdays import Calendar
from proxy_service import flow, rules
from proxy_service.actions.clock import marks_of, stops_of
from proxy_service.models import Project, ServiceCase, Step
from proxy_service.rules import Lamp, Marks, Turn, lamp, net_days, turn

_HINTS = {
    Turn.DEPT: "等{department}办理",
    Turn.SPECIAL: "特别程序进行中",
    Turn.ENTERPRISE: "等企业办理",
    Turn.AGENT: "等专员申报",
    Turn.NONE: "",
}
_URGENCY = {lamp: place for place, lamp in enumerate(Lamp)}  # worst first


@dataclass(frozen=True, slots=True)
class View:
    """What every fact depends on besides the rows."""

    today: date
    calendar: Calendar


@dataclass(slots=True)
class Plan:
    """The steps of one project and what must come before each."""

    steps: list[Step]
    hard: dict[int, list[Step]]
    soft: dict[int, list[Step]]
    case: ServiceCase
    specials: dict[int, list[dict[str, str]]] = field(default_factory=dict)  # item → its special procedures

    @classmethod
    def of(cls, case: ServiceCase, steps: Iterable[Step], links: Iterable[tuple[int, int, bool]]) -> Plan:
        rows = list(steps)
        by_id = {step.pk: step for step in rows}
        kinds: tuple[dict[int, list[Step]], dict[int, list[Step]]] = ({}, {})
        for before, after, hard in links:
            kinds[0 if hard else 1].setdefault(after, []).append(by_id[before])
        return cls(rows, *kinds, case)

    def blockers(self, step: Step) -> list[Step]:
        return [other for other in self.hard.get(step.pk, ()) if other.at not in flow.DONE]

    def turn_of(self, step: Step) -> Turn:
        by_proxy = self.case.kind == ServiceCase.Kind.PROXY
        return turn(step.at, blocked=bool(self.blockers(step)), by_proxy=by_proxy)

    def specials_of(self, step: Step) -> list[dict[str, str]]:
        """What the step may be examined by now."""
        return self.specials.get(step.item_id or 0, []) if step.at in flow.MAY_BE_EXAMINED else []

    @property
    def done(self) -> int:
        return sum(step.at in flow.DONE for step in self.steps)


def lamp_of_step(step: Step, view: View) -> Lamp | None:
    """None while there is nothing to watch: not filed, or closed."""
    return lamp(marks_of(step), view.today) if step.at in flow.ACTIVE else None


def lamp_of_project(project: Project, case: ServiceCase, view: View) -> Lamp | None:
    """None once the service ended; a paused service is grey whatever its steps say."""
    if case.state == ServiceCase.CaseState.PAUSED:
        return Lamp.GREY
    if case.state != ServiceCase.CaseState.RUNNING:
        return None
    marks = Marks(
        blue=project.blue_from,
        yellow=project.yellow_from,
        red=project.red_from,
        dark_red=project.dark_red_from,
        doubt=project.doubt_from,
        waiting=project.all_waiting,
    )
    return lamp(marks, view.today)


def days_left(step: Step, view: View) -> int | None:
    """Working days until the committed date; negative when it has passed; None without a date to be held to."""
    if step.due_on is None or step.at not in flow.ACTIVE:
        return None
    return rules.days_left(step.due_on, view.today, stops=stops_of(step), calendar=view.calendar)


def next_step(plan: Plan, view: View) -> Step | None:
    """The step that decides what to do now: the worst lamp, then the nearest date, then the first that may be filed."""
    active = [step for step in plan.steps if step.at in flow.ACTIVE]
    if active:
        return min(active, key=lambda s: (_URGENCY[lamp(marks_of(s), view.today)], s.due_on or date.max, s.position))
    waiting = [step for step in plan.steps if step.at not in flow.DONE and not plan.blockers(step)]
    return min(waiting, key=lambda s: s.position) if waiting else None


def next_fact(plan: Plan, view: View) -> dict[str, Any] | None:
    step = next_step(plan, view)
    if step is None:
        return None
    whose = plan.turn_of(step)
    return {
        "step": step.code,
        "name": step.title,
        "state": step.state,
        "state_name": step.at.label,
        "action_hint": _HINTS[whose].format(department=step.department.short),
        "due_on": step.due_on,
        "whose": whose.value,
        "days_left": days_left(step, view),
    }


def stage_fact(plan: Plan) -> dict[str, Any]:
    """The first stage that is not finished; the last one when all are."""
    open_stages = [step.stage for step in plan.steps if step.at not in flow.DONE]
    number = min(open_stages, default=Stage.ACCEPTANCE.value)
    return {"n": number, "name": Stage(number).label}


def stages_fact(plan: Plan, budget: Mapping[str, int]) -> list[dict[str, Any]]:
    facts = []
    for stage in Stage:
        steps = [step for step in plan.steps if step.stage == stage.value]
        done = sum(step.at in flow.DONE for step in steps)
        days = budget.get(str(stage.value))
        facts.append({"n": stage.value, "name": stage.label, "done": done, "total": len(steps), "budget_days": days})
    return facts


def net_days_of(plan: Plan, view: View) -> int:
    """Working days so far on which at least one item ran, suspensions taken out of each (`clock.md` 4.3)."""
    return net_days((piece for step in plan.steps for piece in _running(step, view.today)), view.calendar)


def _running(step: Step, today: date) -> Iterable[tuple[date, date]]:
    if step.accepted_on is None or step.at in flow.NEGATIVE:
        return
    since = step.accepted_on
    for stop in stops_of(step):
        yield since, stop.since
        if stop.until is None:
            return
        since = stop.until
    yield since, step.closed_on if step.closed_on and step.at in flow.CLOSED else today


def step_fact(step: Step, plan: Plan, view: View, *, movable: bool) -> dict[str, Any]:
    shown = lamp_of_step(step, view)
    suspended = (
        next((row for row in step.suspensions.all() if row.ended_on is None), None) if step.accepted_on else None
    )
    return {
        "code": step.code,
        "name": step.name,
        "stage": step.stage,
        "major": step.major,
        "department": {"code": step.department.code, "name": step.department.name},
        "state": step.state,
        "state_name": step.at.label,
        "national_code": step.at.national_code,
        "lamp": shown,
        "lamp_word": shown.word if shown else "",
        "days_left": days_left(step, view),
        "committed": step.committed,
        "statutory": {"n": step.statutory_n, "unit": step.statutory_unit, "basis": step.statutory_basis},
        "accepted_on": step.accepted_on,
        "due_on": step.due_on,
        "statutory_due_on": step.statutory_due_on,
        "due_provisional": bool(step.due_on and view.calendar.is_provisional(step.due_on)),
        "closed_on": step.closed_on,
        "suspended": _suspension_fact(suspended),
        "is_milestone": step.is_milestone,
        "parallel": step.parallel,
        "after": [other.code for other in plan.hard.get(step.pk, ())],
        "soft_after": [other.code for other in plan.soft.get(step.pk, ())],
        "blocked_by": [{"code": other.code, "name": other.title} for other in plan.blockers(step)],
        "whose": plan.turn_of(step).value,
        "actions": _moves(step, plan) if movable else [],
        "specials": plan.specials_of(step) if movable else [],
        "version": step.version,
    }


def _suspension_fact(row: Any) -> dict[str, Any] | None:
    if row is None:
        return None
    names = ("name", "basis", "announced_days", "started_on", "expected_on")
    return {name: getattr(row, name) for name in names}


def _moves(step: Step, plan: Plan) -> list[dict[str, Any]]:
    """Only what would be accepted now: an unfiled step behind a missing prerequisite offers nothing."""
    barred = flow.NEEDS_PREREQUISITES if plan.blockers(step) else frozenset()
    return [
        {
            "name": move.name,
            "label": move.label,
            "effect": move.effect,
            "needs": list(move.needs),
            "danger": move.danger,
        }
        for move in flow.moves_from(step.at, is_milestone=step.is_milestone, accepted=step.accepted_on is not None)
        if move.name not in barred and not (move.name == "start-special" and not plan.specials_of(step))
    ]

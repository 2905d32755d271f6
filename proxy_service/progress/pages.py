"""The public subset of one project as plain facts, in a fixed number of queries.

Never in here: amounts, addresses, other enterprises, staff besides the lead agent's name, notes, evidence, reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils import timezone

from catalogue.models import Stage
from journal.models import Event
from proxy_service import facts, flow, queries
from proxy_service.facts import Plan, View
from proxy_service.flow import State
from proxy_service.models import Project, ServiceCase, Step, Suspension
from proxy_service.progress import ball, steps, todo, words
from proxy_service.progress.ball import Asked
from proxy_service.progress.cookie import Visit
from proxy_service.rules import Turn

EVENTS = 8
AHEAD = 3
_ASKS = ("step.correction_requested", "step.approved_with_deficiency")


def tag(case: ServiceCase) -> str:
    """Stays the same as long as the changing part would read the same: «今天» changes at midnight."""
    return f"{case.project.version}.{timezone.localdate():%Y%m%d}"


def page(visit: Visit) -> dict[str, Any]:
    """Everything the page shows."""
    project = visit.case.project
    return {
        "project": project.name,
        "short": project.short_name,
        "case_no": visit.case.no,
        "is_demo": project.is_demo,
        "tail": visit.tail,
        **fragment(visit.case),
    }


def fragment(case: ServiceCase) -> dict[str, Any]:
    """The part that changes while somebody looks."""
    seen = queries.view()
    plan = _plan(case)
    events = _events(case.project, plan)
    asked = _asked(events, plan)
    return {
        "version": case.project.version,
        "tag": tag(case),
        "at": timezone.localtime(),
        "agent": case.lead_agent.name,
        "bureau": bureau(),
        "ball": _ball(plan, seen, asked),
        "todo": todo.tasks(plan, seen, asked),
        "count": _count(plan),
        "now": _now(plan, seen, asked),
        "next": _next(plan, seen, asked),
        "stages": _stages(plan, seen, asked),
        "events": [_event(event, seen) for event in _newest(events)],
    }


def bureau() -> dict[str, str]:
    """Whom to call. A number that is not set yet makes no link that dials."""
    digits = settings.BUREAU_PHONE.replace("-", "")
    return {
        "name": settings.BUREAU_NAME,
        "phone": settings.BUREAU_PHONE,
        "tel": digits if digits.isdigit() else "",
    }


def _plan(case: ServiceCase) -> Plan:
    project = case.project
    stops = Prefetch("suspensions", Suspension.objects.order_by("started_on", "pk"))
    rows = project.steps.select_related("department").prefetch_related(stops)
    links = project.links.filter(hard=True).order_by("pk").values_list("before_id", "after_id", "hard")
    return Plan.of(case, rows, links)


def _events(project: Project, plan: Plan) -> list[Event]:
    """The newest public ones, and those that asked something of the enterprise which still stands.

    A step's version is the number of its last event, so what was asked is found by number.
    """
    asking = [step.version for step in plan.steps if step.at in (State.CORRECTING, State.PASSED_WITH_DEFICIENCY)]
    public = Event.objects.filter(stream_id=project.stream, kind__in=words.KINDS)
    newest = public.order_by("-seq").values("seq")[:EVENTS]
    return list(public.filter(Q(seq__in=newest) | Q(seq__in=asking, kind__in=_ASKS)).order_by("-seq"))


def _newest(events: list[Event]) -> list[Event]:
    """Of the last recorded ones, the last happened first: some were entered late."""
    return sorted(events[:EVENTS], key=lambda event: (event.occurred_at, event.seq), reverse=True)


def _asked(events: Iterable[Event], plan: Plan) -> Asked:
    by_number = {event.seq: event.payload for event in events if event.kind in _ASKS}
    return {step.pk: by_number[step.version] for step in plan.steps if step.version in by_number}


def _event(event: Event, seen: View) -> dict[str, str]:
    at = timezone.localtime(event.occurred_at)
    return {"when": words.day(at.date(), seen.today), "what": words.told(event.kind, event.payload)}


def _ball(plan: Plan, seen: View, asked: Asked) -> dict[str, Any]:
    told = ball.holder(plan, seen, asked)
    step: Step | None = told.pop("step")
    tone, word = steps.mark(step, plan, seen) if step else ("done", "")
    return {
        **told,
        "who": told["who"].value,
        "places": [{"name": name, "here": told["who"] is turn} for turn, name in ball.WHO.items()],
        "name": step.title if step else "",
        "dept": step.department.short if step and told["who"] is Turn.SPECIAL else "",
        "tone": tone,
        "word": word,
        "term": steps.term_fact(told["term"], seen),
        "left": steps.row(step, plan, seen, asked)["left"] if step else "",
    }


def _count(plan: Plan) -> dict[str, int]:
    """«第x步/共n步»: the step after those that are done."""
    done, n = plan.done, len(plan.steps)
    return {"x": min(done + 1, n), "n": n, "done": done, "percent": round(100 * done / n) if n else 0}


def _now(plan: Plan, seen: View, asked: Asked) -> list[dict[str, Any]]:
    return [steps.row(step, plan, seen, asked) for step in plan.steps if step.at in flow.ACTIVE]


def _next(plan: Plan, seen: View, asked: Asked) -> list[dict[str, Any]]:
    """The unfiled steps that come first: those that may be filed, then those whose prerequisites are all under way."""

    def distance(step: Step) -> int:
        blockers = plan.blockers(step)
        return (2 if any(other.at not in flow.ACTIVE for other in blockers) else 1) if blockers else 0

    unfiled = [step for step in plan.steps if step.at is State.PENDING]
    ahead = sorted(unfiled, key=lambda step: (distance(step), step.position))
    return [steps.row(step, plan, seen, asked) for step in ahead[:AHEAD]]


def _stages(plan: Plan, seen: View, asked: Asked) -> list[dict[str, Any]]:
    current = facts.stage_fact(plan)["n"]
    shown = []
    for stage in Stage:
        rows = [step for step in plan.steps if step.stage == stage.value]
        if not rows:
            continue
        done = sum(step.at in flow.DONE for step in rows)
        shown.append(
            {
                "n": stage.value,
                "name": stage.label,
                "done": done,
                "total": len(rows),
                "tone": "done" if done == len(rows) else "run" if stage.value == current else "wait",
                "is_current": stage.value == current,
                "steps": [steps.row(step, plan, seen, asked) for step in rows],
            }
        )
    return shown

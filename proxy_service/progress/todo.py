"""What the enterprise itself has to do, and by when."""

from __future__ import annotations

from datetime import date
from typing import Any

from proxy_service.facts import Plan, View
from proxy_service.flow import State
from proxy_service.models import ServiceCase, Step
from proxy_service.progress import words
from proxy_service.progress.ball import ADVERSE, Asked
from proxy_service.rules import Turn


def tasks(plan: Plan, seen: View, asked: Asked) -> list[dict[str, Any]]:
    """What the enterprise has to do, what was asked by a date first."""
    if plan.case.state != ServiceCase.CaseState.RUNNING:
        return []
    found = [_task(step, seen, asked) for step in plan.steps if plan.turn_of(step) is Turn.ENTERPRISE]
    found += [_late_papers(step, seen, asked) for step in plan.steps if _owes(step, seen, asked)]
    return sorted(found, key=lambda task: task["until"] or date.max)


def _task(step: Step, seen: View, asked: Asked) -> dict[str, Any]:
    if step.at is State.CORRECTING:
        return _asking(step, f"补正“{step.title}”的材料", seen, asked)
    what = f"推进“{step.title}”" if step.is_milestone else f"申报“{step.title}”"
    if step.at is State.WITHDRAWING:
        what = f"确认是否撤回“{step.title}”的申请"
    elif step.at is State.WITHDRAWN:
        what = f"决定是否重新申报“{step.title}”"
    elif step.at in ADVERSE:
        what = f"查收“{step.title}”的决定书，与帮办专员商量下一步"
    return {"what": what, "until": None, "day": "", "materials": []}


def _owes(step: Step, seen: View, asked: Asked) -> bool:
    """No event says that lacking papers came in; after their date the agent asks."""
    until = asked.get(step.pk, {}).get("asked_until")
    if step.at is not State.PASSED_WITH_DEFICIENCY or not until:
        return False
    return date.fromisoformat(until) >= seen.today


def _late_papers(step: Step, seen: View, asked: Asked) -> dict[str, Any]:
    return _asking(step, f"补交“{step.title}”的容缺材料", seen, asked)


def _asking(step: Step, what: str, seen: View, asked: Asked) -> dict[str, Any]:
    request = asked.get(step.pk, {})
    asked_until = request.get("asked_until")
    until = date.fromisoformat(asked_until) if asked_until else None
    return {
        "what": what,
        "until": until,
        "day": words.full(until, seen.today) if until else "",
        "materials": request.get("materials", []),
    }

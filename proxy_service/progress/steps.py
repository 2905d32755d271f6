"""One step as the enterprise sees it: a mark of shape, colour and word, and a sentence. No evidence, no reasons."""

from __future__ import annotations

from datetime import date
from typing import Any

from proxy_service import facts, flow
from proxy_service.facts import Plan, View
from proxy_service.flow import State
from proxy_service.models import ServiceCase, Step
from proxy_service.progress.ball import ADVERSE, Asked, Term, open_stop, term
from proxy_service.progress.words import day, full, left
from proxy_service.rules import Lamp, Turn

# The early blue and the purple of a doubtful entry are for those who keep the records; here the step simply runs.
_LAMPS = {Lamp.YELLOW: ("near", "临近期限"), Lamp.RED: ("over", "已超期"), Lamp.DARK_RED: ("worst", "超法定期限")}
_NOT_BEGUN = ("wait", "未开始")
_WAITING = {Turn.ENTERPRISE: ("you", "待您申报"), Turn.AGENT: ("us", "准备申报")}


def row(step: Step, plan: Plan, seen: View, asked: Asked) -> dict[str, Any]:
    tone, word = mark(step, plan, seen)
    return {
        "name": step.title,
        "dept": step.department.short,
        "tone": tone,
        "word": word,
        "words": _words(step, plan, seen, asked),
        "term": term_fact(term(step, seen, asked), seen),
        "left": _left(step, seen),
    }


def mark(step: Step, plan: Plan, seen: View) -> tuple[str, str]:
    """Tone (shape and colour) and word."""
    if step.at in flow.DONE:
        return "done", "已达成" if step.is_milestone else "已办结"
    if step.at in ADVERSE:
        return "told", "已作出决定"
    if step.at is State.WITHDRAWN:
        return "told", "已撤件"
    if step.at in flow.WAITING_FOR_ENTERPRISE:
        return "you", "待您办理"
    if step.at is State.SPECIAL:
        return "pause", "特别程序"
    if step.at in flow.ACTIVE:
        lamp = facts.lamp_of_step(step, seen)
        return _LAMPS.get(lamp, ("run", "办理中")) if lamp else ("run", "办理中")
    tone, word = _WAITING.get(plan.turn_of(step), _NOT_BEGUN) if _is_running(plan) else _NOT_BEGUN
    return tone, "待推进" if step.is_milestone and tone != "wait" else word


def _is_running(plan: Plan) -> bool:
    return plan.case.state == ServiceCase.CaseState.RUNNING


def _words(step: Step, plan: Plan, seen: View, asked: Asked) -> str:
    if step.at in flow.DONE:
        return _closed(step, seen, asked)
    if step.at in ADVERSE:
        return "决定书已送达"
    if step.at is State.WITHDRAWN:
        return "可以重新申报"
    if step.at is State.SPECIAL:
        stop = open_stop(step)
        return stop.name if stop else ""
    if step.at is State.RECEIVED and step.submitted_on:
        return f"{day(step.submitted_on, seen.today)}接件，等待受理"
    if step.at in flow.ACTIVE:
        return f"{day(step.accepted_on, seen.today)}受理" if step.accepted_on else ""
    return _before(step, plan, seen)


def _closed(step: Step, seen: View, asked: Asked) -> str:
    word = "达成" if step.is_milestone else "办结"
    done = f"{day(step.closed_on, seen.today)}{word}" if step.closed_on else word
    until = asked.get(step.pk, {}).get("asked_until")
    if step.at is not State.PASSED_WITH_DEFICIENCY or not until:
        return done
    return f"{done}，容缺材料请于{full(date.fromisoformat(until), seen.today)}前补交"


def _before(step: Step, plan: Plan, seen: View) -> str:
    """What an unfiled step waits for, and the day by which that is promised if it is."""
    blockers = plan.blockers(step)
    if not blockers and not _is_running(plan):
        return ""
    if not blockers:
        return "现在可以推进" if step.is_milestone else "现在可以申报"
    first = f"“{blockers[0].title}”" + (f"等{len(blockers)}项" if len(blockers) > 1 else "")
    dates = [other.due_on for other in blockers if other.due_on and other.at in flow.ACTIVE]
    if len(dates) < len(blockers) or max(dates) < seen.today:  # a promise already broken promises nothing
        return f"{first}办结后开始"
    return f"{first}办结后开始，预计{full(max(dates), seen.today)}之后"


def _left(step: Step, seen: View) -> str:
    """Only where the promise is the department's: while the enterprise corrects, its own date is what matters."""
    days = facts.days_left(step, seen)
    return "" if days is None or step.at in flow.WAITING_FOR_ENTERPRISE else left(days)


def term_fact(until: Term | None, seen: View) -> dict[str, Any] | None:
    if until is None:
        return None
    return {
        "before": until.before,
        "day": full(until.day, seen.today),
        "after": until.after,
        "provisional": until.provisional,
    }

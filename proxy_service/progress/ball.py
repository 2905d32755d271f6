"""球在谁手里: which step decides, who has to act on it, since when and until when, as words for the enterprise.

Of an adverse decision the page says only that there is one; what stands in it is told on paper and by phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from proxy_service import facts, flow
from proxy_service.facts import Plan, View
from proxy_service.flow import State
from proxy_service.models import ServiceCase, Step, Suspension
from proxy_service.progress.words import DECIDED, day
from proxy_service.rules import Turn

ADVERSE = flow.NEGATIVE - {State.WITHDRAWN}
Asked = dict[int, dict[str, Any]]  # step id → what was asked of the enterprise at its last move

_DEPARTMENT = {
    State.RECEIVED: "{dept}已接件，等待受理",
    State.WINDOW_ACCEPTED: "窗口已受理，等待{dept}审查",
    State.ACCEPTED: "{dept}正在审查",
    State.CORRECTED: "材料已补齐，等待{dept}办理",
    State.SPECIAL_ENDED: "特别程序已结束，{dept}继续审查",
}
_ENTERPRISE = {
    State.CORRECTING: "请您补正材料",
    State.WITHDRAWING: "您申请的撤件待确认",
    State.PENDING: "可以申报了，请您提交材料",
    State.WITHDRAWN: "已撤件，请您决定是否重新申报",
}
_AGENT = {State.PENDING: "帮办专员正在准备申报", State.WITHDRAWN: "已撤件，帮办专员将与您联系"}
_ENDED = {
    ServiceCase.CaseState.PAUSED: "帮办服务已中止",
    ServiceCase.CaseState.TERMINATED: "帮办服务已终止",
    ServiceCase.CaseState.COMPLETED: "全部事项已办结",
}
WHO = {Turn.ENTERPRISE: "您", Turn.AGENT: "帮办专员", Turn.DEPT: "审批部门", Turn.SPECIAL: "特别程序"}


@dataclass(frozen=True, slots=True)
class Term:
    """Until when, and what kind of date it is: 承诺, 预计, or asked of the enterprise."""

    before: str
    day: date
    after: str
    provisional: bool = False


def holder(plan: Plan, seen: View, asked: Asked) -> dict[str, Any]:
    """Facts of the first line. While the enterprise has something to do, the ball is there."""
    step = _leading(plan, seen)
    if plan.case.state != ServiceCase.CaseState.RUNNING or step is None:
        line = _ENDED.get(ServiceCase.CaseState(plan.case.state), "全部事项已办结")
        return {"who": Turn.NONE, "line": line, "step": None, "since": "", "term": None}
    whose = plan.turn_of(step)
    since = _since(step, plan)
    return {
        "who": whose,
        "line": _line(step, whose),
        "step": step,
        "since": day(since, seen.today) if since else "",
        "term": term(step, seen, asked),
    }


def _leading(plan: Plan, seen: View) -> Step | None:
    yours = [step for step in plan.steps if plan.turn_of(step) is Turn.ENTERPRISE]
    if yours:
        return min(yours, key=lambda step: (step.at not in flow.WAITING_FOR_ENTERPRISE, step.position))
    return facts.next_step(plan, seen)


def _line(step: Step, whose: Turn) -> str:
    if step.at in ADVERSE:
        return DECIDED
    match whose:
        case Turn.SPECIAL:
            stop = open_stop(step)
            return f"正在进行{stop.name}" if stop else "正在进行特别程序"
        case Turn.ENTERPRISE:
            return "请您推进这一步" if step.is_milestone else _ENTERPRISE[step.at]
        case Turn.AGENT:
            return "帮办专员正在跟进" if step.is_milestone else _AGENT[step.at]
        case _:
            return _DEPARTMENT[step.at].format(dept=step.department.short)


def _since(step: Step, plan: Plan) -> date | None:
    """When the ball came to where it is: the last move, or the day on which the last prerequisite was met."""
    if step.moved_on:
        return step.moved_on
    met = [other.closed_on for other in plan.hard.get(step.pk, ()) if other.closed_on]
    return max(met, default=plan.case.opened_on)


def open_stop(step: Step) -> Suspension | None:
    return next((row for row in step.suspensions.all() if row.ended_on is None), None)


def term(step: Step, seen: View, asked: Asked) -> Term | None:
    """The date that counts for whoever has to act; None where no date runs."""
    if step.at is State.CORRECTING:
        until = asked.get(step.pk, {}).get("asked_until")
        return Term("请于", date.fromisoformat(until), "前补齐") if until else None
    if step.at is State.SPECIAL:
        stop = open_stop(step)
        return _dated("预计", stop.expected_on, "结束", seen) if stop else None
    if step.due_on and step.at in flow.ACTIVE:
        return _dated("承诺", step.due_on, "前办结", seen)
    return None


def _dated(before: str, when: date, after: str, seen: View) -> Term:
    return Term(before, when, after, provisional=seen.calendar.is_provisional(when))

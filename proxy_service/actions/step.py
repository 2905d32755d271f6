"""The one door through which a step moves: lock, ask the rules, save, record, queue the messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

import journal
from accounts.models import User
from accounts.roles import Capability, Role
from common.errors import Forbidden, Invalid, NotFound, Refused, Stale
from common.workdays import Calendar
from journal import receipts
from proxy_service import flow
from proxy_service.actions import clock, tell
from proxy_service.actions.board import Board, lock
from proxy_service.flow import Move, State
from proxy_service.models import Project, ServiceCase, Step, title
from proxy_service.rules import LATE_ENTRY_IN_DOUBT, lateness

SOURCES = {
    "SYSTEM_IMPORT": "系统导入",
    "DOCUMENT": "书面凭证",
    "PHONE": "电话核实",
    "SAID_BY_ENTERPRISE": "企业告知",
}
_CLOCK_SKEW = timedelta(minutes=2)  # a phone's clock may run ahead of ours
_FURTHEST_YEARS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the person recorded about the act. `occurred_at` None means now."""

    seen: int
    occurred_at: datetime | None = None
    source: str = "DOCUMENT"
    evidence: str = ""
    note: str = ""
    special: str = ""
    announced_days: int | None = None
    materials: tuple[str, ...] = ()
    due_on: date | None = None


@transaction.atomic(durable=True)
def move_step(
    *, project_id: int, code: str, name: str, actor: User, entry: Entry, key: str, fingerprint: str, calendar: Calendar
) -> dict[str, Any]:
    """Record that `name` (a key of `flow.MOVES`) happened to the step; the plain JSON answer is kept under `key`.

    Raises NotFound, Forbidden, Invalid (the entry itself), Stale (this step moved after `entry.seen`) and Refused
    («idempotency.reused», «step.not-allowed», «step.not-open» naming the missing prerequisite,
    «case.not-running», «mandate.missing»).
    """
    if (answer := receipts.replay(actor, key, fingerprint)) is not None:
        return answer
    board = lock(project_id, code, actor)
    step = board.step
    _may_act(step, actor)
    move = _known(name)
    occurred = _checked(entry, move, step)
    _refuse_unseen(board.project, step, entry.seen)
    day, was, counted = timezone.localdate(occurred), step.at, step.accepted_on is not None
    ends = _allowed(board, move, actor, day)
    late = lateness(day, timezone.localdate(), calendar)
    clock.advance(step, move, ends, entry=entry, day=day, calendar=calendar)
    if late > LATE_ENTRY_IN_DOUBT and ends not in flow.CLOSED:
        step.doubt_from = timezone.localdate()
    opened = board.opened()
    payload = _payload(step, was=was, entry=entry, late=late, opened=opened)
    event = journal.append(
        board.project.stream, move.event, payload=payload, actor=actor, occurred_at=occurred, source=entry.source
    )
    _save(board, event.seq, event.recorded_at)
    tell.inboxes(board.case, event, actor=actor)
    tell.contacts(board.project, board.case, step, event, entry=entry, counted=counted)
    answer = {"version": event.seq, "state_name": ends.label, "event": journal.as_json(event), "opened": opened}
    receipts.store(actor, key, answer=answer)
    return answer


def _known(name: str) -> Move:
    if name not in flow.MOVES:
        raise NotFound("move.unknown", "没有这种办理动作")
    return flow.MOVES[name]


def _checked(entry: Entry, move: Move, step: Step) -> datetime:
    """The entry by itself: nothing missing, nothing from the future, nothing before the step's last move."""
    now = timezone.now()
    occurred = entry.occurred_at or now
    if entry.source not in SOURCES:
        raise Invalid("source.unknown", "请选择信息来源", field="source")
    for need in move.needs:
        if not getattr(entry, need):
            raise Invalid(f"{need}.missing", _MISSING[need], field=need)
    if occurred > now + _CLOCK_SKEW:
        raise Invalid("occurred-at.future", "发生时间不能晚于现在", field="occurred_at")
    day = timezone.localdate(occurred)
    if step.moved_on and day < step.moved_on:
        raise Invalid(
            "occurred-at.before-previous",
            f"发生时间早于本事项上一环节（{step.moved_on:%Y年%m月%d日}），请核对",
            field="occurred_at",
        )
    if entry.due_on and entry.due_on < day:
        raise Invalid("due-on.past", "截止日期不能早于发生日期", field="due_on")
    if entry.due_on and entry.due_on.year > day.year + _FURTHEST_YEARS:
        raise Invalid("due-on.far", "截止日期过远，请核对年份", field="due_on")
    return occurred


_MISSING = {
    "note": "请填写理由",
    "evidence": "请填写文书名称或文号",
    "special": "请选择特别程序",
    "announced_days": "请填写已告知企业的所需工作日数",
    "materials": "请列出材料名称",
    "due_on": "请填写截止日期",
}


def _refuse_unseen(project: Project, step: Step, seen: int) -> None:
    if seen > project.version:
        raise Invalid("seen.ahead", "页面上的版本号比系统里的还新，请刷新页面后重试", field="seen")
    if seen < step.version:
        changes = _since(project, seen, step)
        raise Stale("step.stale", f"“{step.title}”已有新进展，请看过后再提交", changes=changes)


def _allowed(board: Board, move: Move, actor: User, day: date) -> State:
    step = board.step
    if board.case.state != ServiceCase.CaseState.RUNNING:
        raise Refused("case.not-running", f"服务{board.case.get_state_display()}，不能再推进事项")
    held = State(step.held_state) if step.held_state else None
    accepted = step.accepted_on is not None
    ends = flow.after(step.at, move.name, held=held, is_milestone=step.is_milestone, accepted=accepted)
    if ends is None:
        raise Refused("step.not-allowed", f"“{step.title}”现为“{step.at.label}”，不能{move.label}", state=step.state)
    if move.name in flow.NEEDS_PREREQUISITES:
        if missing := board.missing():
            names = "、".join(f"“{title(other.name)}”" for other in missing)
            raise Refused("step.not-open", f"前置事项{names}尚未办结", missing=[other.code for other in missing])
        _mandated(board.case, step, move, actor, day)
    return ends


def _may_act(step: Step, actor: User) -> None:
    if not actor.may(Capability.STEP_MOVE):
        raise Forbidden("step.role", "您的岗位只能查看，不能推进事项")
    if actor.role == Role.SECTION and step.department_id != actor.department_id:
        raise Forbidden("step.other-department", f"该事项由{step.department.short}办理，您只能推进本科室的事项")


def _mandated(case: ServiceCase, step: Step, move: Move, actor: User, day: date) -> None:
    """No filing in the enterprise's name without a mandate that covers the stage on that day (民法典161–165)."""
    files_for_them = case.kind == ServiceCase.Kind.PROXY and move.name == "submit" and actor.role != Role.SECTION
    if files_for_them and not any(mandate.covers(step.stage, day) for mandate in case.mandates.all()):
        raise Refused("mandate.missing", "没有覆盖该阶段的有效委托书，不能代为申报")


def _since(project: Project, seen: int, step: Step) -> list[dict[str, Any]]:
    events = journal.read(project.stream, after=max(seen, 0), limit=200)
    return [journal.as_json(event) for event in events if event.payload.get("step") == step.code]


def _payload(step: Step, *, was: State, entry: Entry, late: int, opened: list[str]) -> dict[str, Any]:
    facts = {
        "evidence": entry.evidence,
        "note": entry.note,
        "special": entry.special,
        "announced_days": entry.announced_days,
        "materials": list(entry.materials),
        "asked_until": entry.due_on.isoformat() if entry.due_on else "",
        "due_on": step.due_on.isoformat() if step.due_on else "",
        "opened": opened,
        "late_days": late,
    }
    given = {name: value for name, value in facts.items() if value}
    return {"step": step.code, "name": step.title, "from": was.value, "to": step.state, **given}


def _save(board: Board, version: int, at: datetime) -> None:
    board.step.version = version
    board.step.save(update_fields=[*clock.FIELDS, "version"])
    project = board.project
    project.version, project.updated_at = version, at
    clock.mark(project, board)
    project.save(update_fields=["version", "updated_at", *clock.PROJECT_MARKS])

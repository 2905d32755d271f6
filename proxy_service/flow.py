"""How a step moves: one table of moves over the sixteen national states (国家标准办理状态 BLZT 1–16) and our own 0.

Pure: no ORM, no clock, no settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    PENDING = "PENDING"
    RECEIVED = "RECEIVED"
    WITHDRAWN = "WITHDRAWN"
    WINDOW_ACCEPTED = "WINDOW_ACCEPTED"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    ACCEPTANCE_REFUSED = "ACCEPTANCE_REFUSED"
    CORRECTING = "CORRECTING"
    CORRECTED = "CORRECTED"
    ACCEPTED = "ACCEPTED"
    SPECIAL = "SPECIAL"
    SPECIAL_ENDED = "SPECIAL_ENDED"
    PASSED = "PASSED"
    PASSED_WITH_DEFICIENCY = "PASSED_WITH_DEFICIENCY"
    REJECTED = "REJECTED"
    RECALLED = "RECALLED"
    REVOKED = "REVOKED"
    WITHDRAWING = "WITHDRAWING"

    @property
    def national_code(self) -> int:
        """BLZT of the national exchange tables; 0 is ours: not filed yet."""
        return _CODES[self][0]

    @property
    def label(self) -> str:
        return _CODES[self][1]


S = State
_CODES: dict[State, tuple[int, str]] = {
    S.PENDING: (0, "待申报"),
    S.RECEIVED: (1, "接件"),
    S.WITHDRAWN: (2, "已撤件"),
    S.WINDOW_ACCEPTED: (3, "窗口受理"),
    S.NOT_ACCEPTED: (4, "不受理"),
    S.ACCEPTANCE_REFUSED: (5, "不予受理"),
    S.CORRECTING: (6, "补正开始"),
    S.CORRECTED: (7, "补正结束"),
    S.ACCEPTED: (8, "部门受理"),
    S.SPECIAL: (9, "特别程序开始"),
    S.SPECIAL_ENDED: (10, "特别程序结束"),
    S.PASSED: (11, "办结(通过)"),
    S.PASSED_WITH_DEFICIENCY: (12, "办结(容缺通过)"),
    S.REJECTED: (13, "办结(不通过)"),
    S.RECALLED: (14, "撤回"),
    S.REVOKED: (15, "撤销"),
    S.WITHDRAWING: (16, "撤件待确认"),
}
STATE_CHOICES = [(state.value, label) for state, (_, label) in _CODES.items()]

DONE = frozenset({S.PASSED, S.PASSED_WITH_DEFICIENCY})
NEGATIVE = frozenset({S.NOT_ACCEPTED, S.ACCEPTANCE_REFUSED, S.WITHDRAWN, S.REJECTED, S.RECALLED, S.REVOKED})
CLOSED = DONE | NEGATIVE
ACTIVE = frozenset(S) - CLOSED - {S.PENDING}
# The clock of an accepted step runs in these; in SPECIAL it stands still.
RUNNING = frozenset({S.WINDOW_ACCEPTED, S.ACCEPTED, S.SPECIAL_ENDED, S.CORRECTING, S.CORRECTED, S.WITHDRAWING})
WAITING_FOR_ENTERPRISE = frozenset({S.CORRECTING, S.WITHDRAWING})


@dataclass(frozen=True, slots=True)
class Move:
    """One act on a step: from where it may start, where it leads, and what it asks of the person who records it."""

    name: str
    label: str
    event: str
    starts: frozenset[State]
    ends: State | None  # None: back to the state held before the withdrawal
    effect: str
    needs: tuple[str, ...] = ()
    danger: bool = False


_UNDECIDED = frozenset(
    {S.RECEIVED, S.WINDOW_ACCEPTED, S.ACCEPTED, S.CORRECTING, S.CORRECTED, S.SPECIAL, S.SPECIAL_ENDED}
)
MAY_BE_EXAMINED = frozenset({S.ACCEPTED, S.SPECIAL_ENDED})


_ALL = (
    Move("submit", "登记接件", "step.submitted", NEGATIVE | {S.PENDING}, S.RECEIVED, "材料已递交，等待受理"),
    Move(
        "accept-window",
        "窗口受理",
        "step.window_accepted",
        frozenset({S.RECEIVED, S.CORRECTED}),
        S.WINDOW_ACCEPTED,
        "次日起计承诺时限",
    ),
    Move(
        "accept",
        "部门受理",
        "step.accepted",
        frozenset({S.RECEIVED, S.CORRECTED, S.WINDOW_ACCEPTED}),
        S.ACCEPTED,
        "次日起计承诺时限；窗口已受理的不重新起算",
    ),
    Move(
        "request-correction",
        "一次性告知补正",
        "step.correction_requested",
        frozenset({S.RECEIVED, S.WINDOW_ACCEPTED, S.ACCEPTED}),
        S.CORRECTING,
        "通知企业一次补齐；受理后补正不停计法定时限",
        ("materials", "due_on"),
    ),
    Move(
        "finish-correction",
        "补正完成",
        "step.correction_finished",
        frozenset({S.CORRECTING}),
        S.CORRECTED,
        "材料已补齐，等待受理或继续审查",
    ),
    Move(
        "start-special",
        "进入特别程序",
        "step.special_started",
        frozenset({S.ACCEPTED, S.SPECIAL_ENDED}),
        S.SPECIAL,
        "停计承诺时限，须书面告知企业所需时间",
        ("special", "announced_days"),
    ),
    Move(
        "end-special",
        "特别程序结束",
        "step.special_ended",
        frozenset({S.SPECIAL}),
        S.SPECIAL_ENDED,
        "次日起恢复计时",
    ),
    Move("approve", "办结（通过）", "step.approved", MAY_BE_EXAMINED, S.PASSED, "后续事项随即开放"),
    Move(
        "approve-with-deficiency",
        "办结（容缺通过）",
        "step.approved_with_deficiency",
        MAY_BE_EXAMINED,
        S.PASSED_WITH_DEFICIENCY,
        "后续事项随即开放，容缺材料限期补交",
        ("materials", "due_on"),
    ),
    Move(
        "achieve",
        "里程碑达成",
        "step.achieved",
        frozenset({S.PENDING, S.RECALLED, S.REVOKED}),  # what was taken back may be reached again
        S.PASSED,
        "不计时限，后续事项随即开放",
    ),
    Move(
        "request-withdrawal",
        "企业申请撤件",
        "step.withdrawal_requested",
        _UNDECIDED,
        S.WITHDRAWING,
        "等待确认撤件，计时不停",
        ("note",),
        danger=True,
    ),
    Move(
        "confirm-withdrawal",
        "确认撤件",
        "step.withdrawn",
        frozenset({S.WITHDRAWING}),
        S.WITHDRAWN,
        "本次申报终止，可重新申报",
        danger=True,
    ),
    Move("keep", "撤件不成立", "step.kept", frozenset({S.WITHDRAWING}), None, "回到撤件前的环节"),
    Move(
        "decline",
        "不受理",
        "step.declined",
        frozenset({S.RECEIVED, S.CORRECTED}),
        S.NOT_ACCEPTED,
        "不属本机关职权等，可重新申报",
        ("note", "evidence"),
        danger=True,
    ),
    Move(
        "refuse-acceptance",
        "不予受理",
        "step.acceptance_refused",
        frozenset({S.RECEIVED, S.CORRECTED, S.WINDOW_ACCEPTED}),
        S.ACCEPTANCE_REFUSED,
        "须有加盖印章、注明日期的书面凭证（行政许可法第32条）",
        ("note", "evidence"),
        danger=True,
    ),
    Move(
        "reject",
        "办结（不通过）",
        "step.rejected",
        MAY_BE_EXAMINED,
        S.REJECTED,
        "须说明理由并告知救济途径（行政许可法第38条）",
        ("note", "evidence"),
        danger=True,
    ),
    Move(
        "recall",
        "撤回",
        "step.recalled",
        DONE,
        S.RECALLED,
        "批准不再有效，后续事项重新受阻",
        ("note", "evidence"),
        danger=True,
    ),
    Move(
        "revoke",
        "撤销",
        "step.revoked",
        DONE,
        S.REVOKED,
        "批准自始无效，后续事项重新受阻",
        ("note", "evidence"),
        danger=True,
    ),
)
MOVES: dict[str, Move] = {move.name: move for move in _ALL}
NEEDS_PREREQUISITES = frozenset({"submit", "achieve"})
STARTS_CLOCK = frozenset({"accept-window", "accept"})
TURNS_AWAY = frozenset({"decline", "refuse-acceptance"})


def moves_from(state: State, *, is_milestone: bool, accepted: bool = False) -> list[Move]:
    """What may be recorded next. A milestone is achieved, never filed or reviewed. `accepted`: this filing was once."""
    fitting = (move for move in MOVES.values() if state in move.starts and _fits(move, is_milestone))
    return [move for move in fitting if not _is_too_late(move.name, state, accepted)]


def _is_too_late(name: str, state: State, accepted: bool) -> bool:
    """A corrected filing that had been accepted is decided on; it can no longer be turned away at the door."""
    return accepted and state is S.CORRECTED and name in TURNS_AWAY


def _fits(move: Move, is_milestone: bool) -> bool:
    if is_milestone:
        return move.name in ("achieve", "recall", "revoke")
    return move.name != "achieve"


def after(state: State, name: str, *, held: State | None, is_milestone: bool, accepted: bool = False) -> State | None:
    """Where `name` leads from `state`; None when it is not allowed there. `held`: the state before a withdrawal."""
    move = MOVES.get(name)
    if move is None or state not in move.starts or not _fits(move, is_milestone):
        return None
    if _is_too_late(name, state, accepted):
        return None
    return move.ends if move.ends is not None else held

"""When a step is due, which lamp it shows, whose turn it is. Pure: calendar and today come in as arguments.

Counting rule (行政许可法82, 民法典201): the day of acceptance is day 0; a working day counts when the clock ran at its
00:00, so the day a suspension starts counts and the day it ends does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from common.workdays import Calendar
from proxy_service.flow import DONE, RUNNING, WAITING_FOR_ENTERPRISE, State


@dataclass(frozen=True, slots=True)
class Stop:
    """A suspension; `until` None while it lasts."""

    since: date
    until: date | None
    stops_statutory: bool = True


def due_on(accepted: date, *, limit: int, stops: Sequence[Stop], calendar: Calendar) -> date | None:
    """The first day on which the count has reached `limit` and the clock runs; None while a suspension lasts.

    `stops` in order and apart from each other. Days used before each stop stay used. A suspension that begins after
    that day does not move it: what was over time stays over time. Where nothing is left on the day the clock goes on,
    that day is the last one, or the next working day if it is a rest day (民法典203).
    """
    used, since, due = 0, accepted, calendar.add(accepted, limit)
    for stop in stops:
        if due < stop.since:
            return due
        if stop.until is None:
            return None
        used += calendar.between(since, stop.since)
        since = stop.until
        due = calendar.add(since, limit - used) if used < limit else calendar.on_or_after(since)
    return due


def statutory_due_on(
    accepted: date, *, n: int | None, unit: str, stops: Sequence[Stop], calendar: Calendar
) -> date | None:
    """The statutory end: working days (WD), or calendar days (ND) rolled over a rest day (民法典203)."""
    counted = [stop for stop in stops if stop.stops_statutory]
    if n is None or unit not in ("WD", "ND"):
        return None
    if unit == "WD":
        return due_on(accepted, limit=n, stops=counted, calendar=calendar)
    return _calendar_days_end(accepted + timedelta(days=n), counted, calendar)


def _calendar_days_end(last: date, stops: Sequence[Stop], calendar: Calendar) -> date | None:
    """`last` later by the time the clock stood; None while it stands."""
    for stop in stops:
        if (due := calendar.on_or_after(last)) < stop.since:
            return due
        if stop.until is None:
            return None
        last += stop.until - stop.since
    return calendar.on_or_after(last)


def days_left(due: date, today: date, *, stops: Sequence[Stop], calendar: Calendar) -> int:
    """Working days until `due`; negative when it has passed, not counting those on which the clock stood since."""
    stood = (_overlap(stop, due, today, calendar) for stop in stops)
    return calendar.between(today, due) + sum(stood)


def _overlap(stop: Stop, due: date, today: date, calendar: Calendar) -> int:
    since, until = max(stop.since, due), min(stop.until or today, today)
    return calendar.between(since, until) if since < until else 0


def blue_from(due: date, *, limit: int, calendar: Calendar) -> date:
    """First day of 提示: at most 30 % of the limit, or two working days, are left."""
    return calendar.back(due, max(2, limit * 30 // 100))


def yellow_from(due: date, *, limit: int, calendar: Calendar) -> date:
    """First day of 临期: at most 15 % of the limit, or two working days, are left."""
    return calendar.back(due, max(2, limit * 15 // 100))


class Lamp(StrEnum):
    """The seven meanings of the lamp, worst first in the order of a list."""

    DARK_RED = "DARK_RED"
    RED = "RED"
    PURPLE = "PURPLE"
    YELLOW = "YELLOW"
    BLUE = "BLUE"
    GREY = "GREY"
    GREEN = "GREEN"

    @property
    def word(self) -> str:
        return LAMP_WORDS[self]


LAMP_WORDS = {
    Lamp.DARK_RED: "超法定",
    Lamp.RED: "超期",
    Lamp.PURPLE: "数据存疑",
    Lamp.YELLOW: "临期",
    Lamp.BLUE: "提示",
    Lamp.GREY: "暂停",
    Lamp.GREEN: "正常",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """From which day on each lamp holds; for one step, or the earliest over the running steps of a project."""

    blue: date | None = None
    yellow: date | None = None
    red: date | None = None
    dark_red: date | None = None
    doubt: date | None = None
    waiting: bool = False


def lamp(marks: Marks, today: date) -> Lamp:
    for mark, shown in (
        (marks.dark_red, Lamp.DARK_RED),
        (marks.red, Lamp.RED),
        (marks.doubt, Lamp.PURPLE),
        (marks.yellow, Lamp.YELLOW),
        (marks.blue, Lamp.BLUE),
    ):
        if mark is not None and mark <= today:
            return shown
    return Lamp.GREY if marks.waiting else Lamp.GREEN


def earliest(many: Iterable[Marks]) -> Marks:
    """The marks of a project from those of its running steps: it waits only when every one of them waits."""
    rows = list(many)

    def first(name: str) -> date | None:
        return min((day for row in rows if (day := getattr(row, name)) is not None), default=None)

    return Marks(
        **{name: first(name) for name in ("blue", "yellow", "red", "dark_red", "doubt")},
        waiting=bool(rows) and all(row.waiting for row in rows),
    )


LATE_ENTRY_IN_DOUBT = 2  # working days


def lateness(occurred: date, recorded: date, calendar: Calendar) -> int:
    """Working days between an act and its entry; 0 on the same day."""
    return calendar.between(occurred, recorded) if occurred < recorded else 0


class Turn(StrEnum):
    """球在谁手里."""

    DEPT = "DEPT"
    SPECIAL = "SPECIAL"
    ENTERPRISE = "ENTERPRISE"
    AGENT = "AGENT"
    NONE = "NONE"


def turn(state: State, *, blocked: bool, by_proxy: bool) -> Turn:
    """Who has to act for the step to move on.

    An open step that is not filed waits for whoever files it: us under a mandate, else the firm, who also decides
    whether to file again what was refused or withdrawn.
    """
    if state is State.SPECIAL:
        return Turn.SPECIAL
    if state in WAITING_FOR_ENTERPRISE:
        return Turn.ENTERPRISE
    if state is State.RECEIVED or state in RUNNING:
        return Turn.DEPT
    if blocked or state in DONE:
        return Turn.NONE
    return Turn.AGENT if by_proxy else Turn.ENTERPRISE


def net_days(running: Iterable[tuple[date, date]], calendar: Calendar) -> int:
    """Working days on which at least one item ran: the union of (start, end] intervals (`clock.md` 4.3)."""
    total, covered = 0, date.min
    for start, end in sorted(running):
        begin = max(start, covered)
        if end > begin:
            total += calendar.between(begin, end)
            covered = end
    return total

"""What a move does to the dates of its step, and what the steps together mean for the lamp of the project.

Changes objects in memory (and writes suspension rows); `actions.step` saves them in its transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from common.errors import Invalid
from common.workdays import Calendar
from proxy_service import flow, rules
from proxy_service.flow import Move, State
from proxy_service.models import Project, Step, Suspension
from proxy_service.rules import Marks, Stop

if TYPE_CHECKING:
    from proxy_service.actions.step import Entry

FIELDS = (
    "state",
    "held_state",
    "moved_on",
    "submitted_on",
    "accepted_on",
    "closed_on",
    "due_on",
    "statutory_due_on",
    "blue_from",
    "yellow_from",
    "doubt_from",
)
PROJECT_MARKS = ("blue_from", "yellow_from", "red_from", "dark_red_from", "doubt_from", "all_waiting")


def advance(step: Step, move: Move, ends: State, *, entry: Entry, day: date, calendar: Calendar) -> None:
    """Put the step into its new state and recompute its dates."""
    ends_special = State.SPECIAL in (step.at, step.held_state) and ends not in (State.SPECIAL, State.WITHDRAWING)
    step.held_state = step.state if ends is State.WITHDRAWING else ""
    step.state, step.moved_on = ends, day
    if move.name == "submit":
        step.submitted_on, step.accepted_on, step.closed_on = day, None, None
    begins = move.name in flow.STARTS_CLOCK and step.accepted_on is None
    if begins:
        step.accepted_on = day
    if ends is State.SPECIAL and move.name == "start-special":
        _suspend(step, entry, day, calendar)
    elif ends_special:
        step.suspensions.filter(ended_on=None).update(ended_on=day)
    if ends in flow.CLOSED:
        step.closed_on = day
    step.doubt_from = None
    _set_due(step, [] if begins else _of_this_filing(step), calendar)


def _suspend(step: Step, entry: Entry, day: date, calendar: Calendar) -> None:
    special = step.item.specials.filter(code=entry.special).first() if step.item else None
    if special is None:
        raise Invalid("special.unknown", "该事项没有这种特别程序，请重新选择", field="special")
    days = entry.announced_days or 0
    Suspension.objects.create(
        step=step,
        special=special.code,
        name=special.name,
        basis=special.basis,
        stops_statutory=special.stops_statutory == "yes",
        announced_days=days,
        started_on=day,
        expected_on=calendar.add(day, days),
    )


def stops_of(step: Step) -> list[Stop]:
    return _as_stops(_of_this_filing(step))


def _as_stops(rows: Iterable[Suspension]) -> list[Stop]:
    return [Stop(row.started_on, row.ended_on, row.stops_statutory) for row in rows]


def _of_this_filing(step: Step) -> list[Suspension]:
    """Suspensions of an earlier filing that was withdrawn or refused belong to that filing only."""
    if step.accepted_on is None:
        return []
    return [row for row in step.suspensions.all() if row.started_on >= step.accepted_on]


def _set_due(step: Step, suspensions: Sequence[Suspension], calendar: Calendar) -> None:
    step.blue_from = step.yellow_from = None
    if step.accepted_on is None or step.at in flow.NEGATIVE:
        step.due_on = step.statutory_due_on = None
        return
    if step.at in flow.DONE:  # what it was measured against stays to be read
        return
    stops = _as_stops(suspensions)
    step.due_on = rules.due_on(step.accepted_on, limit=step.committed, stops=stops, calendar=calendar)
    step.statutory_due_on = rules.statutory_due_on(
        step.accepted_on, n=step.statutory_n, unit=step.statutory_unit, stops=stops, calendar=calendar
    )
    if step.due_on:
        step.blue_from = rules.blue_from(step.due_on, limit=step.committed, calendar=calendar)
        step.yellow_from = rules.yellow_from(step.due_on, limit=step.committed, calendar=calendar)
    if stops and stops[-1].until is None:
        step.doubt_from = _day_after(suspensions[-1].expected_on)


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


class Marked(Protocol):
    """A step, or a plain row of one."""

    @property
    def at(self) -> State: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def statutory_due_on(self) -> date | None: ...
    @property
    def blue_from(self) -> date | None: ...
    @property
    def yellow_from(self) -> date | None: ...
    @property
    def doubt_from(self) -> date | None: ...


def marks_of(step: Marked) -> Marks:
    """From which day on each lamp holds for a step that is under way."""
    return Marks(
        blue=step.blue_from,
        yellow=step.yellow_from,
        red=_day_after(step.due_on) if step.due_on else None,
        dark_red=_day_after(step.statutory_due_on) if step.statutory_due_on else None,
        doubt=step.doubt_from,
        waiting=step.at is State.SPECIAL or step.at in flow.WAITING_FOR_ENTERPRISE,
    )


def mark(project: Project, steps: Iterable[Marked]) -> None:
    """Give the project the earliest marks of its running steps."""
    marks = rules.earliest(marks_of(step) for step in steps if step.at in flow.ACTIVE)
    project.blue_from, project.yellow_from = marks.blue, marks.yellow
    project.red_from, project.dark_red_from = marks.red, marks.dark_red
    project.doubt_from, project.all_waiting = marks.doubt, marks.waiting

"""Due dates, lamps, turns and net days against the clock's vectors and against slow counts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.workdays import Calendar
from proxy_service import rules
from proxy_service.flow import State
from proxy_service.rules import Lamp, Marks, Stop, Turn

YEARS = range(2019, 2027)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


CALENDAR = Calendar(
    years=YEARS,
    exceptions={day: chinese_calendar.is_workday(day) for day in _days(date(2019, 1, 1), date(2026, 12, 31))},
)
D = date.fromisoformat


def stop(since: str, until: str | None, *, statutory: bool = True) -> Stop:
    return Stop(D(since), D(until) if until else None, statutory)


@pytest.mark.parametrize(
    ("accepted", "limit", "stops", "due"),
    [
        # T13 of the clock, and around it
        ("2026-03-02", 10, [stop("2026-03-04", "2026-03-13")], "2026-03-25"),
        ("2026-03-02", 10, [], "2026-03-16"),
        # two suspensions, one after the other: 2 + 1 days used, 7 left
        ("2026-03-02", 10, [stop("2026-03-04", "2026-03-06"), stop("2026-03-09", "2026-03-13")], "2026-03-24"),
        # chained on one day
        ("2026-03-02", 10, [stop("2026-03-04", "2026-03-06"), stop("2026-03-06", "2026-03-13")], "2026-03-25"),
        # begun and ended on one day costs nothing
        ("2026-03-02", 10, [stop("2026-03-04", "2026-03-04")], "2026-03-16"),
        # still open: no date
        ("2026-03-02", 10, [stop("2026-03-04", None)], None),
        ("2026-03-02", 10, [stop("2026-03-04", "2026-03-06"), stop("2026-03-09", None)], None),
        # the last day is the day it stops: in time, and nothing left on the day it goes on
        ("2026-03-02", 2, [stop("2026-03-04", "2026-03-13")], "2026-03-13"),
        # … and that day is a Saturday: the limit ends on the next working day
        ("2026-03-02", 2, [stop("2026-03-04", "2026-03-14")], "2026-03-16"),
        # over time before it stopped: stays over time, whether the suspension lasts or has ended
        ("2026-03-02", 1, [stop("2026-03-06", None)], "2026-03-03"),
        ("2026-03-02", 1, [stop("2026-03-06", "2026-03-13")], "2026-03-03"),
        # an instant item
        ("2026-03-02", 0, [], "2026-03-02"),
        # over the National Day week
        ("2025-09-26", 5, [stop("2025-09-28", "2025-10-09")], "2025-10-14"),
    ],
)
def test_a_due_date_counts_only_the_days_on_which_the_clock_ran(
    accepted: str, limit: int, stops: list[Stop], due: str | None
) -> None:
    found = rules.due_on(D(accepted), limit=limit, stops=stops, calendar=CALENDAR)
    assert found == (D(due) if due else None)


@pytest.mark.parametrize(
    ("n", "unit", "stops", "due"),
    [
        (30, "ND", [], "2026-10-08"),  # T14: rolls over the holiday
        (10, "ND", [], "2026-09-15"),
        (10, "ND", [stop("2026-09-07", "2026-09-14")], "2026-09-22"),
        (10, "ND", [stop("2026-09-07", None)], None),
        (10, "ND", [stop("2026-09-07", "2026-09-14", statutory=False)], "2026-09-15"),
        (1, "ND", [stop("2026-09-20", None)], "2026-09-07"),
        (1, "ND", [stop("2026-09-20", "2026-09-24")], "2026-09-07"),
        (5, "WD", [], "2026-09-11"),
        (5, "WD", [stop("2026-09-07", "2026-09-14", statutory=False)], "2026-09-11"),
        (5, "WD", [stop("2026-09-07", None)], None),
        (5, "INST", [], None),
        (None, "WD", [], None),
        (20, "NONE", [], None),
    ],
)
def test_the_statutory_end_counts_in_its_own_unit_and_stops_only_where_the_law_says(
    n: int | None, unit: str, stops: list[Stop], due: str | None
) -> None:
    found = rules.statutory_due_on(D("2026-09-05"), n=n, unit=unit, stops=stops, calendar=CALENDAR)
    assert found == (D(due) if due else None)


def slow_due(accepted: date, limit: int, stops: list[Stop]) -> date | None:
    """Day by day: the first working day on which the count has reached the limit and the clock runs at its end."""
    used = 0
    for day in _days(accepted, accepted + timedelta(days=900)):
        ran_at_midnight = not any(s.since < day and (s.until is None or day <= s.until) for s in stops)
        used += day > accepted and ran_at_midnight and CALENDAR.is_working(day)
        stands = any(s.since <= day and (s.until is None or day < s.until) for s in stops)
        if used >= limit and not stands and CALENDAR.is_working(day):
            return day
    return None


@st.composite
def chains(draw: st.DrawFn) -> tuple[date, list[Stop]]:
    accepted = draw(st.dates(date(2024, 1, 1), date(2025, 6, 1)))
    gaps = draw(st.lists(st.integers(0, 20), min_size=0, max_size=6).map(lambda g: g[: len(g) // 2 * 2]))
    days = [accepted]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))
    stops = [Stop(a, b) for a, b in zip(days[1::2], days[2::2], strict=True)]
    if stops and draw(st.booleans()):
        stops[-1] = Stop(stops[-1].since, None)
    return accepted, stops


@given(chains(), st.integers(1, 60))
def test_the_due_date_agrees_with_a_count_day_by_day(chain: tuple[date, list[Stop]], limit: int) -> None:
    accepted, stops = chain
    assert rules.due_on(accepted, limit=limit, stops=stops, calendar=CALENDAR) == slow_due(accepted, limit, stops)


@pytest.mark.parametrize(
    ("due", "today", "stops", "left"),
    [
        ("2026-03-25", "2026-03-23", [], 2),
        ("2026-03-25", "2026-03-25", [], 0),
        ("2026-03-25", "2026-03-27", [], -2),
        # two days over when it stopped: as many after a week of standing, one more a day after it went on
        ("2026-03-03", "2026-03-12", [stop("2026-03-05", None)], -2),
        ("2026-03-03", "2026-03-13", [stop("2026-03-05", "2026-03-12")], -3),
        # a suspension before the due date is already in the due date
        ("2026-03-25", "2026-03-27", [stop("2026-03-04", "2026-03-13")], -2),
    ],
)
def test_days_left_shrink_only_while_the_clock_runs(due: str, today: str, stops: list[Stop], left: int) -> None:
    assert rules.days_left(D(due), D(today), stops=stops, calendar=CALENDAR) == left


@pytest.mark.parametrize(
    ("limit", "blue", "yellow"),
    [(1, 2, 2), (5, 2, 2), (7, 2, 2), (10, 3, 2), (20, 6, 3), (40, 12, 6), (45, 13, 6), (60, 18, 9), (100, 30, 15)],
)
def test_the_lamps_begin_at_thirty_and_fifteen_per_cent_but_never_later_than_two_days_before(
    limit: int, blue: int, yellow: int
) -> None:
    due = D("2026-08-31")
    for mark, days in (
        (rules.blue_from(due, limit=limit, calendar=CALENDAR), blue),
        (rules.yellow_from(due, limit=limit, calendar=CALENDAR), yellow),
    ):
        before = mark - timedelta(days=1)
        assert CALENDAR.between(mark, due) == days
        assert CALENDAR.between(before, due) == days + CALENDAR.is_working(mark)


TODAY = D("2026-03-10")
REACHED, AHEAD = TODAY, TODAY + timedelta(days=1)
_ORDER = ("dark_red", "red", "doubt", "yellow", "blue")
_SHOWN = dict(zip(_ORDER, (Lamp.DARK_RED, Lamp.RED, Lamp.PURPLE, Lamp.YELLOW, Lamp.BLUE), strict=True))


@pytest.mark.parametrize("mark", _ORDER)
def test_a_lamp_is_lit_from_its_day_on_and_not_before(mark: str) -> None:
    assert rules.lamp(Marks(**{mark: REACHED}), TODAY) is _SHOWN[mark]
    assert rules.lamp(Marks(**{mark: AHEAD}), TODAY) is Lamp.GREEN
    assert rules.lamp(Marks(**{mark: AHEAD}, waiting=True), TODAY) is Lamp.GREY


@pytest.mark.parametrize(("worse", "milder"), list(pairwise(_ORDER)))
def test_the_worst_lamp_wins(worse: str, milder: str) -> None:
    assert rules.lamp(Marks(**{worse: REACHED, milder: REACHED}, waiting=True), TODAY) is _SHOWN[worse]
    assert rules.lamp(Marks(**{worse: AHEAD, milder: REACHED}), TODAY) is _SHOWN[milder]


def test_nothing_to_watch_is_green_and_waiting_is_grey() -> None:
    assert rules.lamp(Marks(), TODAY) is Lamp.GREEN
    assert rules.lamp(Marks(waiting=True), TODAY) is Lamp.GREY


def test_every_lamp_has_a_word_of_its_own() -> None:
    """No lamp may be colour only."""
    words = [lamp.word for lamp in Lamp]
    assert len(words) == 7 and len(set(words)) == 7 and all(words)


def test_a_project_takes_the_earliest_of_each_mark_and_waits_only_when_every_step_waits() -> None:
    one = Marks(blue=D("2026-03-01"), red=D("2026-03-09"), waiting=True)
    two = Marks(blue=D("2026-02-01"), yellow=D("2026-03-02"), doubt=D("2026-03-03"), dark_red=D("2026-04-01"))
    assert rules.earliest([one, two]) == Marks(
        blue=D("2026-02-01"),
        yellow=D("2026-03-02"),
        red=D("2026-03-09"),
        dark_red=D("2026-04-01"),
        doubt=D("2026-03-03"),
        waiting=False,
    )
    assert rules.earliest([one]).waiting
    assert rules.earliest([]) == Marks()


@pytest.mark.parametrize(
    ("state", "blocked", "by_proxy", "whose"),
    [
        ("PENDING", True, True, Turn.NONE),
        ("PENDING", False, True, Turn.AGENT),
        ("PENDING", False, False, Turn.ENTERPRISE),
        ("RECEIVED", False, True, Turn.DEPT),
        ("WITHDRAWN", False, True, Turn.AGENT),
        ("WITHDRAWN", True, True, Turn.NONE),
        ("WINDOW_ACCEPTED", False, True, Turn.DEPT),
        ("NOT_ACCEPTED", False, False, Turn.ENTERPRISE),
        ("ACCEPTANCE_REFUSED", False, False, Turn.ENTERPRISE),
        ("CORRECTING", False, True, Turn.ENTERPRISE),
        ("CORRECTED", False, True, Turn.DEPT),
        ("ACCEPTED", True, True, Turn.DEPT),  # whoever took it in has it, whatever came undone before it
        ("SPECIAL", False, True, Turn.SPECIAL),
        ("SPECIAL_ENDED", False, True, Turn.DEPT),
        ("PASSED", False, True, Turn.NONE),
        ("PASSED_WITH_DEFICIENCY", False, True, Turn.NONE),
        ("REJECTED", False, True, Turn.AGENT),
        ("RECALLED", False, True, Turn.AGENT),
        ("REVOKED", False, False, Turn.ENTERPRISE),
        ("WITHDRAWING", False, True, Turn.ENTERPRISE),
    ],
)
def test_everybody_can_see_whose_turn_it_is(state: str, blocked: bool, by_proxy: bool, whose: Turn) -> None:
    assert rules.turn(State(state), blocked=blocked, by_proxy=by_proxy) is whose


def between(*days: str) -> tuple[date, date]:
    return D(days[0]), D(days[1])


@pytest.mark.parametrize(
    ("running", "days"),
    [
        # U1: A runs Mon–Fri, B Wed–next Tue: accepted the day before each
        ([between("2026-03-01", "2026-03-06"), between("2026-03-03", "2026-03-10")], 7),
        # U2: A suspended Tue–Thu while B runs all week
        (
            [
                between("2026-03-06", "2026-03-10"),
                between("2026-03-12", "2026-03-13"),
                between("2026-03-06", "2026-03-13"),
            ],
            5,
        ),
        ([], 0),
        ([between("2026-03-02", "2026-03-02")], 0),
        ([between("2026-03-02", "2026-03-03"), between("2026-03-10", "2026-03-11")], 2),
    ],
)
def test_net_days_are_the_days_on_which_anything_ran(running: list[tuple[date, date]], days: int) -> None:
    assert rules.net_days(running, CALENDAR) == days


_piece = st.tuples(st.dates(date(2025, 1, 1), date(2025, 12, 1)), st.integers(-3, 60)).map(
    lambda given: (given[0], given[0] + timedelta(days=given[1]))
)


@given(st.lists(_piece, max_size=8))
def test_net_days_agree_with_a_set_of_days(running: list[tuple[date, date]]) -> None:
    ran = {day for start, end in running for day in _days(start, end) if day > start}
    assert rules.net_days(running, CALENDAR) == sum(map(CALENDAR.is_working, ran))


@pytest.mark.parametrize(
    ("occurred", "recorded", "days"),
    [("2026-03-06", "2026-03-06", 0), ("2026-03-06", "2026-03-09", 1), ("2026-03-09", "2026-03-06", 0)],
)
def test_an_entry_is_late_by_the_working_days_in_between(occurred: str, recorded: str, days: int) -> None:
    assert rules.lateness(D(occurred), D(recorded), CALENDAR) == days

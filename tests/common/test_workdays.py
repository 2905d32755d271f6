"""The vectors of the specification, and the fast calendar against counting day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import source
from common.workdays import Calendar, Unit, due_on

YEARS = range(2018, 2027)
EXCEPTIONS = {day.date: day.is_working for days in source.days_by_notice().values() for day in days}
CALENDAR = Calendar(years=YEARS, exceptions=EXCEPTIONS)


def day(text: str) -> date:
    return date.fromisoformat(text)


VECTORS: list[tuple[str, str, int, Unit, str]] = [
    ("T1 national holidays, a working Sunday before", "2025-09-26", 5, "WD", "2025-10-10"),
    ("T2 accepted on a rest day", "2025-09-27", 5, "WD", "2025-10-10"),
    ("T3 a working Sunday is day 0", "2025-09-28", 3, "WD", "2025-10-09"),
    ("T4 a working Saturday before the Spring Festival", "2026-02-13", 3, "WD", "2026-02-25"),
    ("T5 accepted on a holiday", "2026-02-16", 3, "WD", "2026-02-26"),
    ("T6 Labour Day", "2026-04-30", 7, "WD", "2026-05-13"),
    ("T7 due on a working Saturday", "2026-05-08", 1, "WD", "2026-05-09"),
    ("T8 a working Sunday in between", "2026-09-18", 5, "WD", "2026-09-24"),
    ("T9 twenty days over National Day", "2026-09-30", 20, "WD", "2026-11-03"),
    ("T10 two working Sundays around Labour Day 2019", "2019-04-26", 5, "WD", "2019-05-06"),
    ("T11 the prolonged Spring Festival 2020", "2020-01-22", 5, "WD", "2020-02-06"),
    ("T12 the 70-day target", "2026-03-02", 70, "WD", "2026-06-11"),
    ("T14 calendar days roll over the holiday", "2026-09-05", 30, "ND", "2026-10-08"),
    ("an instant item is due at once", "2026-09-05", 0, "INST", "2026-09-05"),
]


@pytest.mark.parametrize(("accepted", "limit", "unit", "due"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS])
def test_a_limit_is_due_on_the_day_the_specification_names(accepted: str, limit: int, unit: Unit, due: str) -> None:
    assert due_on(day(accepted), limit, CALENDAR, unit=unit) == day(due)


def test_the_calendar_before_the_prolonged_festival_gives_the_earlier_day() -> None:
    original = EXCEPTIONS | {day("2020-01-31"): True, day("2020-02-01"): True, day("2020-02-02"): False}
    assert due_on(day("2020-01-22"), 5, Calendar(years=YEARS, exceptions=original)) == day("2020-02-04")


def test_an_item_without_a_limit_is_never_due() -> None:
    assert due_on(day("2026-03-02"), 0, CALENDAR, unit="NONE") is None


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_last_two_years_have_248_working_days(year: int) -> None:
    assert CALENDAR.between(date(year - 1, 12, 31), date(year, 12, 31)) == 248


def test_a_year_without_a_notice_counts_monday_to_friday_and_says_so() -> None:
    assert CALENDAR.add(day("2026-12-31"), 1) == day("2027-01-01")
    assert CALENDAR.is_provisional(day("2027-01-01"))
    assert not CALENDAR.is_provisional(day("2026-12-31"))


def test_a_negative_count_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(day("2026-03-02"), -1)


def works(today: date) -> bool:
    return EXCEPTIONS.get(today, today.weekday() < 5)


def slow_add(start: date, count: int) -> date:
    while count:
        start += timedelta(days=1)
        count -= works(start)
    return start


DAYS = st.dates(date(2016, 1, 1), date(2030, 12, 31))


@given(DAYS, st.integers(0, 300))
def test_adding_days_agrees_with_counting_them_one_by_one(start: date, count: int) -> None:
    assert CALENDAR.add(start, count) == slow_add(start, count)


@given(DAYS, DAYS)
def test_the_days_between_agree_with_counting_them_one_by_one(first: date, second: date) -> None:
    start, end = sorted((first, second))
    counted = sum(works(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
    assert CALENDAR.between(start, end) == counted == -CALENDAR.between(end, start)


@given(DAYS)
def test_every_day_works_or_rests_as_its_notice_says(today: date) -> None:
    assert CALENDAR.is_working(today) is works(today)
    rolled = CALENDAR.on_or_after(today)
    assert works(rolled)
    assert not any(works(today + timedelta(days=n)) for n in range((rolled - today).days))

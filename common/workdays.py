"""The working-day clock (`domain/clock.md` 4.2): counted days and due dates, each in constant time.

Every working day has a running number. A due date is then "number of the acceptance day + limit", and the days used
are the difference of two numbers. The table covers the years with a notice; outside them the numbers of plain
Monday–Friday weeks have a closed form, so no date is ever out of range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import accumulate
from typing import Literal

Unit = Literal["WD", "ND", "INST", "NONE"]
_SATURDAY = 5


class Calendar:
    """Working days from `exceptions` (date → works?) for `years` with a notice; Mon–Fri for all other days."""

    def __init__(self, *, years: Iterable[int], exceptions: Mapping[date, bool]) -> None:
        self.years = frozenset(years)
        covered = self.years | {day.year for day in exceptions} or {2000}
        self._first = date(min(covered), 1, 1).toordinal()
        self._last = date(max(covered), 12, 31).toordinal()
        works = [
            exceptions.get(day, day.weekday() < _SATURDAY)
            for day in map(date.fromordinal, range(self._first, self._last + 1))
        ]
        self._before = _weekdays_up_to(self._first - 1)
        self._numbers = list(accumulate(works, initial=self._before))[1:]
        self._days = [self._first + offset for offset, does in enumerate(works) if does]
        self._shift = self._numbers[-1] - _weekdays_up_to(self._last)

    def is_working(self, day: date) -> bool:
        ordinal = day.toordinal()
        return self._number(ordinal) > self._number(ordinal - 1)

    def is_provisional(self, day: date) -> bool:
        """No notice for that year yet: counted Monday to Friday, and to be shown as 暂按周一至周五计算."""
        return day.year not in self.years

    def add(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself is day 0 even if it is a working day (民法典 201)."""
        if count < 0:
            raise ValueError("count must not be negative")
        return day if count == 0 else date.fromordinal(self._nth(self._number(day.toordinal()) + count))

    def back(self, day: date, count: int) -> date:
        """First day on which at most `count` working days are left until `day`."""
        return date.fromordinal(self._nth(self._number(day.toordinal()) - count))

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is earlier."""
        return self._number(end.toordinal()) - self._number(start.toordinal())

    def on_or_after(self, day: date) -> date:
        """`day`, or the next working day if it is a rest day (民法典 203)."""
        return date.fromordinal(self._nth(self._number(day.toordinal() - 1) + 1))

    def _number(self, ordinal: int) -> int:
        """How many working days there are up to and including this day."""
        if ordinal < self._first:
            return _weekdays_up_to(ordinal)
        if ordinal > self._last:
            return _weekdays_up_to(ordinal) + self._shift
        return self._numbers[ordinal - self._first]

    def _nth(self, number: int) -> int:
        """The day with that number: the inverse of `_number` on working days."""
        if number <= self._before:
            return _nth_weekday(number)
        index = number - self._before - 1
        return self._days[index] if index < len(self._days) else _nth_weekday(number - self._shift)


def due_on(accepted: date, limit: int, calendar: Calendar, *, unit: Unit = "WD") -> date | None:
    """The last day of a limit; acceptance is day 0. None where no limit is known.

    Calendar days ("ND") roll over a rest day at the end; an instant item ("INST") is due on the day itself.
    """
    match unit:
        case "WD":
            return calendar.add(accepted, limit)
        case "ND":
            return calendar.on_or_after(accepted + timedelta(days=limit))
        case "INST":
            return accepted
        case "NONE":
            return None


def _weekdays_up_to(ordinal: int) -> int:
    """Mondays to Fridays from 0001-01-01, a Monday, to this day."""
    weeks, days = divmod(ordinal, 7)
    return weeks * 5 + min(days, 5)


def _nth_weekday(number: int) -> int:
    weeks, days = divmod(number - 1, 5)
    return weeks * 7 + days + 1

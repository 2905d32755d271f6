"""The reference data that comes with the product: the files in `catalogue/data` and the chinesecalendar package."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from chinese_calendar import constants

_DATA = Path(__file__).parent / "data"
_CATALOGUE_FILES = ("catalogue", "materials", "departments", "scenarios")
CALENDAR_SOURCE = f"chinesecalendar {version('chinesecalendar')}"


class Day(NamedTuple):
    date: date
    is_working: bool
    name: str


@cache
def read(name: str) -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.load((_DATA / f"{name}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return content


def digest() -> str:
    """Of the bytes that a catalogue is made from: tells a second run that there is nothing new."""
    return sha256(b"\0".join((_DATA / f"{name}.yaml").read_bytes() for name in _CATALOGUE_FILES)).hexdigest()


def days_by_notice() -> dict[int, list[Day]]:
    """Year of the notice → the days it names, for every year the package knows."""
    days: dict[int, list[Day]] = {}
    for day in sorted(_named_days()):
        # The only December days a notice names belong to the coming new year's holiday.
        days.setdefault(day.date.year + (day.date.month == 12), []).append(day)
    return days


def _named_days() -> Iterator[Day]:
    chinese = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    for day, name in constants.holidays.items():
        yield Day(day, False, chinese[name])
    for day, name in constants.workdays.items():
        yield Day(day, True, f"{chinese[name]}调休")

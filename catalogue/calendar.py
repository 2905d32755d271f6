"""The stored working-day calendar as an object to count with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from catalogue.models import CalendarDay, CalendarNotice
from common.workdays import Calendar


def load(years: Iterable[int] | None = None) -> Calendar:
    """The calendar of these years (all if None) by the latest revision of each notice.

    One query when nothing changed: the object is kept until a notice is added. Years without a notice count Monday
    to Friday and are provisional.
    """
    latest = {notice.year: notice for notice in CalendarNotice.objects.order_by("year", "revision")}
    wanted = latest.keys() if years is None else latest.keys() & set(years)
    return _built(tuple((year, latest[year].pk, latest[year].loaded_at) for year in sorted(wanted)))


@lru_cache(maxsize=4)
def _built(notices: tuple[tuple[int, int, datetime], ...]) -> Calendar:
    """A notice is never changed once written, so its key and time are enough to know its days."""
    rows = CalendarDay.objects.filter(notice__in=[key for _, key, _ in notices]).values_list("date", "is_working")
    return Calendar(years=(year for year, *_ in notices), exceptions=dict(rows))

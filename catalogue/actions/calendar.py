"""Working-day calendars: one notice per year and revision, never changed afterwards."""

from __future__ import annotations

import structlog
from django.db import transaction

from catalogue import source
from catalogue.models import CalendarDay, CalendarNotice

log = structlog.get_logger(__name__)


@transaction.atomic(durable=True)
def load_calendar() -> int:
    """Write a notice for every listed year that is new or whose days differ; returns how many.

    A changed year becomes a new revision: due dates counted before stay explainable (`domain/clock.md` 4.4).
    """
    days = source.days_by_notice()
    stored = _stored()
    written = 0
    for year, notice in source.read("calendar").items():
        revision, known = stored.get(year, (0, []))
        if year in days and known != days[year]:
            _write(year, revision + 1, number=notice["number"], days=days[year])
            written += 1
    log.info("calendar.loaded", written=written)
    return written


def _stored() -> dict[int, tuple[int, list[source.Day]]]:
    """Year → latest revision and its days, in two queries."""
    latest = {notice.year: notice for notice in CalendarNotice.objects.order_by("year", "revision")}
    days: dict[int, list[source.Day]] = {notice.pk: [] for notice in latest.values()}
    rows = CalendarDay.objects.filter(notice__in=days).order_by("date")
    for notice, day, works, name in rows.values_list("notice", "date", "is_working", "name"):
        days[notice].append(source.Day(day, works, name))
    return {year: (notice.revision, days[notice.pk]) for year, notice in latest.items()}


def _write(year: int, revision: int, *, number: str, days: list[source.Day]) -> None:
    notice = CalendarNotice.objects.create(
        year=year,
        revision=revision,
        number=number,
        title=f"国务院办公厅关于{year}年部分节假日安排的通知",
        source=source.CALENDAR_SOURCE,
    )
    CalendarDay.objects.bulk_create(CalendarDay(notice=notice, **day._asdict()) for day in days)

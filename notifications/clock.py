"""The database's clock: leases and due times must not depend on whose machine looks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from django.db import connection
from django.utils import timezone as django_timezone

CHINA = timezone(timedelta(hours=8), "CST")  # providers write Chinese wall time without a zone


def now() -> datetime:
    """PostgreSQL: the server's wall clock, also inside a transaction. SQLite: this machine's, the only one."""
    if connection.vendor != "postgresql":
        return django_timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def stored(moment: datetime | None) -> str | datetime | None:
    """The value as this database takes it in hand-written SQL."""
    value: str | datetime | None = connection.ops.adapt_datetimefield_value(moment)
    return value

"""Celery: background work and the beat schedule, all of it in one dict.

Nothing durable lives in the broker: a task is a hint with an id, and every hint has a sweep that finds what it lost.
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings  # after the line above

BEAT_SCHEDULE: dict[str, dict[str, object]] = {}

app = Celery("bangban")
app.conf.update(
    broker_url=settings.REDIS_URL or "memory://",
    task_ignore_result=True,
    task_acks_late=True,
    broker_connection_retry_on_startup=True,
    beat_schedule=BEAT_SCHEDULE,
    beat_schedule_filename=str(settings.VAR_DIR / "beat-schedule"),
    timezone=settings.TIME_ZONE,
    worker_hijack_root_logger=False,
)
# Without it Celery's Django part closes the connection after every task (measured: half the speed).
app.conf["CELERY_DB_REUSE_MAX"] = 1000
app.autodiscover_tasks()

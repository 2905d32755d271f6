"""Celery: background work and the beat schedule, all of it in one dict.

Nothing durable lives in the broker: a task is a hint with an id, and every hint has a sweep that finds what it lost.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings  # after the line above

# All periodic work. Each task finds by itself what there is to do, so a run too many or too few harms nothing.
BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "sms-sweep": {"task": "notifications.sweep", "schedule": 30.0},
    "due-dates": {"task": "proxy_service.tasks.check_due_dates", "schedule": crontab(minute="5", hour="0,7,8,12")},
    "sessions": {"task": "config.tasks.clear_sessions", "schedule": crontab(minute="20", hour="3")},
    "attempts": {"task": "accounts.tasks.sweep_attempts", "schedule": crontab(minute="25", hour="3")},
    "receipts": {"task": "journal.tasks.sweep_receipts", "schedule": crontab(minute="30", hour="3")},
    "journal": {"task": "config.tasks.verify_journal", "schedule": crontab(minute="40", hour="3")},
}

app = Celery("bangban")
app.conf.update(
    broker_url=settings.REDIS_URL or "memory://localhost/",
    task_ignore_result=True,
    task_acks_late=True,
    broker_connection_retry_on_startup=True,
    beat_schedule=BEAT_SCHEDULE,
    beat_schedule_filename=str(settings.VAR_DIR / "beat-schedule"),
    # The in-memory queue is looked at, not waited on.
    broker_transport_options={} if settings.REDIS_URL else {"polling_interval": 0.1},
    timezone=settings.TIME_ZONE,
    worker_hijack_root_logger=False,
)
# Without it Celery's Django part closes the connection after every task (measured: half the speed).
app.conf["CELERY_DB_REUSE_MAX"] = 1000
app.autodiscover_tasks()

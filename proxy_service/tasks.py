"""Celery entry points: each makes one call and may be repeated."""

from __future__ import annotations

import structlog
from celery import shared_task

from proxy_service.actions.marks import recompute_marks
from proxy_service.demo.load import load

log = structlog.get_logger(__name__)


@shared_task
def check_due_dates() -> None:
    """The lamps of all running projects agree with their steps afterwards."""
    checked, corrected = recompute_marks()
    log.info("due_dates.checked", projects=checked, corrected=corrected)


@shared_task
def import_demo() -> None:
    """The demonstration, unless it is there already."""
    load()

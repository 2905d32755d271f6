"""Background work that belongs to no package: cleaning up and checking."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.core.management import call_command

log = structlog.get_logger(__name__)


@shared_task
def clear_sessions() -> None:
    """Forget sessions that have expired."""
    call_command("clearsessions")


@shared_task
def verify_journal() -> None:
    """Recompute every hash chain; a broken one is an error in the log, and readable with `manage.py verify_journal`."""
    try:
        call_command("verify_journal")
    except SystemExit as broken:
        log.error("journal.broken", exit=broken.code)

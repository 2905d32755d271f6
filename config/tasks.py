"""Background work that belongs to no package: cleaning up and checking."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.core.management import call_command

from catalogue import seal
from catalogue.models import Catalogue

log = structlog.get_logger(__name__)


@shared_task
def clear_sessions() -> None:
    """Forget sessions that have expired."""
    call_command("clearsessions")


@shared_task
def verify_journal() -> None:
    """Recompute every hash chain and the seals of the published catalogues; what is broken is an error in the log.

    `manage.py verify_journal` says more about a broken chain.
    """
    for catalogue in Catalogue.objects.filter(published_at__isnull=False):
        if not seal.is_intact(catalogue):
            log.error("catalogue.seal_broken", version=catalogue.version)
    try:
        call_command("verify_journal")
    except SystemExit as broken:
        log.error("journal.broken", exit=broken.code)

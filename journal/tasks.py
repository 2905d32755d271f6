"""Celery entry points of the journal."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from journal import receipts

KEPT = timedelta(days=7)


@shared_task
def sweep_receipts() -> int:
    """Forget receipts of requests nobody will repeat any more."""
    return receipts.sweep(before=timezone.now() - KEPT)

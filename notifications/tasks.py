"""Celery's entries. The schedule is in `config.celery`; each task may run twice."""

from __future__ import annotations

from celery import shared_task

from notifications import sweep as sweeping


@shared_task(name="notifications.sweep", ignore_result=True)
def sweep() -> None:
    """Expired leases, expired and silent messages, receipts without a message; then the gauges."""
    sweeping.sweep()
    sweeping.measure()

"""Celery entry points of sign-in."""

from __future__ import annotations

from celery import shared_task

from accounts.actions import lockout


@shared_task
def sweep_attempts() -> int:
    """Forget failures that lock nobody any more; what strangers typed is not kept."""
    return lockout.sweep()

"""Finds what a crash, a lost hint or a silent carrier left behind. Everything here is harmless when repeated."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.db import connection, transaction
from django.db.models import F

from notifications import clock, metrics, outbox, receipts, rules
from notifications.models import Attempt, Message, Outcome
from notifications.status import Status

log = structlog.get_logger(__name__)
SILENCE = timedelta(hours=72)  # after this no carrier reports any more; not a failure, only unknown
BATCH = 500


def sweep(*, pace: rules.Pace | None = None) -> dict[str, int]:
    """Everything at once; the figures say how much was found."""
    found = {
        "leases": expired_leases(pace=pace or rules.Pace()),
        "expired": expired_messages(),
        "silent": silent_messages(),
        "receipts": receipts.rematch(),
    }
    if any(found.values()):
        log.info("sms.swept", **found)
    return found


@transaction.atomic
def expired_leases(*, pace: rules.Pace) -> int:
    """Messages of a dispatcher that died. Started attempts are in doubt and get looked up; others are queued again."""
    now = clock.now()
    dead = Message.objects.filter(status=Status.SENDING, lease_until__lt=now).order_by("pk")
    locked = dead.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    ids = list(locked.values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0
    doubtful = outbox.open_attempts(ids)
    attempts = Attempt.objects.filter(message_id__in=doubtful, outcome=Outcome.STARTED)
    for message_id, started in list(attempts.values_list("message_id", "started_at")):
        Message.objects.filter(pk=message_id).update(
            status=Status.UNCERTAIN, doubted_at=started, misses=0, lease_token="", lease_until=None,
            next_attempt_at=started + pace.lookups[0],
        )  # fmt: skip
    attempts.update(outcome=Outcome.UNCERTAIN, code="crash", finished_at=now)
    untouched = [pk for pk in ids if pk not in doubtful]
    Message.objects.filter(pk__in=untouched).update(
        status=Status.PENDING, lease_token="", lease_until=None, next_attempt_at=now
    )
    return len(ids)


def expired_messages() -> int:
    """Still queued when the news is no longer news: listed for staff instead of sent."""
    now = clock.now()
    late = Message.objects.filter(status=Status.PENDING, expires_at__lte=now)
    return late.update(status=Status.EXPIRED, final_at=now, next_attempt_at=F("expires_at"))


def silent_messages() -> int:
    now = clock.now()
    silent = Message.objects.filter(status=Status.ACCEPTED, accepted_at__lt=now - SILENCE)
    return silent.update(status=Status.NO_RECEIPT, final_at=now)


def measure() -> None:
    """The gauges of the outbox, read from the rows."""
    metrics.observe_outbox(clock.now())

"""Prometheus figures of the messages (`design/sms.md` 7.10)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min
from prometheus_client import Counter, Gauge, Histogram

from notifications.models import Message
from notifications.status import Status

FAST = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
MESSAGES = Counter("sms_messages", "Messages that reached a status", ["status", "provider"])
OUTBOX = Gauge("sms_outbox_rows", "Messages now in a status that still needs work", ["status"])
OLDEST = Gauge("sms_outbox_oldest_seconds", "How long the oldest due message has been waiting")
ATTEMPT = Histogram("sms_attempt_seconds", "One request to the provider", ["provider", "outcome"], buckets=FAST)
WAITED = Histogram("sms_commit_to_send_seconds", "From being due to leaving", buckets=FAST)
DELIVERY = Histogram(
    "sms_send_to_delivered_seconds", "From acceptance to the handset", buckets=(1, 2, 5, 10, 30, 60, 300, 1800, 86400)
)
UNCERTAIN = Counter("sms_uncertain", "Unknown outcomes resolved, and how", ["resolution"])
RECEIPTS = Counter("sms_receipts", "Receipts taken in", ["provider", "result"])
DUPLICATES = Counter("sms_duplicate_suspected", "Receipts with a second provider id for one message")
PARTS = Counter("sms_parts", "Billed parts of accepted messages")
BREAKER = Gauge("sms_breaker_state", "0 sending, 1 paused because the account or the network is down", ["provider"])


def observe_outbox(now: datetime) -> None:
    """Two grouped queries on partial indexes."""
    waiting = (Status.PENDING, Status.SENDING, Status.UNCERTAIN)
    counted = Message.objects.filter(status__in=waiting).order_by().values_list("status").annotate(n=Count("pk"))
    rows = dict(counted)
    for status in waiting:
        OUTBOX.labels(status.value).set(rows.get(status.value, 0))
    due = Message.objects.filter(status=Status.PENDING, next_attempt_at__lte=now).aggregate(at=Min("next_attempt_at"))
    OLDEST.set((now - due["at"]).total_seconds() if due["at"] else 0)

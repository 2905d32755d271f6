"""Receipts: the raw row first, then a guarded change that only moves forward."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from common.phones import masked
from notifications import clock, metrics
from notifications.models import Message, Receipt
from notifications.providers.base import StatusEvent
from notifications.status import Status, below

LOOK_BACK = timedelta(hours=24)  # a receipt may be ahead of the commit that names its message, not by a day
BATCH = 500


def phone_hash(e164: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), e164.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def take(provider: str, events: Sequence[StatusEvent]) -> int:
    """Store a push of the provider and apply it; the same event again adds nothing. Says how many were new."""
    now = clock.now()
    rows = {row.fingerprint: row for row in (_row(provider, event, now=now) for event in events)}
    known = set(Receipt.objects.filter(fingerprint__in=rows).values_list("fingerprint", flat=True))
    fresh = [row for fingerprint, row in rows.items() if fingerprint not in known]
    Receipt.objects.bulk_create(fresh, ignore_conflicts=True)
    metrics.RECEIPTS.labels(provider, "duplicate").inc(len(events) - len(fresh))
    # Read back: two web processes may have been handed the same push at once, and only one row of each is kept.
    _apply(Receipt.objects.filter(fingerprint__in=[row.fingerprint for row in fresh]))
    return len(fresh)


def _row(provider: str, event: StatusEvent, *, now: datetime) -> Receipt:
    hashed = phone_hash(event.phone)
    parts = (provider, event.ext_id, event.ref, hashed, str(event.delivered), event.code, str(event.event_at))
    return Receipt(
        provider=provider, ext_id=event.ext_id, ref=event.ref, phone_hash=hashed, delivered=event.delivered,
        code=event.code, event_at=event.event_at, received_at=now, raw={**event.raw, "mobile": masked(event.phone)},
        fingerprint=hashlib.sha256("\x1f".join(parts).encode()).hexdigest(),
    )  # fmt: skip


@transaction.atomic
def rematch() -> int:
    """Receipts that came before the commit that made their message findable. Says how many found one now."""
    since = clock.now() - LOOK_BACK
    unknown = Receipt.objects.filter(result=Receipt.Result.UNKNOWN, received_at__gte=since)
    locked = unknown.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    return _apply(locked.order_by("pk")[:BATCH])


def _apply(receipts: Iterable[Receipt]) -> int:
    """Match by our reference or the provider's id, demand the same phone, move the message forward."""
    waiting = list(receipts)
    if not waiting:
        return 0
    by_ref, by_ext = _messages(waiting)
    matched = 0
    for receipt in waiting:
        message = by_ref.get(receipt.ref) or by_ext.get((receipt.provider, receipt.ext_id))
        if message is not None:
            _settle(receipt, message, id_is_free=(receipt.provider, receipt.ext_id) not in by_ext)
            matched += 1
        metrics.RECEIPTS.labels(receipt.provider, receipt.result).inc()
    Receipt.objects.bulk_update(waiting, ["result", "message"])
    return matched


def _messages(receipts: Sequence[Receipt]) -> tuple[dict[str, Message], dict[tuple[str, str], Message]]:
    refs = {receipt.ref for receipt in receipts if receipt.ref}
    ids = {receipt.ext_id for receipt in receipts}
    # Locked in the order of the key, as the dispatcher's results are.
    found = Message.objects.select_for_update().filter(Q(ref__in=refs) | Q(provider_id__in=ids)).order_by("pk")
    messages = list(found)
    by_ext = {(message.provider, message.provider_id): message for message in messages if message.provider_id}
    return {message.ref: message for message in messages}, by_ext


def _settle(receipt: Receipt, message: Message, *, id_is_free: bool) -> None:
    if receipt.phone_hash != phone_hash(message.phone):
        receipt.result = Receipt.Result.REJECTED
        return
    receipt.message = message
    if message.provider_id and message.provider_id != receipt.ext_id:
        metrics.DUPLICATES.inc()
    target = Status.DELIVERED if receipt.delivered else Status.UNDELIVERED
    moved = Message.objects.filter(pk=message.pk, status__in=below(target)).update(
        status=target, final_at=receipt.received_at, last_code=receipt.code or message.last_code,
        provider=message.provider or receipt.provider, lease_token="", lease_until=None,
        accepted_at=message.accepted_at or receipt.received_at,
        provider_id=message.provider_id or (receipt.ext_id if id_is_free else None),
    )  # fmt: skip
    receipt.result = Receipt.Result.APPLIED if moved else Receipt.Result.STALE
    if moved:
        _count(message, receipt, target)
        message.status = target


def _count(message: Message, receipt: Receipt, target: Status) -> None:
    metrics.MESSAGES.labels(target.value, receipt.provider).inc()
    if message.status == Status.UNCERTAIN:
        metrics.UNCERTAIN.labels("receipt").inc()
    if target == Status.DELIVERED and message.accepted_at:
        metrics.DELIVERY.observe(max((receipt.received_at - message.accepted_at).total_seconds(), 0))

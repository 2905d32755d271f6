"""What became of the messages of the past: sent when they were queued, and mostly received."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from django.utils import timezone

from journal.models import Event
from notifications.models import Attempt, Message, Outcome
from notifications.status import Status
from proxy_service.demo.firms import TOUR_PHONE

_FIELDS = (
    "status", "created_at", "ready_at", "expires_at", "next_attempt_at", "tries", "provider", "provider_id",
    "last_code", "accepted_at", "final_at", "cost_fen",
)  # fmt: skip
# How many of a hundred; the rest was delivered.
_SHARES = ((3, Status.FAILED), (6, Status.UNDELIVERED), (8, Status.NO_RECEIPT))
_DAY, _SILENCE = timedelta(hours=24), timedelta(hours=72)


def settle(subjects: list[str], rng: Random) -> int:
    """Give every queued message of these projects the time of its event and an end. The number of messages.

    The outbox goes by the database's clock, which cannot be moved, so all of them look as if queued just now.
    """
    messages = list(Message.objects.filter(subject__in=subjects).order_by("pk"))
    at = _recorded(subjects)
    attempts = []
    for message in messages:
        stream, seq, _ = message.dedupe_key.split(":")
        _send(message, at[stream, int(seq)] + timedelta(seconds=rng.randint(1, 4)), rng)
        attempts.append(_attempt(message))
    # An upsert of rows that all exist: bulk_update() builds one CASE per field and row, which took ten times as long.
    Message.objects.bulk_create(messages, update_conflicts=True, unique_fields=["id"], update_fields=_FIELDS)
    Attempt.objects.bulk_create(attempts)
    return len(messages)


def _recorded(subjects: list[str]) -> dict[tuple[str, int], datetime]:
    rows = Event.objects.filter(stream__in=subjects).values_list("stream_id", "seq", "recorded_at")
    return {(stream, seq): at for stream, seq, at in rows}


def _send(message: Message, at: datetime, rng: Random) -> None:
    message.status = _end(message, at, rng)
    message.created_at = message.ready_at = message.next_attempt_at = at
    message.expires_at, message.tries, message.provider = at + _DAY, 1, "yunpian"
    if message.status == Status.FAILED:
        message.last_code, message.final_at = "10", at + timedelta(seconds=1)
        return
    message.provider_id, message.cost_fen = f"demo-{message.pk}", 5 * message.parts
    message.accepted_at = at + timedelta(seconds=1)
    silent = message.status == Status.NO_RECEIPT
    message.final_at = at + (_SILENCE if silent else timedelta(seconds=rng.randint(3, 40)))
    message.last_code = "UNDELIV" if message.status == Status.UNDELIVERED else ""


def _end(message: Message, at: datetime, rng: Random) -> Status:
    """Silence counts as an end after three days only; the phone of the tour is never out of reach."""
    dice = rng.randrange(100)
    status = next((status for share, status in _SHARES if dice < share), Status.DELIVERED)
    too_early = status == Status.NO_RECEIPT and at + _SILENCE > timezone.now()
    return Status.DELIVERED if too_early or message.phone.endswith(TOUR_PHONE) else status


def _attempt(message: Message) -> Attempt:
    refused = message.status == Status.FAILED
    return Attempt(
        message=message,
        n=1,
        provider=message.provider,
        started_at=message.ready_at,
        finished_at=message.ready_at + timedelta(seconds=1),
        http_status=400 if refused else 200,
        outcome=Outcome.REFUSED if refused else Outcome.ACCEPTED,
        code=message.last_code if refused else "0",
        detail="手机号在黑名单中" if refused else "",
    )

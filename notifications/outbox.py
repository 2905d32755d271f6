"""The hot path of the outbox: claim what is due, write down how it went. Hand-written SQL that both databases take.

Every statement is guarded by what it expects to find, so a late, doubled or overtaken answer changes nothing.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog
from django.db import IntegrityError, connection, transaction

from notifications import clock, rules
from notifications.clock import stored
from notifications.models import Attempt, Message, Outcome
from notifications.providers.base import LookupResult, OutboundSms, SendResult
from notifications.status import OPEN, Status

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message that is ours until its lease ends. `lookup`: ask about it instead of sending it."""

    pk: int
    sms: OutboundSms
    token: str
    tries: int
    started: datetime
    queued_at: datetime | None = None
    misses: int = 0
    same_content: bool = False
    lookup: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    claimed: Claimed
    result: SendResult
    http_status: int | None


@dataclass(frozen=True, slots=True)
class Looked:
    claimed: Claimed
    result: LookupResult


def _skip_locked() -> str:
    return "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""


_COLUMNS = (
    "ref", "dedupe_key", "template", "text", "parts", "phone", "recipient", "subject", "category", "status",
    "created_at", "ready_at", "expires_at", "next_attempt_at", "tries", "misses", "lease_token", "provider",
    "last_code",
)  # fmt: skip
_MOMENTS = frozenset({"created_at", "ready_at", "expires_at", "next_attempt_at"})
_ADD = (
    f'INSERT INTO notifications_message ({", ".join(_COLUMNS)}, "values")'  # noqa: S608 -- ours
    f" VALUES ({', '.join(['%s'] * len(_COLUMNS))}, %s) ON CONFLICT DO NOTHING RETURNING id"
)


def add(message: Message) -> bool:
    """Write a new message down and give it its number; False, and nothing written, when its key is there already."""
    given = [getattr(message, name) for name in _COLUMNS]
    row = [stored(value) if name in _MOMENTS else value for name, value in zip(_COLUMNS, given, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [*row, json.dumps(message.values, ensure_ascii=False)])
        made = cursor.fetchone()
    if made is None:
        return False
    message.pk = made[0]
    return True


def claim(limit: int, *, provider: str, pace: rules.Pace) -> list[Claimed]:
    """Up to `limit` due messages become `sending`, each with an attempt row `started`, before any byte leaves."""
    with transaction.atomic(), connection.cursor() as cursor:
        now, token = clock.now(), uuid4().hex
        cursor.execute(
            # MATERIALIZED: as a plain subquery PostgreSQL may run it once per row, and the limit means nothing.
            f"""WITH due AS MATERIALIZED (
                    SELECT id FROM notifications_message
                    WHERE status = 'pending' AND next_attempt_at <= %s AND expires_at > %s
                    ORDER BY next_attempt_at LIMIT %s {_skip_locked()})
                UPDATE notifications_message SET status = 'sending', lease_token = %s, lease_until = %s,
                    tries = tries + 1, provider = %s
                WHERE status = 'pending' AND id IN (SELECT id FROM due)
                RETURNING id, ref, phone, text, tries, doubted_at IS NOT NULL, next_attempt_at""",  # noqa: S608 -- ours
            [stored(now), stored(now), limit, token, stored(now + pace.lease), provider],
        )
        taken = [
            Claimed(pk, OutboundSms(ref, phone, text, doubted=bool(doubted)), token, tries, now, _moment(due))
            for pk, ref, phone, text, tries, doubted, due in cursor.fetchall()
        ]
        cursor.executemany(
            """INSERT INTO notifications_attempt (message_id, n, provider, started_at, outcome, code, detail)
               VALUES (%s, %s, %s, %s, 'started', '', '')""",
            [(item.pk, item.tries, provider, stored(now)) for item in taken],
        )
    return taken


def _moment(value: Any) -> datetime:
    """SQLite answers RETURNING with text, or without a zone; both mean UTC."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def claim_doubts(limit: int, *, pace: rules.Pace) -> list[Claimed]:
    """Up to `limit` messages of unknown outcome whose time to be looked up has come."""
    with transaction.atomic():
        now, token = clock.now(), uuid4().hex
        due = Message.objects.filter(status=Status.UNCERTAIN, next_attempt_at__lte=now).order_by("next_attempt_at")
        locked = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        rows = list(locked[:limit])
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(
            lease_token=token, next_attempt_at=now + pace.lease
        )
        others = _other_ids(rows)
    return [_doubt(row, token=token, now=now, taken=others.get(row.phone, frozenset())) for row in rows]


def _other_ids(rows: Sequence[Message]) -> dict[str, frozenset[str]]:
    known = Message.objects.filter(phone__in={row.phone for row in rows}, provider_id__isnull=False)
    grouped: dict[str, set[str]] = {}
    for phone, provider_id in known.order_by().values_list("phone", "provider_id"):
        grouped.setdefault(phone, set()).add(str(provider_id))
    return {phone: frozenset(ids) for phone, ids in grouped.items()}


def _doubt(row: Message, *, token: str, now: datetime, taken: frozenset[str]) -> Claimed:
    return Claimed(
        row.pk, OutboundSms(row.ref, row.phone, row.text, doubted=True, taken=taken), token, row.tries,
        started=row.doubted_at or now, misses=row.misses, same_content=row.last_code in ("8", "9"), lookup=True,
    )  # fmt: skip


def save(done: Iterable[Sent | Looked], *, pace: rules.Pace) -> list[tuple[Sent | Looked, Status]]:
    """Write the answers down in one transaction; says which status each asked for."""
    now = clock.now()
    found: list[tuple[Sent | Looked, rules.Change]] = []
    # Always in the order of the key: two dispatchers and the receipts must not lock in opposite orders.
    for answer in sorted(done, key=lambda item: item.claimed.pk):
        jitter = random.uniform(0.8, 1.2)  # noqa: S311 -- spreads load, protects nothing
        found.append((answer, _change(answer, now=now, pace=pace, jitter=jitter)))
    with transaction.atomic():
        _lock_in_order(found)
        _move(found, now=now)
        _name(found, now=now)
        # After the messages: the sweep takes a message first and then its attempt.
        _close_attempts([answer for answer, _ in found if isinstance(answer, Sent)], now=now)
    return [(answer, change.status) for answer, change in found]


def _lock_in_order(found: Sequence[tuple[Sent | Looked, rules.Change]]) -> None:
    """Both statements below go by the key, but the second begins anew: a mixed batch is locked as a whole before."""
    accepted = sum(change.status == Status.ACCEPTED for _, change in found)
    if connection.features.has_select_for_update and 0 < accepted < len(found):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM notifications_message WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                [[answer.claimed.pk for answer, _ in found]],
            )


def _change(answer: Sent | Looked, *, now: datetime, pace: rules.Pace, jitter: float) -> rules.Change:
    item = answer.claimed
    if isinstance(answer, Sent):
        return rules.after_send(
            answer.result, tries=item.tries, started=item.started, now=now, pace=pace, jitter=jitter
        )
    return rules.after_lookup(
        answer.result, misses=item.misses, same_content=item.same_content, doubted_at=item.started, now=now, pace=pace
    )


def _close_attempts(sent: Sequence[Sent], *, now: datetime) -> None:
    with connection.cursor() as cursor:
        # `uncertain` too: the sweep may have closed it for us while the answer was still on its way.
        cursor.executemany(
            """UPDATE notifications_attempt
               SET finished_at = %s, http_status = %s, outcome = %s, code = %s, detail = %s
               WHERE message_id = %s AND n = %s AND outcome IN ('started', 'uncertain')""",
            [
                (stored(now), a.http_status, a.result.outcome.value, a.result.code, a.result.detail[:200],
                 a.claimed.pk, a.claimed.tries)
                for a in sent
            ],
        )  # fmt: skip


def _move(found: Sequence[tuple[Sent | Looked, rules.Change]], *, now: datetime) -> None:
    """The new status, if the message is still where this claim left it (a receipt may have been quicker)."""
    rows = []
    for answer, change in found:
        if change.status == Status.ACCEPTED:
            continue  # `_name` does the whole of it: one statement less for what nearly always happens
        item = answer.claimed
        doubted = stored(item.started) if change.doubted else None
        final = stored(now) if change.status not in OPEN else None
        rows.append((change.status.value, stored(change.next_attempt_at), doubted, _misses(answer, change),
                     answer.result.code, answer.result.code, final, item.pk, item.token))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.executemany(
            """UPDATE notifications_message SET status = %s, next_attempt_at = %s, lease_token = '', lease_until = NULL,
                   doubted_at = COALESCE(%s, doubted_at), misses = %s,
                   last_code = CASE WHEN %s = '' THEN last_code ELSE %s END, final_at = %s
               WHERE id = %s AND lease_token = %s AND status IN ('sending', 'uncertain')""",
            rows,
        )


def _misses(answer: Sent | Looked, change: rules.Change) -> int:
    """Lookups in a row that did not find it; a question that failed leaves the count, anything else clears it."""
    if isinstance(answer, Sent) or not change.doubted:
        return 0
    return answer.claimed.misses + (answer.result.found is False)


def _name(found: Sequence[tuple[Sent | Looked, rules.Change]], *, now: datetime) -> None:
    """The provider's id and «accepted at», whatever the status is by now: a receipt may have come first."""
    rows = [
        (answer.result.provider_id, answer.result.cost_fen if isinstance(answer, Sent) else None, stored(now),
         answer.claimed.pk)
        for answer, _ in found
        if answer.result.provider_id
    ]  # fmt: skip
    statement = """UPDATE notifications_message SET provider_id = COALESCE(provider_id, %s),
               cost_fen = COALESCE(%s, cost_fen), accepted_at = COALESCE(accepted_at, %s),
               lease_token = '', lease_until = NULL, misses = 0,
               status = CASE WHEN status IN ('pending', 'sending', 'uncertain') THEN 'accepted' ELSE status END
           WHERE id = %s"""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, rows)
    except IntegrityError:  # one id names two messages: both were accepted, one keeps the id, and somebody is told
        for row in rows:
            _name_alone(statement, row)


def _name_alone(statement: str, row: tuple[Any, ...]) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, row)
    except IntegrityError:
        log.error("sms.provider_id_taken", message=row[-1], provider_id=row[0])
        with connection.cursor() as cursor:
            cursor.execute(statement, (None, *row[1:]))


def open_attempts(message_ids: Iterable[int]) -> set[int]:
    """Which of these have an attempt that was started and never closed: bytes may have left."""
    started = Attempt.objects.filter(message_id__in=list(message_ids), outcome=Outcome.STARTED)
    return set(started.values_list("message_id", flat=True))

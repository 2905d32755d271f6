"""Receipts: a request with an `Idempotency-Key` that was answered once gets the same answer ever after.

In the action, inside its one transaction and before its locks:

    if (answer := receipts.replay(actor, key, fingerprint)) is not None:
        return answer
    … the change …
    receipts.store(actor, key, answer=answer)

`replay` takes the key by writing a row, so of fifty parallel repeats one does the work and the others wait for its
commit. A change that is refused rolls its receipt back with it: the next try is judged afresh.
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from common.errors import Refused
from journal.models import Receipt

if TYPE_CHECKING:
    from accounts.models import User

# bulk_create(ignore_conflicts=True) does not say whether it wrote the row; the count of this statement does.
_TAKE = "INSERT INTO journal_receipt (user_id, key, fingerprint, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
_ANSWER = "UPDATE journal_receipt SET answer = %s WHERE user_id = %s AND key = %s"


def fingerprint(*parts: str | bytes) -> str:
    """One number for a request: method and path, then its body."""
    digest = sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def replay(user: User, key: str, fingerprint: str) -> dict[str, Any] | None:
    """The answer given before, or None when this key is new and now ours.

    Raises Refused("idempotency.reused") when the key came with another request before.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "a receipt belongs into the transaction of the change it stands for"
        )
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [user.pk, key, fingerprint, connection.ops.adapt_datetimefield_value(timezone.now())])
        if cursor.rowcount == 1:
            return None
    found = Receipt.objects.get(user=user, key=key)
    if found.fingerprint != fingerprint:
        raise Refused("idempotency.reused", "同一个请求编号已用于另一项操作，请刷新页面后重试")
    return found.answer


def store(user: User, key: str, *, answer: dict[str, Any]) -> None:
    """Keep what this key's change answered. `answer` must be plain JSON."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, [json.dumps(answer, ensure_ascii=False), user.pk, key])


def sweep(*, before: datetime) -> int:
    """Forget receipts older than any client would repeat; the number forgotten."""
    return Receipt.objects.filter(at__lt=before).delete()[0]

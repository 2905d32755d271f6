"""The door of this package: queue a message, look at what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection, transaction

from common.phones import is_mobile, masked
from notifications import clock, outbox, wake
from notifications.models import Category, Message
from notifications.segments import parts
from notifications.templates import render

__all__ = ["Category", "Message", "of_subject", "parts", "queue"]
log = structlog.get_logger(__name__)

# After this a notice tells nobody anything new, so it is not sent any more (`design/sms.md` 7.4).
WORTH_SENDING = {Category.STATUTORY: timedelta(hours=72)}
USUALLY = timedelta(hours=24)


def queue(
    *,
    dedupe_key: str,
    template: str,
    values: Mapping[str, str],
    phone: str,
    recipient: str,
    subject: str,
    category: str,
    ready_at: datetime | None = None,
) -> Message | None:
    """Put one message into the outbox, inside the caller's transaction; it leaves only if that commits.

    The text is rendered and frozen now. A `dedupe_key` seen before adds nothing and answers None; so does a landline,
    which cannot receive messages. Raises Invalid for values the template does not allow.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("sms.queue() belongs into the transaction of what it tells about")
    rendered = render(template, values, signature=settings.SMS_SIGNATURE, bureau_phone=settings.BUREAU_PHONE)
    if not is_mobile(phone):
        log.info("sms.skipped", reason="landline", recipient=recipient, phone=masked(phone))
        return None
    kind = Category(category)
    # The database's clock decides what is due: a web server whose clock is wrong hastens and delays nothing.
    now = clock.now()
    due = ready_at or now
    message = Message(
        dedupe_key=dedupe_key, template=template, values=rendered.values, text=rendered.text, parts=rendered.parts,
        phone=phone, recipient=recipient, subject=subject, category=kind,
        created_at=now, ready_at=due, next_attempt_at=due, expires_at=due + WORTH_SENDING.get(kind, USUALLY),
    )  # fmt: skip
    if not outbox.add(message):
        return None
    transaction.on_commit(wake.hint)
    return message


def of_subject(subject: str, *, limit: int = 50) -> list[Message]:
    """What was sent about `subject`, newest first; phones are to be shown by `masked_phone` only."""
    return list(Message.objects.filter(subject=subject).order_by("-pk")[:limit])

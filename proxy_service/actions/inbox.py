"""Reading one's inbox."""

from __future__ import annotations

from django.db import transaction

import journal
from accounts.models import User
from proxy_service.models import InboxMark


@transaction.atomic(durable=True)
def mark_read(*, user: User, upto: int) -> None:
    """Everything up to event `upto` is read; never beyond what exists. Going back marks as unread again."""
    stream = f"inbox-{user.pk}"
    upto = min(upto, journal.heads([stream]).get(stream, 0))
    InboxMark.objects.update_or_create(user=user, defaults={"upto": upto})

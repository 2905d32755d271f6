"""Throws the demonstration away, with everything that was tried out in it."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from common.errors import Refused
from enterprises.models import Contact, Enterprise
from journal.models import Event, Receipt, Stream
from notifications.models import Message
from proxy_service.models import InboxMark, Mandate, Project, Serial, ServiceCase, Step, StepLink, Suspension

_STREAMS = ("project-", "enterprise-", "inbox-")
# Children first.
_TABLES = (
    Suspension, StepLink, Step, Mandate, ServiceCase, Project, Serial, InboxMark, Contact, Enterprise, Message, Receipt,
)  # fmt: skip


@transaction.atomic(durable=True)
def reset() -> None:
    """Empty every table of the work; accounts and reference data stay. Refused in production.

    The only place that removes events: a demonstration is not a record.
    """
    if settings.PRODUCTION:
        raise Refused("demo.production", "正式环境不能清除数据")
    for table in _TABLES:
        table.objects.all().delete()
    ours = Q()
    for prefix in _STREAMS:
        ours |= Q(name__startswith=prefix)
    Event.objects.filter(stream__in=Stream.objects.filter(ours)).delete()
    Stream.objects.filter(ours).delete()

"""One message to the provider and its answer back; what is counted and logged on the way."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic

import structlog

from notifications import metrics
from notifications.breaker import Breaker
from notifications.models import Outcome
from notifications.outbox import Claimed, Looked, Sent
from notifications.providers.base import HttpReply, HttpRequest, SmsProvider, TransportError
from notifications.status import Status
from notifications.transport import AioTransport

log = structlog.get_logger(__name__)
ACCOUNT_TOO_QUICK = frozenset({"-4", "-5"})


class Exchange:
    """The adapter on one side, HTTP on the other."""

    def __init__(self, provider: SmsProvider, transport: AioTransport) -> None:
        self._provider = provider
        self._transport = transport

    async def carry(self, item: Claimed) -> Sent | Looked:
        """Never raises for what a provider or a network can do: each of that is an outcome."""
        if item.lookup:
            question = self._provider.build_lookup(item.sms, since=item.started)
            return Looked(item, self._provider.parse_lookup(item.sms, await self._fetch(question)))
        began = monotonic()
        reply = await self._fetch(self._provider.build_send(item.sms))
        result = self._provider.parse_send(item.sms, reply)
        metrics.ATTEMPT.labels(self._provider.kind, result.outcome.value).observe(monotonic() - began)
        if item.tries == 1 and item.queued_at:
            metrics.WAITED.observe(max((item.started - item.queued_at).total_seconds(), 0))
        return Sent(item, result, reply.status if isinstance(reply, HttpReply) else None)

    async def _fetch(self, request: HttpRequest) -> HttpReply | TransportError:
        try:
            return await self._transport.fetch(request)
        except TransportError as error:
            return error

    def note(self, answer: Sent, breaker: Breaker) -> None:
        """Tell the breaker, and a person when the account itself is at fault."""
        now, result = monotonic(), answer.result
        was_open = breaker.is_open
        breaker.note(result, now=now)
        if result.code in ACCOUNT_TOO_QUICK and result.retry_after:
            breaker.slow_down(result.retry_after.total_seconds(), now=now)
        if breaker.is_open and not was_open:
            log.error("sms.sending_paused", provider=self._provider.kind, code=result.code)
        metrics.BREAKER.labels(self._provider.kind).set(breaker.is_open)
        if result.outcome == Outcome.CONFIG:
            log.error("sms.configuration_refused", provider=self._provider.kind, code=result.code)

    def report(self, saved: Iterable[tuple[Sent | Looked, Status]]) -> None:
        for answer, status in saved:
            if isinstance(answer, Looked):
                if answer.result.found is not None:
                    metrics.UNCERTAIN.labels("lookup_hit" if answer.result.found else "lookup_miss").inc()
            elif answer.result.parts and status == Status.ACCEPTED:
                metrics.PARTS.inc(answer.result.parts)
            metrics.MESSAGES.labels(status.value, self._provider.kind).inc()

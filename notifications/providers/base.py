"""What every SMS provider is to us. Sans-IO: adapters build requests and read replies, nothing else.

Success everywhere: HTTP 2xx AND parsed JSON AND the provider's own success field AND a message id. Whatever is neither
that nor an explicit refusal is UNCERTAIN: the message may be on its way, so it is looked up before it is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from notifications.models import Outcome


@dataclass(frozen=True, slots=True)
class OutboundSms:
    """`doubted`: an earlier attempt has an unknown outcome. `taken`: provider ids of other messages of ours."""

    ref: str
    phone: str
    text: str
    doubted: bool = False
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HttpRequest:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)  # carries the key and the text: never printed


@dataclass(frozen=True, slots=True)
class HttpReply:
    status: int
    body: bytes


class TransportError(Exception):
    """`sent` False: nothing left this host, so sending again is safe. True: bytes may have arrived."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


@dataclass(frozen=True, slots=True)
class SendResult:
    outcome: Outcome
    provider_id: str | None = None
    code: str = ""
    detail: str = ""
    retry_after: timedelta | None = None
    next_day: bool = False
    provider_down: bool = False
    parts: int | None = None
    cost_fen: int | None = None


@dataclass(frozen=True, slots=True)
class LookupResult:
    """`found` None: the question itself failed, so nothing is known. `delivered` None: accepted, no report yet."""

    found: bool | None
    provider_id: str | None = None
    delivered: bool | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class StatusEvent:
    ext_id: str
    ref: str
    phone: str
    delivered: bool
    code: str
    event_at: datetime | None
    raw: dict[str, Any]


class Malformed(ValueError):
    """A callback that is not what the provider documents."""


class SmsProvider(Protocol):
    kind: ClassVar[str]

    def build_send(self, sms: OutboundSms) -> HttpRequest: ...
    def parse_send(self, sms: OutboundSms, reply: HttpReply | TransportError) -> SendResult: ...
    def build_lookup(self, sms: OutboundSms, *, since: datetime) -> HttpRequest: ...
    def parse_lookup(self, sms: OutboundSms, reply: HttpReply | TransportError) -> LookupResult: ...
    def parse_status(self, body: bytes) -> list[StatusEvent]: ...

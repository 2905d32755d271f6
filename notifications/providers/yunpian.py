"""云片 (Yunpian) API v2. The sandbox gateway speaks the same protocol, so both accounts use this adapter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote_plus, urlencode

from notifications.clock import CHINA
from notifications.models import Outcome
from notifications.providers.base import (
    HttpReply,
    HttpRequest,
    LookupResult,
    Malformed,
    OutboundSms,
    SendResult,
    StatusEvent,
    TransportError,
)
from notifications.providers.yunpian_codes import verdict

_HEADERS = {
    "Accept": "application/json;charset=utf-8",
    "Content-Type": "application/x-www-form-urlencoded;charset=utf-8",
}
_TIME = "%Y-%m-%d %H:%M:%S"
_PAGE = 100  # the most rows get_record answers; one phone never has as many in one window
_SKEW = timedelta(minutes=5)  # their clock against ours
_REPORTS = {"SUCCESS": True, "FAIL": False}


def national(e164: str) -> str:
    """Domestic numbers travel without +86, foreign ones with their prefix."""
    return e164.removeprefix("+86")


def e164(mobile: str) -> str:
    return mobile if mobile.startswith("+") else "+86" + mobile


@dataclass(frozen=True, slots=True)
class Yunpian:
    base_url: str
    api_key: str
    callback_url: str
    kind: ClassVar[str] = "yunpian"

    def build_send(self, sms: OutboundSms) -> HttpRequest:
        """`uid` is our reference; it is echoed in reports and records but does not deduplicate."""
        fields = {"mobile": national(sms.phone), "text": sms.text, "uid": sms.ref, "callback_url": self.callback_url}
        return self._post("/v2/sms/single_send.json", fields)

    def parse_send(self, sms: OutboundSms, reply: HttpReply | TransportError) -> SendResult:
        if isinstance(reply, TransportError):
            outcome = Outcome.UNCERTAIN if reply.sent else Outcome.TEMPORARY
            return SendResult(outcome, code="transport", detail=reply.reason)
        body = _json(reply.body)
        code = _code(body)
        if code is None:
            return SendResult(Outcome.UNCERTAIN, code=f"http-{reply.status}", detail="no code in the answer")
        if code == 0:
            return _accepted(sms, reply.status, body)
        found = verdict(code, doubted=sms.doubted)
        return SendResult(
            found.outcome, code=str(code), detail=_words(body), retry_after=found.wait, next_day=found.next_day,
            provider_down=found.provider_down,
        )  # fmt: skip

    def build_lookup(self, sms: OutboundSms, *, since: datetime) -> HttpRequest:
        window = {"start_time": since - _SKEW, "end_time": since + timedelta(hours=24)}
        fields = {name: moment.astimezone(CHINA).strftime(_TIME) for name, moment in window.items()}
        fields |= {"mobile": national(sms.phone), "page_num": "1", "page_size": str(_PAGE)}
        return self._post("/v2/sms/get_record.json", fields)

    def parse_lookup(self, sms: OutboundSms, reply: HttpReply | TransportError) -> LookupResult:
        """Found by our reference, or, where the account does not echo it, by phone and exact text."""
        rows = None if isinstance(reply, TransportError) or reply.status != 200 else _json(reply.body)
        if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("sid") for row in rows):
            return LookupResult(found=None)
        mine = next((row for row in rows if _is_ours(sms, row)), None)
        if mine is None:
            return LookupResult(found=None if len(rows) >= _PAGE else False)
        failed_to_leave = mine.get("send_status") not in (None, "SUCCESS", "UNKNOWN")
        delivered = False if failed_to_leave else _REPORTS.get(str(mine.get("report_status")))
        return LookupResult(True, str(mine["sid"]), delivered, code=str(mine.get("error_msg") or "")[:40])

    def parse_status(self, body: bytes) -> list[StatusEvent]:
        """A push of up to 100 reports, encoded once or twice. Raises Malformed."""
        try:
            (text,) = parse_qs(body.decode("utf-8"), strict_parsing=True, max_num_fields=5)["sms_status"]
        except (KeyError, ValueError) as error:
            raise Malformed("sms_status is missing") from error
        rows = _json((text if text.lstrip()[:1] in ("[", "{") else unquote_plus(text)).encode())
        rows = [rows] if isinstance(rows, dict) else rows
        if not isinstance(rows, list):
            raise Malformed("sms_status is not JSON")
        return [_event(row) for row in rows]

    def _post(self, path: str, fields: Mapping[str, str]) -> HttpRequest:
        body = urlencode({"apikey": self.api_key, **fields}).encode("ascii")
        return HttpRequest("POST", self.base_url + path, _HEADERS, body)


def _accepted(sms: OutboundSms, status: int, body: dict[str, Any]) -> SendResult:
    sid = body.get("sid")
    if not 200 <= status < 300 or isinstance(sid, bool) or not str(sid or "").isdigit():
        return SendResult(Outcome.UNCERTAIN, code="0", detail="code 0 without a message id")
    fee, count = body.get("fee"), body.get("count")
    return SendResult(
        Outcome.ACCEPTED, provider_id=str(sid), code="0",
        parts=count if isinstance(count, int) else None,
        cost_fen=round(fee * 100) if isinstance(fee, int | float) else None,
    )  # fmt: skip


def _is_ours(sms: OutboundSms, row: dict[str, Any]) -> bool:
    if str(row.get("mobile")) != national(sms.phone):
        return False
    if row.get("uid"):
        return bool(row["uid"] == sms.ref)
    return row.get("text") == sms.text and str(row["sid"]) not in sms.taken


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # HTML of a proxy, half an answer, nesting meant to hurt
        return None


def _code(body: Any) -> int | None:
    """The explicit code. `"5"` as text is still a refusal, `"0"` as text is not a success."""
    code = body.get("code") if isinstance(body, dict) else None
    if isinstance(code, str) and code.lstrip("-").isdecimal() and len(code) < 8:
        return int(code) or None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _words(body: dict[str, Any]) -> str:
    return " ".join(str(body[name]) for name in ("msg", "detail") if body.get(name))[:200]


def _event(row: Any) -> StatusEvent:
    if not isinstance(row, dict) or row.get("report_status") not in _REPORTS or not row.get("sid"):
        raise Malformed("a report without sid or report_status")
    return StatusEvent(
        ext_id=str(row["sid"])[:64], ref=str(row.get("uid") or "")[:256], phone=e164(str(row.get("mobile"))),
        delivered=_REPORTS[row["report_status"]], code=str(row.get("error_msg") or "")[:40],
        event_at=_moment(row.get("user_receive_time")), raw=row,
    )  # fmt: skip


def _moment(text: object) -> datetime | None:
    try:
        return datetime.strptime(str(text), _TIME).replace(tzinfo=CHINA)
    except ValueError:  # absent for some failures; the report still counts
        return None

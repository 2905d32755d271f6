"""Yunpian's answers, each with what it means for the message."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode

import pytest

from notifications.models import Outcome
from notifications.providers.base import HttpReply, Malformed, OutboundSms, TransportError
from notifications.providers.yunpian import Yunpian
from notifications.providers.yunpian_codes import VERDICTS

ADAPTER = Yunpian(base_url="http://gateway", api_key="k" * 32, callback_url="http://us/hooks/x/status")
SMS = OutboundSms(ref="a" * 32, phone="+8613812345678", text="【局】你好")
OK = {"code": 0, "msg": "发送成功", "count": 1, "fee": 0.05, "unit": "RMB", "mobile": "13812345678", "sid": 3310228982}


def answer(body: Any, status: int = 200) -> HttpReply:
    return HttpReply(status, body if isinstance(body, bytes) else json.dumps(body).encode())


def test_a_send_carries_key_phone_without_prefix_text_reference_and_callback() -> None:
    request = ADAPTER.build_send(SMS)
    fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    assert request.url == "http://gateway/v2/sms/single_send.json"
    assert fields == {
        "apikey": "k" * 32, "mobile": "13812345678", "text": "【局】你好", "uid": "a" * 32,
        "callback_url": "http://us/hooks/x/status",
    }  # fmt: skip


def test_a_request_never_shows_its_body() -> None:
    assert "kkkk" not in repr(ADAPTER.build_send(SMS))


def test_success_needs_code_zero_2xx_and_an_id() -> None:
    result = ADAPTER.parse_send(SMS, answer(OK))
    assert (result.outcome, result.provider_id, result.parts, result.cost_fen) == (Outcome.ACCEPTED, "3310228982", 1, 5)


ODD = [
    (answer({"status": 500, "error": "Internal Server Error"}, 500), Outcome.UNCERTAIN),
    (answer({}, 500), Outcome.UNCERTAIN),
    (answer({}), Outcome.UNCERTAIN),
    (answer([]), Outcome.UNCERTAIN),
    (answer(b"<html>502</html>", 502), Outcome.UNCERTAIN),
    (answer(b'{"code":0,"msg":"\xe5'), Outcome.UNCERTAIN),
    (answer(b""), Outcome.UNCERTAIN),
    (answer(b"[" * 60_000), Outcome.UNCERTAIN),
    (answer({**OK, "sid": None}), Outcome.UNCERTAIN),
    (answer({**OK, "sid": True}), Outcome.UNCERTAIN),
    (answer({**OK, "code": "0"}), Outcome.UNCERTAIN),
    (answer({**OK, "code": False}), Outcome.UNCERTAIN),
    (answer({**OK, "code": 0.0}), Outcome.UNCERTAIN),
    (answer(OK, 500), Outcome.UNCERTAIN),
    (answer(OK, 302), Outcome.UNCERTAIN),
    (answer({"code": "5"}), Outcome.CONFIG),
    (answer({"code": "22"}, 400), Outcome.THROTTLED),
    (answer({"total_count": 0, "data": [{"code": 22}]}), Outcome.UNCERTAIN),
    (TransportError("ClientConnectorError", sent=False), Outcome.TEMPORARY),
    (TransportError("ServerDisconnectedError", sent=True), Outcome.UNCERTAIN),
]


@pytest.mark.parametrize(("reply", "outcome"), ODD)
def test_an_odd_answer_is_never_taken_for_acceptance(reply: HttpReply | TransportError, outcome: Outcome) -> None:
    assert ADAPTER.parse_send(SMS, reply).outcome == outcome


@pytest.mark.parametrize("code", sorted(VERDICTS))
def test_each_code_has_the_outcome_of_the_table(code: int) -> None:
    reply = answer({"http_status_code": 400, "code": code, "msg": None, "detail": "…"}, 400)
    result = ADAPTER.parse_send(SMS, reply)
    assert (result.outcome, result.retry_after) == (VERDICTS[code].outcome, VERDICTS[code].wait)
    assert result.outcome != Outcome.ACCEPTED


CLASSES = {
    Outcome.REFUSED: {1, 2, 4, 10, 11, 12, 14, 18, 19, 20, 21, 23, 25},
    Outcome.CONFIG: {3, 5, 6, 7, 13, 15, 16, 24, 26, 27, 28, -1, -2, -3, -6, -57},
    Outcome.THROTTLED: {8, 9, 17, 22, 33, -4, -5},
    Outcome.TEMPORARY: {-51},
    Outcome.UNCERTAIN: {-50, -53},
}


def test_the_codes_fall_into_the_classes_of_the_reference() -> None:
    found = {outcome: {code for code, v in VERDICTS.items() if v.outcome == outcome} for outcome in CLASSES}
    assert found == CLASSES
    assert {code for code, v in VERDICTS.items() if v.provider_down} == {3, -1, -2, -3, -57}


@pytest.mark.parametrize(("code", "outcome"), [(43, Outcome.REFUSED), (-99, Outcome.TEMPORARY)])
def test_an_unknown_positive_code_is_final_and_an_unknown_negative_one_passes(code: int, outcome: Outcome) -> None:
    assert ADAPTER.parse_send(SMS, answer({"code": code}, 400)).outcome == outcome


def test_same_content_after_a_doubtful_attempt_is_evidence_of_acceptance() -> None:
    doubted = OutboundSms(ref=SMS.ref, phone=SMS.phone, text=SMS.text, doubted=True)
    assert ADAPTER.parse_send(doubted, answer({"code": 8}, 400)).outcome == Outcome.UNCERTAIN
    fresh = ADAPTER.parse_send(SMS, answer({"code": 8}, 400))
    assert (fresh.outcome, fresh.retry_after) == (Outcome.THROTTLED, timedelta(seconds=31))


ROW = {
    "sid": "77",
    "mobile": "13812345678",
    "text": SMS.text,
    "send_status": "SUCCESS",
    "report_status": "UNKNOWN",
    "uid": None,
}
LOOKUPS: list[tuple[Any, bool | None, bool | None]] = [
    ([], False, None),
    ([ROW], True, None),
    ([{**ROW, "uid": SMS.ref, "text": "…"}], True, None),
    ([{**ROW, "uid": "b" * 32}], False, None),
    ([{**ROW, "mobile": "13912345678"}], False, None),
    ([{**ROW, "text": "【局】别的"}], False, None),
    ([{**ROW, "report_status": "SUCCESS"}], True, True),
    ([{**ROW, "report_status": "FAIL", "error_msg": "DB:0103"}], True, False),
    ([{**ROW, "sid": str(n), "uid": "b" * 32} for n in range(100)], None, None),
    ({"code": -50}, None, None),
    ([7], None, None),
]


@pytest.mark.parametrize(("rows", "found", "delivered"), LOOKUPS)
def test_a_lookup_finds_by_reference_or_by_phone_and_text(
    rows: Any, found: bool | None, delivered: bool | None
) -> None:
    result = ADAPTER.parse_lookup(SMS, answer(rows))
    assert (result.found, result.delivered) == (found, delivered)


def test_a_record_that_belongs_to_another_message_of_ours_is_not_this_one() -> None:
    sms = OutboundSms(ref=SMS.ref, phone=SMS.phone, text=SMS.text, taken=frozenset({"77"}))
    assert ADAPTER.parse_lookup(sms, answer([ROW])).found is False


def test_a_failed_question_proves_nothing() -> None:
    assert ADAPTER.parse_lookup(SMS, TransportError("x", sent=True)).found is None
    assert ADAPTER.parse_lookup(SMS, answer([], 502)).found is None


def test_a_lookup_asks_in_chinese_wall_time_around_the_attempt() -> None:
    request = ADAPTER.build_lookup(SMS, since=datetime(2026, 3, 2, 1, 0, tzinfo=UTC))
    fields = parse_qs(request.body.decode())
    assert (fields["start_time"], fields["page_size"]) == (["2026-03-02 08:55:00"], ["100"])


REPORT = {
    "sid": 9527, "uid": "a" * 32, "mobile": "13812345678", "report_status": "SUCCESS", "error_msg": "",
    "error_detail": "", "user_receive_time": "2026-03-02 09:00:01",
}  # fmt: skip


@pytest.mark.parametrize("encode", [json.dumps, lambda rows: quote_plus(json.dumps(rows))])
def test_a_push_may_be_encoded_once_or_twice(encode: Any) -> None:
    (event,) = ADAPTER.parse_status(urlencode({"sms_status": encode([REPORT])}).encode())
    assert (event.ext_id, event.ref, event.phone, event.delivered) == ("9527", "a" * 32, "+8613812345678", True)
    assert event.event_at == datetime(2026, 3, 2, 1, 0, 1, tzinfo=UTC)


BROKEN = [
    b"", b"x", b"sms_status=", b"sms_status=%5B7%5D", b"sms_status=nonsense", b"\xff\xfe=1",
    urlencode({"sms_status": json.dumps([{**REPORT, "report_status": "?"}])}).encode(),
    urlencode({"sms_status": json.dumps([{**REPORT, "sid": None}])}).encode(),
]  # fmt: skip


@pytest.mark.parametrize("body", BROKEN)
def test_a_broken_push_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        ADAPTER.parse_status(body)

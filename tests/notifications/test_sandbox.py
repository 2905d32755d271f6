"""The gateway speaks Yunpian's protocol: the official SDK and our own adapter are its clients."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from django.conf import settings
from yunpian_python_sdk.model import constant as names  # type: ignore[import-untyped]
from yunpian_python_sdk.ypclient import YunpianClient  # type: ignore[import-untyped]

from notifications.sandbox.yunpian import reply_sign
from notifications.templates import render
from tests.notifications.gateway import VALUES, Running, gateway, until

TEXT = render("SMS-01", VALUES, signature=settings.SMS_SIGNATURE, bureau_phone=settings.BUREAU_PHONE).text
OTHER = TEXT.replace("A7K2P9", "B8L3Q1")


def sdk(running: Running, key: str = "") -> YunpianClient:
    return YunpianClient(
        key or settings.SMS_API_KEY,
        {"yp.sms.host": running.url, "yp.user.host": running.url, "yp.tpl.host": running.url,
         "http.conn.timeout": "2", "http.so.timeout": "5"},
    )  # fmt: skip


def post(running: Running, path: str, **fields: str) -> tuple[int, Any]:
    body = urlencode({"apikey": settings.SMS_API_KEY, **fields}).encode()
    try:
        with urllib.request.urlopen(running.url + path, data=body, timeout=8) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def send(running: Running, mobile: str = "13812345678", text: str = TEXT, **fields: str) -> tuple[int, Any]:
    return post(running, "/v2/sms/single_send.json", mobile=mobile, text=text, **fields)


def test_the_official_sdk_sends_one_message(running: Running) -> None:
    result = sdk(running).sms().single_send({names.MOBILE: "13812345678", names.TEXT: TEXT})
    assert (result.code(), result.data()["mobile"], result.data()["count"]) == (0, "13812345678", 1)
    assert isinstance(result.data()["sid"], int)


def test_the_official_sdk_sends_a_batch_whose_elements_have_their_own_codes(running: Running) -> None:
    result = sdk(running).sms().batch_send({names.MOBILE: "13812345678,12,13812345679", names.TEXT: TEXT})
    assert [row["code"] for row in result.data()["data"]] == [0, 2, 0]
    assert "code" not in result.data()


def test_the_official_sdk_sends_by_template(running: Running) -> None:
    value = urlencode({f"#{name}#": text for name, text in VALUES.items()})
    result = (
        sdk(running).sms().tpl_single_send({names.MOBILE: "13812345678", names.TPL_ID: "1", names.TPL_VALUE: value})
    )
    assert result.code() == 0
    assert running.received("13812345678")[0]["text"] == TEXT


def test_the_official_sdk_reads_the_account(running: Running) -> None:
    result = sdk(running).user().get()
    assert (result.code(), result.data()["balance"]) == (0, 1000.0)
    assert sdk(running, "wrong").user().get().code() == -1


def test_template_values_are_encoded_twice() -> None:
    inner = "&".join(
        f"{quote_plus(name)}={quote_plus(value)}"
        for name, value in {"#item#": "企业开办 & 变更=1", "#step#": "审批"}.items()
    )
    assert inner == (
        "%23item%23=%E4%BC%81%E4%B8%9A%E5%BC%80%E5%8A%9E+%26+%E5%8F%98%E6%9B%B4%3D1&%23step%23=%E5%AE%A1%E6%89%B9"
    )
    assert urlencode({"tpl_value": inner}).startswith("tpl_value=%2523item%2523%3D%25E4%25BC%2581")


def test_a_value_encoded_three_times_is_not_forgiven(running: Running) -> None:
    value = quote_plus(urlencode({f"#{name}#": text for name, text in VALUES.items()}))
    code, body = post(running, "/v2/sms/tpl_single_send.json", mobile="13812345678", tpl_id="1", tpl_value=value)
    assert (code, body["code"]) == (400, 2)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"mobile": ""}, 1), ({"mobile": "12"}, 2), ({"text": "没有签名"}, 15), ({"text": "【别人】" + TEXT[11:]}, 15),
        ({"text": f"【{settings.SMS_SIGNATURE}】恭喜中奖"}, 5), ({"text": TEXT + "x" * 500}, 2),
        ({"apikey": "wrong"}, -1),
    ],
)  # fmt: skip
def test_a_refusal_is_http_400_with_a_code(running: Running, fields: dict[str, str], code: int) -> None:
    status, body = send(running, **fields)
    assert (status, body["code"], body["http_status_code"]) == (400, code, 400)


def test_the_same_text_to_the_same_phone_is_refused_for_thirty_seconds(running: Running) -> None:
    assert [send(running)[1]["code"] for _ in range(2)] == [0, 8]
    assert send(running, text=OTHER)[1]["code"] == 0
    assert send(running, mobile="13812345679")[1]["code"] == 0


def test_more_than_three_times_in_five_minutes_is_refused() -> None:
    from notifications.sandbox.store import Store

    store = Store()
    now = time.time()
    for _ in range(3):
        store.accept(mobile="1", text="x", uid="", callback_url="", count=1)
    assert [store.same_content("1", "x", now=now + at) for at in (10, 40, 320)] == [8, 9, 0]


def test_records_name_what_was_accepted(running: Running) -> None:
    send(running, uid="r" * 32)
    window = {"start_time": "2000-01-01 00:00:00", "end_time": "2099-01-01 00:00:00", "page_size": "100"}
    _, rows = post(running, "/v2/sms/get_record.json", mobile="13812345678", **window)
    assert [(row["uid"], row["text"], row["send_status"]) for row in rows] == [("r" * 32, TEXT, "SUCCESS")]
    assert post(running, "/v2/sms/get_record.json", mobile="13900000000", **window)[1] == []


def test_a_pulled_report_is_gone(running: Running) -> None:
    send(running)
    until(lambda: running.received("13812345678")[0]["report"] == "SUCCESS")
    _, rows = post(running, "/v2/sms/pull_status.json", page_size="20")
    assert [row["report_status"] for row in rows] == ["SUCCESS"]
    assert post(running, "/v2/sms/pull_status.json", page_size="20")[1] == []


def test_an_ordinary_number_can_be_made_to_fail(running: Running) -> None:
    running.behave("+8613812345678", "undelivered")
    send(running)
    until(lambda: running.received("13812345678")[0]["report"] == "FAIL")
    running.behave("13812345678", "code", code=22, times=1)
    assert [send(running, text=OTHER)[1]["code"] for _ in range(2)] == [22, 0]


@pytest.mark.parametrize(("tail", "code"), [("11", 22), ("12", 8), ("13", 3), ("14", -5)])
def test_magic_numbers_refuse(running: Running, tail: str, code: int) -> None:
    assert send(running, mobile=f"100000000{tail}")[1]["code"] == code


def test_the_buttons_report_and_reply(running: Running) -> None:
    running.ask("/__sandbox/settings", {"automatic": False})
    sid = send(running)[1]["sid"]
    running.ask("/__sandbox/report", {"sid": sid, "delivered": False})
    running.ask("/__sandbox/reply", {"phone": "13812345678", "text": "TD"})
    assert running.received("13812345678")[0]["report"] == "FAIL"
    (reply,) = post(running, "/v2/sms/pull_reply.json", page_size="20")[1]
    assert (reply["text"], reply["mobile"], reply["_sign"]) == ("TD", "13812345678", None)


def test_the_signature_of_a_reply_is_the_documented_one() -> None:
    fields = {
        "base_extend": "8888", "extend": "01", "id": "2a70c6bb4f2845da816ea1bfe5732747", "mobile": "15205201314",
        "reply_time": "2014-03-17 22:55:21", "text": "收到了，谢谢！", "_sign": "",
    }  # fmt: skip
    assert reply_sign(fields, "0000") == "393d079e0a00912335adfe46f4a2e10f"


def test_a_restarted_gateway_knows_its_messages_and_sends_the_missing_receipts(tmp_path: Path) -> None:
    store = tmp_path / "sandbox.jsonl"
    with gateway(store=store, receipt_seconds=60) as first:
        send(first, uid="r" * 32)
        first.ask("/__sandbox/reply", {"phone": "13812345678", "text": "收到"})
    with store.open("ab") as file:
        file.write(b'{"k":"accept","sid":')  # killed while writing
    with gateway(store=store) as second:
        (message,) = second.received("13812345678")
        assert (message["uid"], message["text"]) == ("r" * 32, TEXT)
        assert send(second)[1]["code"] == 8
        until(lambda: second.received("13812345678")[0]["report"] == "SUCCESS")


def test_the_wall_is_strict_about_where_things_come_from(running: Running) -> None:
    with urllib.request.urlopen(running.url + "/", timeout=5) as answer:
        page, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert "演示" in page and "style=" not in page
    assert "//" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_form_of_another_site_cannot_press_the_buttons(running: Running) -> None:
    request = urllib.request.Request(
        running.url + "/__sandbox/reply", data=b"{}", headers={"Content-Type": "text/plain"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    assert refused.value.code == 415

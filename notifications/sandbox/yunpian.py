"""Yunpian's HTTP API v2 (`design/sms.md` 2.2–2.6), as far as the product and the official SDK need it."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from notifications.clock import CHINA
from notifications.sandbox.behaviour import Behaviour, Fault
from notifications.sandbox.courier import report_json, stamp
from notifications.sandbox.gateway import (
    Gateway,
    Refusal,
    is_before_acceptance,
    is_unheard,
    refused_json,
    sent_json,
    templates_as_provider,
)
from notifications.sandbox.store import Reply

GATEWAY: web.AppKey[Gateway] = web.AppKey("gateway", Gateway)
HANG_SECONDS, SLOW_SECONDS = 30.0, 5.0
MOST_MOBILES, MOST_ROWS = 1000, 100
Form = Mapping[str, str]
Call = Callable[[Gateway, Form], Awaitable[Any]]


def answer(body: Any, *, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False).encode(), status=status, content_type="application/json",
        charset="utf-8",
    )  # fmt: skip


def entry(call: Call) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Key checked, refusals as HTTP 400 with a code, as the provider does."""

    async def view(request: web.Request) -> web.StreamResponse:
        gateway = request.app[GATEWAY]
        gateway.store.tally.requests += 1
        try:
            form = dict(parse_qsl(await request.text(), keep_blank_values=True))
            gateway.check_key(form.get("apikey", ""))
            found = await call(gateway, form)
        except Refusal as refusal:
            gateway.store.tally.refused += 1
            codes = gateway.store.tally.codes
            codes[str(refusal.code)] = codes.get(str(refusal.code), 0) + 1
            return answer(refused_json(refusal), status=400)
        except _Reset:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return found if isinstance(found, web.StreamResponse) else answer(found)

    return view


class _Reset(Exception):
    """Cut the connection instead of answering."""


def required(form: Form, name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise Refusal(1, f"参数 {name} 必须传入")
    return value


async def single_send(gateway: Gateway, form: Form) -> Any:
    return await _send(gateway, required(form, "mobile"), required(form, "text"), form)


async def tpl_single_send(gateway: Gateway, form: Form) -> Any:
    return await _send(gateway, required(form, "mobile"), _filled(gateway, form), form)


async def batch_send(gateway: Gateway, form: Form) -> Any:
    return await _batch(gateway, required(form, "text"), form)


async def tpl_batch_send(gateway: Gateway, form: Form) -> Any:
    return await _batch(gateway, _filled(gateway, form), form)


async def _batch(gateway: Gateway, text: str, form: Form) -> Any:
    """Each element has its own code; there is none at the top."""
    mobiles = required(form, "mobile").split(",")
    if len(mobiles) > MOST_MOBILES:
        raise Refusal(2, "号码过多")
    rows = []
    for mobile in mobiles:
        fault = gateway.fault_for(mobile)
        try:
            message = gateway.take(mobile, text, **_extras(form), fault=fault)
        except Refusal as refusal:
            rows.append({**refused_json(refusal), "mobile": mobile})
            continue
        await gateway.follow_up(message, fault)
        rows.append(sent_json(message))
    total = sum(row.get("fee", 0) for row in rows)
    accepted = sum(row["code"] == 0 for row in rows)
    return {"total_count": accepted, "total_fee": f"{total:.4f}", "unit": "RMB", "data": rows}


def _extras(form: Form) -> dict[str, str]:
    return {"uid": form.get("uid", ""), "callback_url": form.get("callback_url", "")}


async def _send(gateway: Gateway, mobile: str, text: str, form: Form) -> Any:
    fault = gateway.fault_for(mobile)
    if gateway.options.answer_seconds:
        await asyncio.sleep(gateway.options.answer_seconds)
    if is_before_acceptance(fault) and fault.behaviour is not Behaviour.CODE:
        return await _odd(fault)
    message = gateway.take(mobile, text, **_extras(form), fault=fault)
    await gateway.follow_up(message, fault)
    if fault.behaviour is Behaviour.SLOW:
        await asyncio.sleep(SLOW_SECONDS)
    if is_unheard(fault):
        return await _unheard(fault)
    return sent_json(message)


async def _odd(fault: Fault) -> web.Response:
    """Answers that say neither yes nor no; nothing was accepted."""
    match fault.behaviour:
        case Behaviour.HTTP_500:
            return answer({}, status=500)
        case Behaviour.HTML_502:
            return web.Response(text="<html><h1>502 Bad Gateway</h1></html>", status=502, content_type="text/html")
        case Behaviour.CODE_AS_TEXT:
            return answer({"code": "5", "msg": "未自动匹配到合适的模板"})
        case Behaviour.EMPTY_LIST:
            return answer([])
        case _:
            await asyncio.sleep(HANG_SECONDS)
            raise _Reset


async def _unheard(fault: Fault) -> web.Response:
    """Accepted, but the answer does not arrive whole."""
    if fault.behaviour is Behaviour.TRUNCATED:
        return web.Response(body=b'{"code":0,"msg":"\xe5\x8f\x91', content_type="application/json")
    if fault.behaviour is Behaviour.HANG_ACCEPTED:
        await asyncio.sleep(HANG_SECONDS)
    raise _Reset


def _filled(gateway: Gateway, form: Form) -> str:
    """`tpl_value` is encoded twice: the form was read once, this reads the inside. Empty values are refused."""
    number = required(form, "tpl_id")
    text = templates_as_provider().get(int(number)) if number.isdecimal() else None
    if text is None:
        raise Refusal(5)
    for name, value in parse_qsl(form.get("tpl_value", ""), keep_blank_values=True):
        if not (name.startswith("#") and name.endswith("#") and value):
            raise Refusal(2, "参数 tpl_value 格式不正确")
        text = text.replace(name, value)
    text = text.replace("#bureau_phone#", gateway.options.bureau_phone)
    if "#" in text:
        raise Refusal(2, "参数 tpl_value 缺少变量")
    return f"【{gateway.options.signature}】{text}"


def _moment(form: Form, name: str) -> float:
    try:
        return datetime.strptime(required(form, name), "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).timestamp()
    except ValueError:
        raise Refusal(2, f"参数 {name} 格式不正确") from None


def _number(form: Form, name: str, default: int, *, most: int) -> int:
    value = form.get(name) or str(default)
    if not value.isdecimal() or not 1 <= int(value) <= most:
        raise Refusal(2, f"参数 {name} 格式不正确")
    return int(value)


async def get_record(gateway: Gateway, form: Form) -> Any:
    start, end = _moment(form, "start_time"), _moment(form, "end_time")
    page, size = _number(form, "page_num", 1, most=100_000), _number(form, "page_size", 20, most=MOST_ROWS)
    store, mobile = gateway.store, form.get("mobile", "")
    known = store.by_mobile.get(mobile, []) if mobile else store.messages.values()
    rows = [message for message in known if start <= message.at < end + 1]
    return [
        {
            "sid": str(message.sid), "mobile": message.mobile, "send_time": stamp(message.at), "text": message.text,
            "send_status": "SUCCESS", "report_status": message.report or "UNKNOWN", "fee": message.count,
            "user_receive_time": stamp(message.reported_at) if message.report else None,
            "error_msg": message.error or None, "uid": message.uid or None,
        }
        for message in rows[(page - 1) * size : page * size]
    ]  # fmt: skip


async def pull_status(gateway: Gateway, form: Form) -> Any:
    """What was pulled is gone, as with the provider."""
    size = _number(form, "page_size", 20, most=MOST_ROWS)
    store = gateway.store
    taken, store.unpulled[:size] = store.unpulled[:size], []
    return [report_json(message) for message in taken]


async def pull_reply(gateway: Gateway, form: Form) -> Any:
    size = _number(form, "page_size", 20, most=MOST_ROWS)
    store = gateway.store
    taken, store.unpulled_replies[:size] = store.unpulled_replies[:size], []
    return [{**reply_json(reply), "_sign": None} for reply in taken]


def reply_json(reply: Reply) -> dict[str, str]:
    return {
        "id": reply.id, "mobile": reply.mobile, "text": reply.text, "reply_time": stamp(reply.at),
        "extend": "", "base_extend": "8888",
    }  # fmt: skip


def reply_sign(fields: Mapping[str, str | None], api_key: str) -> str:
    """`_sign` of a pushed reply: the values by key, then the api key, joined by commas (`design/sms.md` 2.6)."""
    values = [fields[name] or "" for name in sorted(fields) if name != "_sign"]
    return hashlib.md5(",".join([*values, api_key]).encode(), usedforsecurity=False).hexdigest()


async def user_get(gateway: Gateway, form: Form) -> Any:
    return {
        "nick": "演示账户", "gmt_created": "2026-01-01 00:00:00", "mobile": "13000000000", "email": "demo@example.com",
        "ip_whitelist": None, "api_version": "v2", "balance": 1000.0, "alarm_balance": 100,
        "emergency_contact": None, "emergency_mobile": None,
    }  # fmt: skip


async def tpl_get(gateway: Gateway, form: Form) -> Any:
    rows = [
        {
            "tpl_id": number,
            "tpl_content": f"【{gateway.options.signature}】{text}",
            "check_status": "SUCCESS",
            "reason": None,
        }
        for number, text in templates_as_provider().items()
    ]
    wanted = form.get("tpl_id")
    return next((row for row in rows if str(row["tpl_id"]) == wanted), []) if wanted else rows


CALLS: dict[str, Call] = {
    "/v2/sms/single_send.json": single_send,
    "/v2/sms/batch_send.json": batch_send,
    "/v2/sms/tpl_single_send.json": tpl_single_send,
    "/v2/sms/tpl_batch_send.json": tpl_batch_send,
    "/v2/sms/get_record.json": get_record,
    "/v2/sms/pull_status.json": pull_status,
    "/v2/sms/pull_reply.json": pull_reply,
    "/v2/user/get.json": user_get,
    "/v2/tpl/get.json": tpl_get,
}
ROUTES = [web.post(path, entry(call)) for path, call in CALLS.items()]

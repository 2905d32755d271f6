"""The wall of phones, and the JSON doors of tests and drills."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from aiohttp import web

from notifications.sandbox.behaviour import Behaviour, Fault
from notifications.sandbox.store import message_json
from notifications.sandbox.yunpian import GATEWAY, answer

NEWEST = 400  # messages the wall starts with
HEARTBEAT_SECONDS = 15.0
BEHIND = 2000  # changes a page may be behind before it has to reload
STOP: web.AppKey[asyncio.Event] = web.AppKey("stop", asyncio.Event)
_CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " \
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"  # fmt: skip
_KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
_FILES = {"": "wall.html", "wall.css": "wall.css", "wall.js": "wall.js"}
_STATIC = {
    name: (files(__package__).joinpath("static", file).read_text("utf-8"), _KINDS[file.rpartition(".")[2]])
    for name, file in _FILES.items()
}


async def static(request: web.Request) -> web.Response:
    text, kind = _STATIC[request.match_info.get("name", "")]
    headers = {
        "Content-Security-Policy": _CSP, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY", "Cache-Control": "no-cache",
    }  # fmt: skip
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)


async def messages(request: web.Request) -> web.Response:
    """`?phone=` one phone's messages and replies, oldest first; without it the newest of all."""
    store, phone = request.app[GATEWAY].store, request.query.get("phone", "").removeprefix("+86")
    found = store.by_mobile.get(phone, []) if phone else list(store.messages.values())[-NEWEST:]
    replies = [asdict(reply) for reply in store.replies if not phone or reply.mobile == phone]
    return answer({"messages": [message_json(message) for message in found], "replies": replies})


async def stats(request: web.Request) -> web.Response:
    gateway = request.app[GATEWAY]
    store = gateway.store
    refs = [message.uid for message in store.messages.values() if message.uid]
    return answer({
        **asdict(store.tally), "accepted": len(store.messages), "phones": len(store.by_mobile),
        "refs": len(set(refs)), "doubled": len(refs) - len(set(refs)), "automatic": gateway.options.automatic,
    })  # fmt: skip


async def events(request: web.Request) -> web.StreamResponse:
    """Server-sent events: every change of the wall, from now on."""
    store = request.app[GATEWAY].store
    queue: asyncio.Queue[str] = asyncio.Queue(BEHIND)

    def watch(kind: str, facts: dict[str, Any]) -> None:
        if queue.full():
            store.watchers.discard(watch)  # the page notices the end and loads anew
        else:
            queue.put_nowait(json.dumps({"kind": kind, **facts}, ensure_ascii=False))

    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    store.watchers.add(watch)
    try:
        while watch in store.watchers and not request.app[STOP].is_set():
            line = ": still here"
            with contextlib.suppress(TimeoutError):
                line = "data: " + await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
            await response.write(f"{line}\n\n".encode())
    except (ConnectionError, asyncio.CancelledError):  # the page was closed
        pass
    finally:
        store.watchers.discard(watch)
    return response


async def set_fault(request: web.Request) -> web.Response:
    """`{"phone": "138…" | "*", "behaviour": "code", "code": 22, "times": 1, "share": 0.05}`.

    Without a behaviour the phone is back to normal.
    """
    body = await _json(request)
    phone = str(body.get("phone", "")).removeprefix("+86")
    try:
        fault = None if not body.get("behaviour") else Fault(
            Behaviour(body["behaviour"]), code=int(body.get("code", 0)),
            times=int(body["times"]) if body.get("times") else None, share=float(body.get("share", 1.0)),
        )  # fmt: skip
    except (ValueError, TypeError) as error:
        raise web.HTTPBadRequest(text=str(error)) from None
    request.app[GATEWAY].behaviours.set(phone, fault)
    return await faults(request)


async def faults(request: web.Request) -> web.Response:
    listed = request.app[GATEWAY].behaviours.listed()
    return answer({phone: asdict(fault) for phone, fault in listed.items()})


async def clear_faults(request: web.Request) -> web.Response:
    request.app[GATEWAY].behaviours.clear()
    return await faults(request)


async def report(request: web.Request) -> web.Response:
    """The buttons 送达 and 失败: the carrier reports now."""
    gateway, body = request.app[GATEWAY], await _json(request)
    message = gateway.store.messages.get(int(body.get("sid", 0)))
    if message is None:
        raise web.HTTPNotFound
    delivered = bool(body.get("delivered"))
    gateway.courier.put(gateway.store.report(message, delivered=delivered, error="" if delivered else "DB:0103"))
    return answer(message_json(message))


async def reply(request: web.Request) -> web.Response:
    body = await _json(request)
    phone, text = str(body.get("phone", "")).removeprefix("+86"), str(body.get("text", "")).strip()[:500]
    store = request.app[GATEWAY].store
    if phone not in store.by_mobile or not text:
        raise web.HTTPBadRequest(text="unknown phone or empty text")
    return answer(asdict(store.reply(mobile=phone, text=text)))


async def settings(request: web.Request) -> web.Response:
    """`{"automatic": false}`: nothing is reported until somebody presses a button. Delays in seconds."""
    options, body = request.app[GATEWAY].options, await _json(request)
    options.automatic = bool(body.get("automatic", options.automatic))
    options.receipt_seconds = float(body.get("receipt_seconds", options.receipt_seconds))
    options.answer_seconds = float(body.get("answer_seconds", options.answer_seconds))
    return await stats(request)


async def clear(request: web.Request) -> web.Response:
    await _json(request)
    request.app[GATEWAY].store.forget()
    return answer({})


async def _json(request: web.Request) -> dict[str, Any]:
    """JSON only: a form of another site cannot send that without the browser asking first."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        raise web.HTTPBadRequest(text="not JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="not an object")
    return body


ROUTES = [
    web.get("/", static),
    web.get("/{name:wall\\.(?:css|js)}", static),
    web.get("/__sandbox/messages", messages),
    web.delete("/__sandbox/messages", clear),
    web.get("/__sandbox/stats", stats),
    web.get("/__sandbox/events", events),
    web.get("/__sandbox/faults", faults),
    web.post("/__sandbox/faults", set_fault),
    web.delete("/__sandbox/faults", clear_faults),
    web.post("/__sandbox/report", report),
    web.post("/__sandbox/reply", reply),
    web.post("/__sandbox/settings", settings),
]

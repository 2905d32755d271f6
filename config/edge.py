"""The outermost layer of every HTTP request: number, bound, answer files from memory, dress, log."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import structlog

from config import counts, shelf
from config.bridge import AsgiApp, Receive, Scope, Send

log = structlog.get_logger(__name__)

BODY_LIMIT = 1024 * 1024
BODY_SECONDS = 30
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(slots=True)
class _Refusal(Exception):
    status: int
    code: str
    title: str


@dataclass(slots=True)
class _Seen:
    """What one request came to, for its line in the log."""

    status: int = 0
    size: int = 0
    started: float = field(default_factory=time.perf_counter)

    @property
    def ms(self) -> float:
        return round((time.perf_counter() - self.started) * 1000, 1)


class Edge:
    """Wraps the application; `headers` go on every answer."""

    def __init__(self, app: AsgiApp, *, files: shelf.Shelf, headers: list[tuple[bytes, bytes]]) -> None:
        self._app = app
        self._files = files
        self._headers = headers
        self._names = {name for name, _ in headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        seen = _Seen()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._answer(scope, receive, self._dressed(send, seen, request_id), request_id)
            finally:
                _note(scope, seen)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        """Files and the sign of life need no thread; everything else is read whole, then handed on."""
        if scope["path"] == "/healthz":
            await _text(send, 200, "ok")
            return
        if scope["method"] in ("GET", "HEAD"):
            item = self._files.find(scope["path"])
            if item is not None:
                await shelf.answer(item, scope, send)
                return
            if self._files.is_empty and scope["path"] == "/":
                await _text(send, 503, "前端尚未构建，请先运行 make build")
                return
        try:
            body = await _bounded_body(scope, receive)
        except _Refusal as refusal:
            await _problem(send, refusal, request_id)
            return
        if body is None:
            log.info("http.left", path=scope["path"])
        else:
            await self._app(_numbered(scope, request_id), _replay(body, receive), send)

    def _dressed(self, send: Send, seen: _Seen, request_id: str) -> Send:
        own = [*self._headers, (b"x-request-id", request_id.encode())]

        async def dressed(message: Any) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                kept = [pair for pair in message["headers"] if pair[0] not in self._names]
                message = {**message, "headers": kept + own}
            elif message["type"] == "http.response.body":
                seen.size += len(message.get("body", b""))
            await send(message)

        return dressed


def _note(scope: Scope, seen: _Seen) -> None:
    """The path only: a query string may carry a code."""
    path, method = scope["path"], scope["method"]
    kind = path.removeprefix("/").partition("/")[0]  # «OPTIONS *» has no slash at all
    counts.count_request(kind if kind in shelf.VIEWS else "page", method, seen.status, seen.ms)
    log.info("http.request", method=method, path=path, status=seen.status, ms=seen.ms, bytes=seen.size)


def _request_id(scope: Scope) -> str:
    """The caller's own number when it is harmless in a log, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _SANE_ID.fullmatch(value.decode("latin1")):
            return str(value.decode("latin1"))
    return uuid.uuid4().hex


def _numbered(scope: Scope, request_id: str) -> Scope:
    headers = [pair for pair in scope["headers"] if pair[0] != b"x-request-id"]
    return {**scope, "headers": [*headers, (b"x-request-id", request_id.encode())]}


async def _bounded_body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body, or None when the client went away before its end: then nothing must be written."""
    announced = dict(scope["headers"]).get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > BODY_LIMIT:
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(receive)
    except TimeoutError:
        raise _Refusal(408, "body.too-slow", "请求传输超时，请检查网络后重试") from None


async def _read(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > BODY_LIMIT:
            raise _too_large()
        if not message.get("more_body", False):
            return bytes(body)


def _too_large() -> _Refusal:
    return _Refusal(413, "body.too-large", "提交的内容超过1MB，请减少后重新提交")


def _replay(body: bytes, receive: Receive) -> Receive:
    """`receive` for the application: the body at once, then whatever the server says next."""
    given = False

    async def once() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


async def _problem(send: Send, refusal: _Refusal, request_id: str) -> None:
    facts = {"code": refusal.code, "title": refusal.title, "status": refusal.status, "request_id": request_id}
    await _send(send, refusal.status, "application/problem+json", json.dumps(facts, ensure_ascii=False))


async def _text(send: Send, status: int, text: str) -> None:
    await _send(send, status, "text/plain; charset=utf-8", text + "\n")


async def _send(send: Send, status: int, kind: str, text: str) -> None:
    body = text.encode()
    headers = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode())]
    headers.append((b"cache-control", b"no-store"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

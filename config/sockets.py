"""Websockets put together: routes, origin check, rights, and the hub of this process.

`config.asgi` mounts `websocket_application`, keeps `hub_lifespan` open while it serves, and gives uvicorn
`FramedWebSocket`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import structlog
from channels.routing import URLRouter
from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import path

from config.access import PROGRESS, STAFF
from config.bridge import Receive, Scope, Send
from config.framed import FramedWebSocket
from journal.consumer import JournalConsumer
from journal.hub import Hub

__all__ = ["FramedWebSocket", "hub_lifespan", "websocket_application"]

log = structlog.get_logger(__name__)

_AGAIN_AFTER = 1.0
_running: list[Hub] = []


def _hub() -> Hub | None:
    return _running[-1] if _running else None


_routes = URLRouter(
    [
        path("ws", JournalConsumer.as_asgi(hub=_hub, access=STAFF)),
        path("ws/progress", JournalConsumer.as_asgi(hub=_hub, access=PROGRESS)),
    ]
)


async def websocket_application(scope: Scope, receive: Receive, send: Send) -> None:
    """Our two sockets, for our own pages only: a browser sends the cookie from any page, but names that page."""
    if scope["path"] not in ("/ws", "/ws/progress") or not _is_own_page(dict(scope["headers"])):
        await receive()
        await send({"type": "websocket.close", "code": 4403})  # before the handshake: an HTTP 403
        return
    await _routes(scope, receive, send)


def _is_own_page(headers: dict[bytes, bytes]) -> bool:
    """Whether a known host was asked, by a page of that host. No Origin: not a browser, so no page either."""
    host = headers.get(b"host", b"").decode("latin1")
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return False
    origin = headers.get(b"origin", b"").decode("latin1").lower()
    if not origin:
        return True
    return origin in settings.CSRF_TRUSTED_ORIGINS or (_netloc(origin) == host.lower())


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


@asynccontextmanager
async def hub_lifespan() -> AsyncIterator[None]:
    """The hub, from before the first socket until after the last."""
    ready = asyncio.Event()
    task = asyncio.create_task(_keep_hub(ready), name="hub")
    await ready.wait()
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_hub(ready: asyncio.Event) -> None:
    """A mistake in the hub must not leave the process deaf: its clients are sent away to resume, and it begins anew."""
    while True:
        hub = Hub(redis_url=settings.REDIS_URL)
        _running.append(hub)
        try:
            await hub.run(ready=ready.set)
        except Exception:
            log.exception("hub.crashed")
        finally:
            _running.remove(hub)
        await asyncio.sleep(_AGAIN_AFTER)

"""Puts the gateway together and serves it, as a process of its own or on somebody else's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from aiohttp import web
from django.conf import settings

from notifications.providers import callback_url
from notifications.sandbox import wall, yunpian
from notifications.sandbox.behaviour import Behaviours
from notifications.sandbox.courier import Courier
from notifications.sandbox.gateway import Gateway, Options
from notifications.sandbox.store import Store

log = structlog.get_logger(__name__)
PORT = 8797


def options() -> Options:
    """As the product is configured, so that the two understand each other without further ado."""
    return Options(
        api_key=settings.SMS_API_KEY,
        signature=settings.SMS_SIGNATURE,
        bureau_phone=settings.BUREAU_PHONE,
        callback_url=callback_url(),
    )


def build(given: Options, *, store: Path | None, retry_seconds: float = 300.0) -> web.Application:
    kept = Store(store)
    courier = Courier(kept, retry_seconds=retry_seconds)
    app = web.Application(client_max_size=256 * 1024)
    app[yunpian.GATEWAY] = Gateway(kept, Behaviours(), courier, given)
    app[wall.STOP] = asyncio.Event()
    app.add_routes([*yunpian.ROUTES, *wall.ROUTES])
    app.on_startup.append(_resume)
    app.on_shutdown.append(_stop_streams)
    app.on_cleanup.append(_close)
    return app


async def _resume(app: web.Application) -> None:
    app[yunpian.GATEWAY].resume()


async def _stop_streams(app: web.Application) -> None:
    app[wall.STOP].set()


async def _close(app: web.Application) -> None:
    await app[yunpian.GATEWAY].courier.close()


async def start(app: web.Application, *, host: str = "127.0.0.1", port: int = PORT) -> Callable[[], Awaitable[None]]:
    """Serve on the running loop. The answer ends it. Raises OSError where the port is taken."""
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    log.info("sms.sandbox_started", url=f"http://{host}:{port}/")
    return runner.cleanup

"""One ASGI application: the edge around views in threads, and the websocket on the loop."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import chain
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

_wsgi = get_wsgi_application()  # sets Django up; everything below may touch models

from django.conf import settings
from django.template.utils import get_app_template_dirs

from config import csp, embedded
from config.bridge import AsgiApp, Receive, Scope, Send, Threads
from config.edge import Edge
from config.shelf import Shelf
from config.sockets import hub_lifespan, websocket_application

DIST = settings.BASE_DIR / "frontend" / "dist"


def _own_pages() -> list[Path]:
    """The page files whose inline pieces may run."""
    templates = chain.from_iterable(Path(folder).rglob("*.html") for folder in get_app_template_dirs("templates"))
    ours = [page for page in templates if page.is_relative_to(settings.BASE_DIR) and ".venv" not in page.parts]
    return [*ours, *DIST.glob("index.html")]


@asynccontextmanager
async def _running() -> AsyncIterator[None]:
    """What lives as long as the process, begun from the bottom up and ended the other way round."""
    async with AsyncExitStack() as stack:
        stack.callback(_threads.close)
        await stack.enter_async_context(hub_lifespan())
        if settings.EMBEDDED:
            await stack.enter_async_context(embedded.running())
        yield


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    async with _running():
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})


_threads = Threads(_wsgi, size=settings.WEB_THREADS)
_edge: AsgiApp = Edge(_threads, files=Shelf(DIST), headers=csp.headers(_own_pages(), https=settings.PRODUCTION))


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "websocket":
        await websocket_application(scope, receive, send)
    else:
        await _edge(scope, receive, send)

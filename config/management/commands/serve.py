"""One web process: `manage.py serve`."""

from __future__ import annotations

from argparse import ArgumentParser
from contextlib import nullcontext, suppress
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand

from config import embedded


class Command(BaseCommand):
    """Serve pages, interface and websockets; without REDIS_URL everything else too, in this one process."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: Any, **options: Any) -> None:
        alone = embedded.only_one(settings.VAR_DIR) if settings.EMBEDDED else nullcontext()
        # The server ends everything at Ctrl-C and only then raises it again.
        with alone, suppress(KeyboardInterrupt):
            _server(options["host"], options["port"]).run()


def _server(host: str, port: int) -> uvicorn.Server:
    from config.sockets import FramedWebSocket

    return uvicorn.Server(
        uvicorn.Config(
            "config.asgi:application",
            host=host,
            port=port,
            ws=FramedWebSocket,
            ws_ping_interval=None,  # both sides have their own heartbeat (journal/hub)
            ws_max_size=64 * 1024,
            lifespan="on",
            server_header=False,
            access_log=False,  # the edge writes one line per request
            log_config=None,
            timeout_graceful_shutdown=5,
        )
    )

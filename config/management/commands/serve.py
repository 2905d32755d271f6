"""One web process: `manage.py serve`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from contextlib import nullcontext, suppress
from typing import Any

import structlog
import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from config import embedded

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    """Serve pages, interface and websockets; without REDIS_URL everything else too, in this one process."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: Any, **options: Any) -> None:
        alone = embedded.only_one(settings.VAR_DIR) if settings.EMBEDDED else nullcontext()
        _refuse_old_tables()
        log.info("serve.started", host=options["host"], port=options["port"], embedded=settings.EMBEDDED)
        # The server ends everything at Ctrl-C and only then raises it again.
        with alone, suppress(KeyboardInterrupt):
            server(options["host"], options["port"]).run()


def _refuse_old_tables() -> None:
    """One sentence now instead of a traceback per request; a database that is away is waited for (/readyz says so)."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as away:
        log.warning("serve.database_away", error=str(away))
        return
    finally:
        connection.close()
    if missing:
        print(
            f"serve: the database lacks {len(missing)} migrations (first: {missing[0][0]}); "
            "run `manage.py prepare`, then start again",
            file=sys.stderr,
        )
        raise SystemExit(embedded.REFUSED)


def server(host: str, port: int) -> uvicorn.Server:
    """uvicorn as this product wants it."""
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
            proxy_headers=bool(settings.FORWARDED_ALLOW_IPS),
            forwarded_allow_ips=settings.FORWARDED_ALLOW_IPS,
            server_header=False,
            access_log=False,  # the edge writes one line per request
            log_config=None,
            timeout_graceful_shutdown=5,
        )
    )

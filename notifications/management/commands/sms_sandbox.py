"""The sandbox gateway as a process of its own, with the wall of phones at its root."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import web
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from notifications.sandbox import app as sandbox


class Command(BaseCommand):
    help = "Yunpian's protocol on loopback, for demos and drills: receipts, faults, a wall of phones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=sandbox.PORT)
        parser.add_argument("--store", type=Path, default=settings.VAR_DIR / "sandbox.jsonl", help="append-only file")
        parser.add_argument("--receipt-seconds", type=float, default=1.0, help="until the carrier reports")
        parser.add_argument("--answer-seconds", type=float, default=0.0, help="how long each request takes")
        parser.add_argument("--retry-seconds", type=float, default=300.0, help="until an unanswered push is repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("the sandbox is for demos and drills, not for MODE=production")
        given = sandbox.options()
        given.receipt_seconds, given.answer_seconds = options["receipt_seconds"], options["answer_seconds"]
        uvloop.run(
            _serve(sandbox.build(given, store=options["store"], retry_seconds=options["retry_seconds"]), options)
        )


async def _serve(app: web.Application, options: dict[str, Any]) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    end = await sandbox.start(app, host=options["host"], port=options["port"])
    await stop.wait()
    await end()

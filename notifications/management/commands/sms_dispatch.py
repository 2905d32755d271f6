"""The dispatcher as a process of its own; several may share one PostgreSQL outbox."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import uvloop
from django.core.management.base import BaseCommand, CommandParser

from notifications.dispatcher import CONCURRENCY, Dispatcher
from notifications.rules import Pace, quick


class Command(BaseCommand):
    help = "Send queued messages until told to stop; SIGTERM finishes what is in flight."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=CONCURRENCY, help="requests in flight at once")
        parser.add_argument(
            "--quick", type=float, default=1.0, help="scale of all waiting times, for drills against the sandbox only"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dispatcher = Dispatcher(concurrency=options["concurrency"], pace=quick(Pace(), factor=options["quick"]))
        uvloop.run(_until_told(dispatcher))


async def _until_told(dispatcher: Dispatcher) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await dispatcher.run(stop)

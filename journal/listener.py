"""Hearing the other processes over Redis, for as long as it takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from redis import asyncio as aioredis
from redis.exceptions import RedisError

from journal import bus, metrics

log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


async def listen(url: str, ear: bus.Ear, *, joined: Callable[[], None]) -> None:
    """Hand everything on the bus to the ear, until cancelled; come back with growing pauses when Redis is lost.

    `joined` is called at each beginning: nobody knows what was said in between.
    """
    pause = _FIRST_PAUSE
    while True:
        try:
            async with (
                aioredis.from_url(url, decode_responses=True, socket_keepalive=True) as client,
                client.pubsub() as channel,
            ):
                await channel.subscribe(bus.CHANNEL)
                pause = _FIRST_PAUSE
                joined()
                await _hear(channel, ear)
        except (RedisError, OSError) as lost:
            metrics.BUS_RECONNECTS.inc()
            log.warning("bus.lost", error=type(lost).__name__, again_in=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def _hear(channel: aioredis.client.PubSub, ear: bus.Ear) -> None:
    while True:
        message = await channel.get_message(ignore_subscribe_messages=True, timeout=5.0)
        if message is not None and isinstance(message["data"], str):
            bus.deliver(message["data"], ear)

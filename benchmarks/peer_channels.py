"""Peer: stock Channels, one group per stream, content through the Redis pub/sub layer. Same wire format as ours."""

from __future__ import annotations

import json
import os

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from django.conf import settings
from django.urls import path

if not settings.configured:
    settings.configure(
        CHANNEL_LAYERS={
            "default": {
                "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
                "CONFIG": {"hosts": [os.environ["REDIS_URL"]]},
            }
        }
    )


class Watcher(AsyncWebsocketConsumer):
    async def connect(self) -> None:
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        asked = json.loads(text_data or "{}")
        for stream in asked.get("streams", {}):
            await self.channel_layer.group_add(stream, self.channel_name)
            await self.send(json.dumps({"t": "live", "stream": stream, "seq": 0}, separators=(",", ":")))

    async def event(self, message: dict[str, str]) -> None:
        await self.send(message["text"])


class Writer(AsyncWebsocketConsumer):
    """What comes in on /write goes out to the group: the way an application would."""

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        text = text_data or "{}"
        message = {"type": "event", "text": text}
        await get_channel_layer().group_send(json.loads(text)["stream"], message)


application = URLRouter([path("ws", Watcher.as_asgi()), path("write", Writer.as_asgi())])

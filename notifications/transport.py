"""Carries requests of the adapters over HTTP and says whether anything can have left when that fails."""

from __future__ import annotations

import aiohttp

from notifications.providers.base import HttpReply, HttpRequest, TransportError

CONNECT_SECONDS, READ_SECONDS = 3, 10
LARGEST_REPLY = 64 * 1024


class AioTransport:
    """One keep-alive pool per dispatcher. aiohttp repeats no POST on its own, which is what exactly-once needs."""

    def __init__(self, *, connections: int) -> None:
        connector = aiohttp.TCPConnector(limit=connections, ttl_dns_cache=60)
        timeout = aiohttp.ClientTimeout(total=20, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=True
        )

    async def fetch(self, request: HttpRequest) -> HttpReply:
        """Raises TransportError; its words name the kind of failure only, never what was sent."""
        try:
            async with self._session.request(
                request.method, request.url, data=request.body, headers=request.headers, allow_redirects=False
            ) as response:
                body = await response.content.read(LARGEST_REPLY)
                while len(body) < LARGEST_REPLY and (more := await response.content.read(LARGEST_REPLY - len(body))):
                    body += more
                return HttpReply(response.status, body)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:  # refused, DNS, TLS
            raise TransportError(type(error).__name__, sent=False) from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TransportError(type(error).__name__, sent=True) from None

    async def close(self) -> None:
        await self._session.close()

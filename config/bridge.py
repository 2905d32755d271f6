"""Django's synchronous views behind ASGI: a fixed pool of threads, each with its own kept database connection.

`a2wsgi` does the translation of the scope. Its own responder is not used: it asks the loop for every piece of the body
and hands over every piece of the answer one by one, three thread hops where one does.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from a2wsgi.wsgi import build_environ

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(slots=True)
class _Answer:
    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    def start(self, status: str, headers: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], None]:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin1"), value.strip().encode("latin1")) for name, value in headers]
        return _no_write


def _no_write(_data: bytes) -> None:
    raise NotImplementedError("Django never uses WSGI's write()")


class Threads:
    """ASGI over a WSGI application. The body is read before a thread is taken, the answer made before it is sent.

    So a slow or lost client never holds a thread, and a request whose client went away while sending is never begun.
    """

    def __init__(self, app: WsgiApp, *, size: int) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await whole_body(receive)
        if body is None:
            return
        # The request's id lives in context variables: the thread logs with it.
        context = contextvars.copy_context()
        answer = await asyncio.get_running_loop().run_in_executor(self._pool, context.run, self._run, scope, body)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _run(self, scope: Scope, body: bytes) -> _Answer:
        stream: Any = io.BytesIO(body)  # read to the end already, unlike the stream a2wsgi expects
        environ: dict[str, Any] = {**build_environ(_as_wsgi_can_read(scope), stream)}
        environ["CONTENT_LENGTH"] = str(len(body))  # a chunked request has none, and Django would read nothing
        answer = _Answer()
        parts = self._app(environ, answer.start)
        try:
            answer.body = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close is not None:
                close()  # Django's request_finished hangs on it
        return answer

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


async def whole_body(receive: Receive) -> bytes | None:
    """All of the request's body; None when the client went away before its end."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _as_wsgi_can_read(scope: Scope) -> Any:
    """Names with an underscore would pass for trusted ones in a WSGI environ; bytes above ASCII break the query."""
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    query = b"".join(b"%%%02X" % byte if byte > 126 else bytes((byte,)) for byte in scope["query_string"])
    return {**scope, "headers": headers, "query_string": query}

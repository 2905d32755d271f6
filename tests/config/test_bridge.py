"""Synchronous views in threads, behind ASGI."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

import structlog

from config.bridge import Threads
from tests.config.asgi import ask


def echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Answers with what it was given, and says where it ran."""
    echo.environ = environ  # type: ignore[attr-defined]
    echo.thread = threading.current_thread().name  # type: ignore[attr-defined]
    echo.known = structlog.contextvars.get_contextvars()  # type: ignore[attr-defined]
    start("200 OK", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))]


def test_a_view_runs_in_the_pool_and_gets_the_whole_body_even_without_an_announced_length() -> None:
    answer = ask(Threads(echo, size=1), "/x", method="POST", parts=[b"one ", b"two"])
    assert answer.body == b"one two"
    assert echo.thread.startswith("web")  # type: ignore[attr-defined]


def test_what_is_known_of_the_request_is_known_in_its_thread() -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        ask(Threads(echo, size=1), "/x")
    assert echo.known["request_id"] == "r-1"  # type: ignore[attr-defined]


def test_a_client_that_leaves_while_sending_starts_no_view() -> None:
    echo.environ = None  # type: ignore[attr-defined]
    assert ask(Threads(echo, size=1), "/x", method="POST", parts=[b"half", None]).status == 0
    assert echo.environ is None  # type: ignore[attr-defined]


def test_a_header_with_an_underscore_cannot_pass_for_a_trusted_one() -> None:
    ask(Threads(echo, size=1), "/x", x_forwarded_proto="https")
    assert "HTTP_X_FORWARDED_PROTO" not in echo.environ  # type: ignore[attr-defined]


def test_bytes_above_ascii_in_a_query_do_not_break_the_request() -> None:
    assert ask(Threads(echo, size=1), "/x?q=\xe9\xbb").status == 200
    assert echo.environ["QUERY_STRING"] == "q=%E9%BB"  # type: ignore[attr-defined]

"""How a web process starts: on a ready database only, believing the right proxies, without a line per socket."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import override_settings

from config.env import ROOT
from config.logs import logging_dict
from config.management.commands import serve


def started(**env: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "manage.py", "serve", "--port", "0"]
    return subprocess.run(
        words, cwd=ROOT, env=os.environ | env, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_database_without_tables_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    done = started(VAR_DIR=str(tmp_path), DATABASE_URL="", REDIS_URL="")
    assert done.returncode == 78
    said = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert len(said) == 1 and "manage.py prepare" in said[0]


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [
        ("127.0.0.1", "203.0.113.9"),
        ("127.0.0.0/8", "203.0.113.9"),
        ("10.1.2.3", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_a_visitors_address_is_taken_from_trusted_proxies_only(trusted: str, seen: str) -> None:
    with override_settings(FORWARDED_ALLOW_IPS=trusted):
        config = serve.server("127.0.0.1", 0).config
    heard: list[Any] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        heard.append(scope["client"][0])

    config.app = application
    config.load()
    scope = {"type": "http", "client": ("127.0.0.1", 50000), "headers": [(b"x-forwarded-for", b"203.0.113.9")]}
    asyncio.run(config.loaded_app(scope, None, None))
    assert heard == [seen]


@pytest.mark.parametrize(("asked", "got"), [("debug", "WARNING"), ("info", "WARNING"), ("error", "ERROR")])
def test_the_server_says_nothing_per_socket(asked: str, got: str) -> None:
    loggers = logging_dict(asked)["loggers"]
    assert {loggers[name]["level"] for name in ("uvicorn.error", "uvicorn.access", "websockets")} == {got}

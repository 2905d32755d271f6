"""Starting and ending what is measured: throw-away servers, processes of ours and of peers."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local import servers

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 40
Env = dict[str, str]


def python(*words: str) -> list[str]:
    return [sys.executable, *words]


@dataclass(frozen=True, slots=True)
class Process:
    """What to start, and the port on which it answers once it is up (0: does not listen)."""

    name: str
    words: Sequence[str]
    port: int = 0


@contextlib.contextmanager
def topology(engine: str, *, with_redis: bool = True) -> Iterator[Env]:
    """A migrated database with reference data («PostgreSQL» or «SQLite») and a Redis, as an environment for processes.

    Without `with_redis` the address is set, but whoever asked starts (and kills) the server.
    """
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bangban-bench-", ignore_cleanup_errors=True))
        database = f"sqlite:///{folder}/bench.sqlite3"
        if engine == "PostgreSQL":
            database = stack.enter_context(servers.postgres())
        env = os.environ | {
            "DATABASE_URL": database,
            "REDIS_URL": f"redis://127.0.0.1:{servers.free_port()}/0",
            "VAR_DIR": folder,
            "LOG_LEVEL": "error",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **{name: str(servers.free_port()) for name in ("PORT", "BARE_PORT", "SMS_PORT")},
        }
        env["SMS_BASE_URL"] = f"http://127.0.0.1:{env['SMS_PORT']}"
        if with_redis:
            stack.enter_context(servers.redis(port=int(env["REDIS_URL"].split(":")[2].split("/")[0])))
        for command in ("migrate", "load_reference"):
            run(python("manage.py", command, "--verbosity", "0"), env=env)
        yield env


def run(words: Sequence[str], *, env: Env) -> str:
    done = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(words[-3:])} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def read_json(words: Sequence[str], *, env: Env) -> Any:
    """The last line that the program prints, as JSON."""
    return json.loads(run(words, env=env).strip().splitlines()[-1])


@contextlib.contextmanager
def running(*processes: Process, env: Env) -> Iterator[list[subprocess.Popen[bytes]]]:
    """All of them up, and ended by their numbers afterwards."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        for process in processes:
            started.append(subprocess.Popen(process.words, env=env, cwd=ROOT, start_new_session=True))
        for process, child in zip(processes, started, strict=True):
            await_port(process, child)
        yield started
    finally:
        for child in started:
            servers.stop(child)


def await_port(process: Process, child: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while process.port and not _listens(process.port):
        if child.poll() is not None or time.monotonic() > end:
            raise SystemExit(f"{process.name} did not start")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0

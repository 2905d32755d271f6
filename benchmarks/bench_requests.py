"""Step transition and project detail against a bare handler with hand-written SQL, on the same server and database.

Both run under uvicorn with a pool of eight threads, each with a kept connection. One client, one connection to each,
asks them in turn, so that whatever else the machine does hits both alike. Medians of single requests; the ratio is ours
to bare.
"""

from __future__ import annotations

import http.client
import json
import time
import uuid
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.run import Process, python, read_json, running, topology
from benchmarks.seed_name import CODE, SEEN

WARM_UP = 20


def measure(engine: str, *, projects: int = 300) -> list[dict[str, Any]]:
    """Rows for the table; half of the projects are for us, half for the bare handler."""
    with topology(engine) as env:
        seeded = read_json(python("-m", "benchmarks.rows.seed", str(projects)), env=env)
        ours, bare = env["PORT"], env["BARE_PORT"]
        with running(
            Process("web", python("manage.py", "serve", "--port", ours), port=int(ours)),
            Process(
                "bare",
                python("-m", "uvicorn", "--log-level", "error", "--port", bare, "benchmarks.bare:application"),
                port=int(bare),
            ),
            env=env,
        ):
            return _compare(engine, seeded, Us(int(ours), seeded["session"]), Bare(int(bare), seeded["session"]))


def _compare(engine: str, seeded: dict[str, Any], us: Us, bare: Bare) -> list[dict[str, Any]]:
    ids = seeded["projects"]
    pairs = list(zip(ids[0::2], ids[1::2], strict=True))
    rows = []
    for name, ask_us, ask_bare in (
        ("step transition", us.accept, bare.accept),
        ("project detail", us.detail, bare.detail),
    ):
        times: tuple[list[float], list[float]] = ([], [])
        for first, second in pairs:
            times[0].append(_timed(ask_us, first))
            times[1].append(_timed(ask_bare, second))
        mine, theirs = (median(series[WARM_UP:]) * 1000 for series in times)
        rows.append(
            {"what": f"{name}, {engine}", "ours": f"{mine:.2f} ms", "peer": f"{theirs:.2f} ms", "ratio": mine / theirs}
        )
    return rows


def _timed(ask: Callable[[int], None], project: int) -> float:
    begun = time.perf_counter()
    ask(project)
    return time.perf_counter() - begun


class Client:
    """One kept connection; anything but 200 ends the run."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = headers

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> None:
        self._connection.request(method, path, body or None, {**self._headers, **headers})
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:300]!r}")


class Us(Client):
    def __init__(self, port: int, session: str) -> None:
        token = "x" * 32
        cookies = f"sessionid={session}; csrftoken={token}"
        super().__init__(port, {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/json"})

    def accept(self, project: int) -> None:
        body = json.dumps({"seen": SEEN, "source": "DOCUMENT", "evidence": "受理通知书"})
        key = uuid.uuid4().hex
        self.ask("POST", f"/api/projects/{project}/steps/{CODE}/accept", body, **{"Idempotency-Key": key})

    def detail(self, project: int) -> None:
        self.ask("GET", f"/api/projects/{project}")


class Bare(Client):
    def __init__(self, port: int, session: str) -> None:
        super().__init__(port, {"X-Session": session})

    def accept(self, project: int) -> None:
        self.ask("POST", f"/accept/{project}/{CODE}")

    def detail(self, project: int) -> None:
        self.ask("GET", f"/detail/{project}")

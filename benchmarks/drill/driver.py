"""Agents at work: every change is sent, with the same Idempotency-Key, until whichever server there is has answered."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

THREADS = 6
GIVE_UP_SECONDS = 120


@dataclass(slots=True)
class Progress:
    """Shared by the agents; read by the chaos."""

    done: int = 0
    retries: int = 0
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, name: str) -> None:
        with self.lock:
            setattr(self, name, getattr(self, name) + 1)


def moves(steps: list[list[str]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A life for each step: filed, corrected, accepted, examined by experts, approved."""
    for code, special in steps:
        yield code, "submit", {}
        yield (
            code,
            "request-correction",
            {"materials": ["总平面图", "地形图"], "due_on": f"{date.today() + timedelta(days=30)}"},
        )
        yield code, "finish-correction", {}
        yield code, "accept", {}
        yield code, "start-special", {"special": special, "announced_days": 7}
        yield code, "end-special", {}
        yield code, "approve", {}


class Agent(threading.Thread):
    """Takes its projects forward in turn, one change each, until every one has had its share."""

    def __init__(
        self, projects: dict[str, Any], *, share: dict[str, int], ports: list[int], session: str, progress: Progress
    ) -> None:
        super().__init__(daemon=True)
        self._work = {project: itertools.islice(moves(steps), share[project]) for project, steps in projects.items()}
        self._seen = dict.fromkeys(projects, 0)
        self._ports = itertools.cycle(ports)
        self._progress = progress
        token = "x" * 32
        self._headers = {
            "Cookie": f"sessionid={session}; csrftoken={token}",
            "X-CSRFToken": token,
            "Content-Type": "application/json",
        }
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        while self._work:
            for project in tuple(self._work):
                change = next(self._work[project], None)
                if change is None:
                    del self._work[project]
                else:
                    self._send(project, *change)

    def _send(self, project: str, code: str, name: str, entry: dict[str, Any]) -> None:
        body = json.dumps(
            {"seen": self._seen[project] or 2, "source": "DOCUMENT", "evidence": "凭证", "note": "", **entry}
        )
        key, end = uuid.uuid4().hex, time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < end:
            status, answer = self._try(f"/api/projects/{project}/steps/{code}/{name}", body, key)
            if status == 200:
                self._seen[project] = answer["version"]
                self._progress.count("done")
                return
            if 400 <= status < 500:
                break
            self._progress.count("retries")
            self._connection = None
            time.sleep(0.3)
        self._progress.refused.append(f"{project} {code} {name}: {status} {answer}")

    def _try(self, path: str, body: str, key: str) -> tuple[int, Any]:
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", next(self._ports), timeout=15)
            self._connection.request("POST", path, body.encode(), {**self._headers, "Idempotency-Key": key})
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        except (
            OSError,
            http.client.HTTPException,
            ValueError,
        ) as lost:  # killed, cut off in the middle, half an answer
            self._connection = None
            return 0, repr(lost)


def agents(
    projects: dict[str, Any], *, changes: int, ports: list[int], session: str, progress: Progress
) -> list[Agent]:
    """`changes` in all, spread evenly over the projects, which are dealt out to the agents."""
    names = list(projects)
    share = {name: changes // len(names) + (place < changes % len(names)) for place, name in enumerate(names)}
    hands = [names[number::THREADS] for number in range(THREADS)]
    return [
        Agent({name: projects[name] for name in hand}, share=share, ports=ports, session=session, progress=progress)
        for hand in hands
    ]

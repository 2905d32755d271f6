"""Kills by number (SIGKILL, no goodbye) and starts again, at set points of the work."""

from __future__ import annotations

import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.drill.driver import Progress
from benchmarks.run import ROOT, Env

DISPATCHER_LIVES = 4.0  # seconds


@dataclass(slots=True)
class Victim:
    """A process that can be started again as it was."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes]

    @classmethod
    def of(cls, name: str, words: list[str], env: Env) -> Victim:
        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen(words, env=env, cwd=ROOT, start_new_session=True)

        return cls(name, start, start())

    def kill(self, killed: Counter[str], *, down: float) -> None:
        self.process.kill()
        self.process.wait()
        killed[self.name.rstrip("0123456789 ")] += 1
        time.sleep(down)
        self.process = self.start()


class Chaos(threading.Thread):
    """`points`: at which share of the work who dies, and for how many seconds. Dispatchers die all the time."""

    def __init__(
        self, progress: Progress, changes: int, *, points: list[tuple[float, Victim, float]], dispatchers: list[Victim]
    ) -> None:
        super().__init__(daemon=True)
        self._progress, self._changes, self._points, self._dispatchers = progress, changes, points, dispatchers
        self.killed: Counter[str] = Counter()
        self.over = threading.Event()

    def run(self) -> None:
        turn, next_dispatcher = 0, time.monotonic() + DISPATCHER_LIVES
        points = sorted(self._points, key=lambda point: point[0])
        while not self.over.wait(0.1):
            if points and self._progress.done >= points[0][0] * self._changes:
                _, victim, down = points.pop(0)
                victim.kill(self.killed, down=down)
            if time.monotonic() > next_dispatcher:
                self._dispatchers[turn % len(self._dispatchers)].kill(self.killed, down=0.2)
                turn, next_dispatcher = turn + 1, time.monotonic() + DISPATCHER_LIVES

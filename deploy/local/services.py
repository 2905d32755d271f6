"""`make run-services`: the production topology on one machine, one process each, watched over by this one.

Whatever dies is named and started again with a growing pause; Ctrl-C ends all of it. Data lives in var/services.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import database, run, servers

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "services"
WEB = (int(os.environ.get("PORT", "8000")), int(os.environ.get("PORT", "8000")) + 1)
GATEWAY_PORT = int(run.GATEWAY.rpartition(":")[2].strip("/"))
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0  # after so long a life the next death counts as the first again
Start = Callable[[], "subprocess.Popen[bytes]"]


@dataclass(slots=True)
class Child:
    """One process that is to be there: how it is started, and how it fared."""

    name: str
    start: Start
    how_to_end: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    deaths: int = 0
    due: float = 0.0

    def begin(self) -> None:
        self.process = self.start()
        self.born = time.monotonic()

    def look(self) -> None:
        """Start it again when it is gone and its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.begin()
                say(f"{self.name} is back (pid {self.process.pid if self.process else 0})")
            return
        code = self.process.poll()
        if code is None:
            return
        self.deaths = 1 if now - self.born > STEADY_SECONDS else self.deaths + 1
        pause = min(LONGEST_PAUSE, 0.5 * 2 ** (self.deaths - 1))
        say(f"{self.name} ended with {code}; again in {pause:g} s")
        self.process, self.due = None, now + pause


@dataclass(slots=True)
class Watch:
    """Starts children in order, keeps them alive, ends them in the opposite order."""

    children: list[Child] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def add(self, name: str, start: Start, how_to_end: signal.Signals = signal.SIGTERM) -> None:
        child = Child(name, start, how_to_end)
        child.begin()
        self.children.append(child)

    def run(self) -> None:
        while not self.over.wait(0.3):
            for child in self.children:
                child.look()

    def end(self) -> None:
        """Ask all programs at once, then wait for each; the servers go last, when nobody needs them any more."""
        alive = [child for child in self.children if child.process is not None and child.process.poll() is None]
        programs = [child for child in alive if child.name not in ("postgres", "redis")]
        for child in programs:
            assert child.process is not None
            child.process.send_signal(child.how_to_end)
        for child in [*programs, *(other for other in reversed(alive) if other not in programs)]:
            assert child.process is not None
            servers.stop(child.process, child.how_to_end)


def say(text: str) -> None:
    print(f"[services] {text}", flush=True)


def environment(postgres_port: int, redis_port: int) -> dict[str, str]:
    return {
        "DATABASE_URL": f"postgres://postgres@127.0.0.1:{postgres_port}/postgres",
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "VAR_DIR": str(DATA),
        "PUBLIC_URL": f"http://127.0.0.1:{WEB[0]}",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "warning"),
    }


def program(*words: str, env: dict[str, str]) -> Start:
    """A Python program of this repository, deaf to the terminal's Ctrl-C: this process passes the word on, in order."""

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, *words], cwd=ROOT, env=os.environ | env, start_new_session=True)

    return start


def main() -> None:
    for port in (*WEB, GATEWAY_PORT):
        run.refuse_if_taken("127.0.0.1", port)
    DATA.mkdir(parents=True, exist_ok=True)
    watch = Watch()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: watch.over.set())
    try:
        _start_all(watch)
        if not watch.over.is_set():
            run.welcome([f"http://127.0.0.1:{port}" for port in WEB])
            watch.run()
    finally:
        say("ending")
        watch.end()
        say("ended")


def _start_all(watch: Watch) -> None:
    postgres_port, redis_port = servers.free_port(), servers.free_port()
    folder = servers.data_folder(DATA / "postgres")
    watch.add("postgres", lambda: servers.start_postgres(folder, postgres_port, fast=False), signal.SIGINT)
    watch.add("redis", lambda: servers.start_redis(redis_port))
    env = environment(postgres_port, redis_port)
    database.prepare(env)
    manage, celery = ("manage.py",), ("-W", "ignore:You're running", "-m", "celery", "-q", "-A", "config")
    for port in WEB:
        watch.add(f"web:{port}", program(*manage, "serve", "--port", str(port), env=env))
    watch.add("worker", program(*celery, "worker", "-l", "WARNING", "-P", "threads", "-c", "2", env=env))
    watch.add("beat", program(*celery, "beat", "-l", "WARNING", env=env))
    watch.add("dispatcher", program(*manage, "sms_dispatch", env=env))
    watch.add("sandbox", program(*manage, "sms_sandbox", "--port", str(GATEWAY_PORT), env=env))
    for child in watch.children:
        assert child.process is not None
        say(f"{child.name:12} pid {child.process.pid}")


if __name__ == "__main__":
    main()

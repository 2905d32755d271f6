"""The product as `make run` and `make run-services` start it, on free ports, in a folder of its own; how to hurt it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.local.servers import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 240  # tables, reference data and twelve months of demo history on a busy machine
STOP_SECONDS = 30
_BORN = re.compile(rb"\[services\] web:(\d+) +(?:is back \()?pid (\d+)")


@dataclass(slots=True)
class Product:
    """One running topology. `web` are the addresses of its web processes: two, or one that is both."""

    topology: str
    folder: Path
    port: int
    gateway: str
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def web(self) -> tuple[str, str]:
        second = self.port + (self.topology == "services")
        return f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{second}"

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def start(self) -> None:
        """The command behind `make run` or `make run-services`, until every address answers."""
        chosen = {"VAR_DIR": str(self.folder), "SMS_BASE_URL": self.gateway, "PORT": str(self.port)}
        left_out = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "MODE", "DJANGO_SETTINGS_MODULE")
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        words = {"embedded": ["deploy.local.run", "--port", str(self.port)], "services": ["deploy.local.services"]}
        command = [sys.executable, "-u", "-m", *words[self.topology]]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=kept | chosen, stdout=log, stderr=log)
        for address in (*(f"{web}/readyz" for web in self.web), f"{self.gateway}/__sandbox/stats"):
            until(lambda address=address: self._answers(address), seconds=START_SECONDS, what=address)

    def _answers(self, address: str) -> bool:
        assert self.process.poll() is None, f"the product ended:\n{self.log.read_text()[-4000:]}"
        try:
            with urllib.request.urlopen(address, timeout=2):
                return True
        except OSError:
            return False

    def stop(self) -> None:
        """Ctrl-C's end: every process of it is gone afterwards."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def kill_web(self) -> None:
        """The first web process at once, without a word to anybody. Embedded, that is the whole product."""
        born = {int(port): int(pid) for port, pid in _BORN.findall(self.log.read_bytes())}
        os.kill(born.get(self.port, self.process.pid), signal.SIGKILL)

    def revive(self) -> None:
        """What a service supervisor does: the one of `make run-services` does it by itself."""
        if self.topology == "embedded":
            self.process.wait(STOP_SECONDS)
            self.start()
        until(lambda: self._answers(f"{self.web[0]}/readyz"), seconds=START_SECONDS, what="the web process again")

    def messages_to(self, phone: str) -> list[dict[str, Any]]:
        """What the gateway took for this phone, oldest first."""
        with urllib.request.urlopen(f"{self.gateway}/__sandbox/messages?phone={phone.removeprefix('+86')}") as answer:
            found: list[dict[str, Any]] = json.load(answer)["messages"]
        return found


@contextmanager
def running(topology: str) -> Iterator[Product]:
    assert (ROOT / "frontend/dist/index.html").is_file(), "the front end is not built: make build"
    with tempfile.TemporaryDirectory(prefix="bangban-e2e-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as another user than we do
        product = Product(topology, Path(folder), _two_free_ports(), f"http://127.0.0.1:{free_port()}")
        try:
            product.start()
            yield product
        finally:
            product.stop()


def _two_free_ports() -> int:
    """A port whose neighbour is free too: the second web process listens there."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


def until(ready: Callable[[], bool], *, seconds: float, what: str, pause: Callable[[], object] | None = None) -> None:
    """Ask until it is so. A test with an open page gives a pause in which that page goes on living."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain for {what}"
        (pause or _moment)()


def _moment() -> None:
    time.sleep(0.1)

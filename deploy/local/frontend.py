"""Build the front end with the locked Node of the virtual environment, and only when something changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "frontend"
DIST = FRONTEND / "dist"
STAMP = DIST / ".built-from"
PACKAGES = FRONTEND / "node_modules" / ".installed-from"
_NOT_SOURCES = {"node_modules", "dist", "test", "coverage", "test-results"}


def build() -> None:
    """`frontend/dist` as the sources say; a second call with the same sources does nothing."""
    sources = _fingerprint(_sources())
    if STAMP.exists() and STAMP.read_text() == sources:
        return
    install()
    print("==> building the front end", flush=True)
    npm("run", "build")
    STAMP.write_text(sources)


def install() -> None:
    """The locked packages; no install script is run (none of them has one)."""
    lock = _fingerprint([FRONTEND / "package-lock.json"])
    if PACKAGES.exists() and PACKAGES.read_text() == lock:
        return
    print("==> installing the front end's packages", flush=True)
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    PACKAGES.write_text(lock)


def npm(*words: str, check: bool = True) -> int:
    """npm of the virtual environment, in frontend/; ends this program with its exit code when it fails."""
    tool = shutil.which("npm", path=str(_bin())) or sys.exit("npm is not in .venv: run make build")
    env = os.environ | {"PATH": f"{_bin()}{os.pathsep}{os.environ['PATH']}", "NO_UPDATE_NOTIFIER": "1"}
    done = subprocess.run([tool, *words], cwd=FRONTEND, env=env)
    if check and done.returncode:
        sys.exit(done.returncode)
    return done.returncode


def _bin() -> Path:
    return Path(sys.executable).parent  # not resolved: the link in the virtual environment is the one beside npm


def _sources() -> list[Path]:
    paths = (path for path in FRONTEND.rglob("*") if not _NOT_SOURCES & set(path.relative_to(FRONTEND).parts))
    return sorted(path for path in paths if path.is_file())


def _fingerprint(paths: Iterable[Path]) -> str:
    sum_ = hashlib.sha256()
    for path in paths:
        sum_.update(f"{path.relative_to(FRONTEND)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return sum_.hexdigest()


if __name__ == "__main__":
    words = sys.argv[1:]
    if not words:
        build()
    else:
        install()
        npm(*words)

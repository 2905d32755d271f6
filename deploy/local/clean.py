"""`clean.py demo`: forget the embedded database. `clean.py all`: everything that git does not keep."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("VAR_DIR", ROOT / "var"))
BUILT = (
    ".venv", "frontend/node_modules", "frontend/dist", "var", "test-results", "htmlcov",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache",
)  # fmt: skip


def demo() -> None:
    """The database of the embedded process and what its phones received; not while one runs on it."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "embedded.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("The product is running on this database: end it first (Ctrl-C), then run make demo-reset again.")
        for path in [*VAR.glob("bangban.sqlite3*"), VAR / "reference.stamp", VAR / "sandbox.jsonl"]:
            path.unlink(missing_ok=True)
    print("The demo's database is gone; make run makes a new one.")


def everything() -> None:
    for name in BUILT:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for cache in ROOT.rglob("__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)


if __name__ == "__main__":
    {"demo": demo, "all": everything}[sys.argv[1]]()

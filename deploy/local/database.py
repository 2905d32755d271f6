"""Bring the database up to date: tables, reference data, and the demo's records when there are none yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def manage(*words: str, env: dict[str, str] | None = None, quiet: bool = False) -> None:
    """One command of manage.py; ends this program when it fails."""
    out = subprocess.DEVNULL if quiet else None
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=os.environ | (env or {}), stdout=out)
    if done.returncode:
        sys.exit(done.returncode)


def prepare(env: dict[str, str] | None = None) -> None:
    """Each part finds out by itself what is already there, so a second start only looks."""
    print("==> database", flush=True)
    manage("prepare", env=env)


if __name__ == "__main__":
    prepare()

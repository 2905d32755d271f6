"""`make test`: the same Python suite on SQLite and on real PostgreSQL + Redis, then the front end, then a browser.

Every runner's closing line stays the last of its part; the summary at the end repeats what passed and how long it took.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from deploy.local import frontend, servers

ROOT = Path(__file__).resolve().parents[2]
PYTEST = [sys.executable, "-m", "pytest"]
SPREAD = ["-n", "2", "--dist", "loadfile"]  # a file stays together: some load something large once
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def python_on_sqlite() -> int:
    return _pytest([*SPREAD, "-m", "not browser and not postgres and not redis and not race"], {})


def python_on_postgres() -> int:
    """Races apart and one after the other: their threads want both cores."""
    with servers.postgres() as database_url, servers.redis() as redis_url:
        env = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
        return _pytest([*SPREAD, "-m", "not browser and not race"], env) or _pytest(["-m", "race"], env)


def front_end() -> int:
    frontend.install()
    return frontend.npm("test", check=False)


def browser() -> int:
    """Real clicks in a real Chromium; a machine without one is told how to get it, CI must have it."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        print("Browser tests left out: no Chromium here. Install it:  sudo apt-get install -y chromium fonts-noto-cjk")
        return int(os.environ.get("CI", "").lower() in ("1", "true"))
    return _pytest(["-m", "browser", "tests/e2e"], {"CHROMIUM": program})


PARTS: dict[str, Callable[[], int]] = {
    "python on SQLite": python_on_sqlite,
    "python on PostgreSQL and Redis": python_on_postgres,
    "front end": front_end,
    "browser": browser,
}


def _pytest(words: list[str], env: dict[str, str]) -> int:
    """Each run writes into a folder of its own, never into the data of the product beside it."""
    with tempfile.TemporaryDirectory(prefix="bangban-test-") as var:
        clean = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "MODE")}
        return subprocess.run([*PYTEST, *words], cwd=ROOT, env=clean | {"VAR_DIR": var} | env).returncode


def main(wanted: list[str]) -> int:
    """Every part runs even when an earlier one failed: one look shows all."""
    lines, worst = [], 0
    for name, part in PARTS.items():
        if wanted and not any(word in name.lower() for word in wanted):
            continue
        print(f"\n==> {name}", flush=True)
        began = time.monotonic()
        code = part()
        worst = worst or code
        lines.append(f"    {'ok    ' if code == 0 else 'FAILED'}  {name}  {time.monotonic() - began:.0f} s")
    print("\n==> all parts\n" + "\n".join(lines), flush=True)
    return worst


if __name__ == "__main__":
    sys.exit(main([word.lower() for word in sys.argv[1:]]))

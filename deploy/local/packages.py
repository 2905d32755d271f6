"""Make .venv and install the locked packages: `python3 -m deploy.local.packages base build [dev]`.

Standard library only: this runs before anything is installed. A stamp makes the second run a matter of milliseconds.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def main(wanted: list[str]) -> None:
    """Install the named requirement sets if they are not there yet."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, this is {sys.version.split()[0]}: {sys.executable}"
        )
    if not (VENV / "bin" / "pip").exists():
        _create()
    missing = (
        [name for name in wanted if _stamp(name).read_text() != _fingerprint(name)] if _stamped(wanted) else wanted
    )
    if missing:
        _install(missing)


def _create() -> None:
    try:
        import ensurepip  # noqa: F401  Debian leaves it out of its python3 package
        import venv
    except ImportError:
        sys.exit(
            "This Python cannot make virtual environments.\n"
            f"Install the missing part and run make again:  sudo apt-get install -y python3-venv   ({sys.executable})"
        )
    print(f"==> virtual environment in {VENV.name} (Python {sys.version.split()[0]})", flush=True)
    venv.create(VENV, with_pip=True)


def _install(names: list[str]) -> None:
    print(f"==> installing locked packages: {', '.join(names)}", flush=True)
    files = [word for name in names for word in ("-r", str(_file(name)))]
    quiet = ["-q", "--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes", "--prefer-binary"]
    done = subprocess.run([PYTHON, "-m", "pip", "install", *quiet, *files], env=os.environ | {"PIP_NO_COLOR": "1"})
    if done.returncode:
        sys.exit("Installing failed (see above). Is a package registry reachable? Run make again to go on.")
    for name in names:
        _stamp(name).write_text(_fingerprint(name))


def _file(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def _stamp(name: str) -> Path:
    return VENV / f".installed-{name}"


def _stamped(names: list[str]) -> bool:
    return all(_stamp(name).exists() for name in names)


def _fingerprint(name: str) -> str:
    return hashlib.sha256(_file(name).read_bytes()).hexdigest()


if __name__ == "__main__":
    main(sys.argv[1:] or ["base"])

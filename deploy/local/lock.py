"""Compile the locks anew: requirements/*.txt with hashes and without addresses, package-lock.json in one go."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.local import frontend

ROOT = Path(__file__).resolve().parents[2]
_WORDS = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--python-version", "3.11"]
_HEADER = "# Made by `make lock` from pyproject.toml. Not edited by hand.\n"


def python() -> None:
    """base first: the other two must not disagree with it."""
    _compile("base", [])
    _compile("build", ["--group", "build", "-c", "requirements/base.txt"])
    _compile("dev", ["--group", "dev", "-c", "requirements/base.txt"])


def _compile(name: str, words: list[str]) -> None:
    out = f"requirements/{name}.txt"
    source = ["pyproject.toml"] if name == "base" else []
    uv = shutil.which("uv") or str(Path(sys.executable).parent / "uv")
    newer = ["--upgrade"] if os.environ.get("UPGRADE") else []  # else what is locked stays as it is
    subprocess.run([uv, "pip", "compile", "-q", *newer, *_WORDS, *words, *source, "-o", out], cwd=ROOT, check=True)
    path = ROOT / out
    path.write_text(_HEADER + path.read_text())


def node() -> None:
    """A lock grown step by step misses optional parts of other machines: it is made from nothing."""
    (frontend.FRONTEND / "package-lock.json").unlink(missing_ok=True)
    shutil.rmtree(frontend.FRONTEND / "node_modules", ignore_errors=True)
    frontend.npm(
        "install",
        "--omit-lockfile-registry-resolved",
        "--package-lock-only",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    )


if __name__ == "__main__":
    python()
    node()

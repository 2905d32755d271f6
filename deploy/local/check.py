"""`make check`: everything that can be said about the code without running it. All checks run; one failure fails all."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.local import frontend

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
# Values that a production needs; none of them leaves this process.
PRODUCTION = {
    "MODE": "production",
    "SECRET_KEY": "".join(chr(33 + (7 * n) % 90) for n in range(64)),
    "SMS_CALLBACK_TOKEN": "check-" * 8,
    "SMS_PROVIDER": "yunpian",
    "SMS_API_KEY": "check-" * 6,
    "BUREAU_PHONE": "0412-0000000",
    "DATABASE_URL": "postgres://check@127.0.0.1:1/check",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "bangban.example",
    "PUBLIC_URL": "https://bangban.example",
}
MANAGE = [sys.executable, "manage.py"]
PYTHON: dict[str, tuple[list[str], dict[str, str]]] = {
    "ruff": ([str(BIN / "ruff"), "check", "--quiet", "."], {}),
    "ruff format": ([str(BIN / "ruff"), "format", "--check", "--quiet", "."], {}),
    "types": ([str(BIN / "mypy")], {}),
    "import floors": ([str(BIN / "lint-imports"), "--no-logo"], {}),
    "migrations complete": ([*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
    "fit for deployment": ([*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
    "schema fresh": ([*MANAGE, "openapi", "--check"], {}),
}


def main() -> int:
    failed = [name for name, (words, env) in PYTHON.items() if not _passes(name, words, env)]
    frontend.install()
    for name, script in {"eslint": "lint", "vue-tsc": "types", "schema.d.ts fresh": "schema:check"}.items():
        print(f"==> {name}", flush=True)
        if _front_end(script):
            failed.append(name)
    print(f"\ncheck: failed: {', '.join(failed)}" if failed else "\ncheck: all passed", flush=True)
    return int(bool(failed))


def _passes(name: str, words: list[str], env: dict[str, str]) -> bool:
    print(f"==> {name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bangban-check-") as var:
        return subprocess.run(words, cwd=ROOT, env=os.environ | {"VAR_DIR": var} | env).returncode == 0


def _front_end(script: str) -> bool:
    """True when it failed."""
    if script != "schema:check":
        return frontend.npm("run", "--silent", script, check=False) != 0
    committed = frontend.FRONTEND / "src" / "api" / "schema.d.ts"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "schema.d.ts"
        if frontend.npm("exec", "--", "openapi-typescript", "openapi.json", "-o", str(made), check=False):
            return True
        if committed.exists() and made.read_text() == committed.read_text():
            return False
    print("frontend/src/api/schema.d.ts is not what openapi.json says: run npm run schema in frontend/")
    return True


if __name__ == "__main__":
    sys.exit(main())

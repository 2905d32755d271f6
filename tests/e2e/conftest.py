"""One served product for all browser tests: its own process, database and ports, nothing of ours replaced."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.make import PASSWORD

ROOT = Path(__file__).parents[2]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
PATIENCE = 20_000  # milliseconds: a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    switches = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return {**browser_type_launch_args, "executable_path": program, "args": switches}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running embedded product with a few projects (see `seed`)."""
    assert (ROOT / "frontend/dist/index.html").is_file(), "the front end is not built: make build"
    port, gateway = _free_port(), _free_port()
    address = f"http://127.0.0.1:{port}"
    folder = tmp_path_factory.mktemp("served")
    mine = {"VAR_DIR": str(folder), "PUBLIC_URL": address, "SMS_BASE_URL": f"http://127.0.0.1:{gateway}"}
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    env = {**kept, **mine, "LOG_LEVEL": "warning"}
    subprocess.run([sys.executable, "-m", "tests.e2e.seed"], cwd=ROOT, env=env, check=True)
    with (folder / "serve.log").open("wb") as log:
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        _until_ready(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


def open_page(browser: Browser, served: str, *, size: ViewportSize, **options: Any) -> Page:
    context: BrowserContext = browser.new_context(
        base_url=served, viewport=size, locale="zh-CN", timezone_id="America/New_York", bypass_csp=True, **options
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


def sign_in(page: Page, username: str = "agent1", *, password: str = PASSWORD) -> Page:
    page.goto("/login")
    page.get_by_label("账号").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("list", name="项目").wait_for()
    return page


@pytest.fixture
def phone(browser: Browser, served: str) -> Iterator[Page]:
    page = sign_in(open_page(browser, served, size=PHONE))
    yield page
    page.context.close()


@pytest.fixture
def desk(browser: Browser, served: str) -> Iterator[Page]:
    page = sign_in(open_page(browser, served, size=DESK), "agent2")
    yield page
    page.context.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What tests measured without asserting it (`record_property`), one line each."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", ()):
            terminalreporter.write_line(f"{name}: {value}")

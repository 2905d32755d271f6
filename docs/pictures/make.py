"""The README's pictures, taken from a fresh demo around the tour's first move: `python -m docs.pictures.make`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import django
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from docs.pictures.palette import reduced

FOLDER = Path(__file__).parent
LARGEST = 150 * 1024
Take = Callable[[Page, str], None]
SIZES: dict[str, ViewportSize] = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}
TOUR, STEP = "岱昀智能装备产业园一期项目", "建设工程规划许可证"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.e2e.product import running

    # Date fields follow the browser's own language: Chinese only where Debian's chromium-l10n is installed.
    switches = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none", "--lang=zh-CN"]
    with running("embedded") as product, sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(
            executable_path=program, args=switches, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        expect.set_options(timeout=30_000)
        empty = browser.new_page()
        for name, size in SIZES.items():
            _staff(browser, product.web[0], size, _shot(empty, name))
            _others(browser, product.web[0], product.gateway, size, _shot(empty, name))
        browser.close()


def _shot(desk: Page, size: str) -> Take:
    def take(page: Page, name: str) -> None:
        path = FOLDER / f"{name}-{size}.png"
        page.mouse.move(0, 0)  # nothing is hovered over
        path.write_bytes(reduced(desk, page.screenshot(animations="disabled", scale="css")))
        assert path.stat().st_size <= LARGEST, f"{path}: {path.stat().st_size} bytes"

    return take


def _staff(browser: Browser, address: str, size: ViewportSize, take: Take) -> None:
    """An agent on a phone, where the tour's move is made; on the desk a supervisor looks at what came of it."""
    from tests.e2e.conftest import open_page
    from tests.e2e.main_job import choose, open_detail, person, project_of

    page = open_page(browser, address, size=size)
    page.goto("/login")
    expect(page.get_by_label("账号")).to_be_visible()
    take(page, "sign-in")
    page.context.close()
    on_phone = size == SIZES["phone"]
    page = person(browser, address, "agent1" if on_phone else "supervisor1", size=size)
    take(page, "projects")
    open_detail(page, project_of(page, TOUR))
    if on_phone:
        choose(page, STEP, "部门受理")
        take(page, "sheet")
        page.get_by_role("button", name="确认部门受理").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        open_detail(page, project_of(page, TOUR))  # without the notice that comes and goes
    take(page, "project")
    page.context.close()


def _others(
    browser: Browser, address: str, gateway: str, size: ViewportSize, take: Callable[[Page, str], None]
) -> None:
    from tests.e2e.conftest import open_page
    from tests.e2e.main_job import progress_page

    wall = open_page(browser, gateway, size=size)
    wall.goto("/")
    expect(wall.get_by_text("已送达").nth(1)).to_be_visible()
    take(wall, "wall")
    contact = progress_page(open_page(browser, address, size=size))
    take(contact, "progress")
    for page in (wall, contact):
        page.context.close()


if __name__ == "__main__":
    main()

"""The enterprise's page in a browser: a contact without an account sees what the agent records, while looking at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, PHONE, open_page
from tests.e2e.test_screens import NARROW, OVERFLOW, SMALL_TARGETS, barriers

pytestmark = pytest.mark.browser


def project_of(agent: Page, number: int) -> dict[str, Any]:
    """One of the seeded projects as its own agent sees it: with the query code, and phones in clear."""
    rows = agent.request.get("/api/projects").json()["items"]
    found = next(row for row in rows if row["short_name"] == f"镁质园{number}期")
    detail: dict[str, Any] = agent.request.get(f"/api/projects/{found['id']}").json()
    return detail


def record(agent: Page, project: dict[str, Any], code: str, action: str) -> None:
    token = next(cookie["value"] for cookie in agent.context.cookies() if cookie["name"] == "csrftoken")
    seen = agent.request.get(f"/api/projects/{project['id']}").json()["version"]
    answer = agent.request.post(
        f"/api/projects/{project['id']}/steps/{code}/{action}",
        data={"seen": seen, "source": "PHONE"},
        headers={"X-CSRFToken": token, "Idempotency-Key": uuid4().hex, "Referer": agent.url},
    )
    assert answer.ok, answer.text()


def come_in(page: Page, project: dict[str, Any]) -> None:
    """Keyboard only: the first field has the focus already."""
    page.goto("/progress")
    expect(page.get_by_label("查询码")).to_be_focused()
    page.keyboard.type(project["query_code"].lower())
    page.keyboard.press("Tab")
    page.keyboard.type(project["enterprise"]["contacts"][0]["phone"][-4:])
    page.keyboard.press("Enter")
    expect(page.get_by_text("球在谁手里")).to_be_visible()


@pytest.fixture
def contact(browser: Browser, served: str) -> Iterator[Page]:
    page = open_page(browser, served, size=PHONE)
    yield page
    page.context.close()


def test_a_contact_sees_the_move_while_looking_and_hears_of_it(phone: Page, contact: Page) -> None:
    project = project_of(phone, 4)
    come_in(contact, project)
    expect(contact.locator("#live")).to_have_text("实时")
    expect(contact.get_by_role("heading", level=1)).to_have_text("生态环境局已接件，等待受理")
    contact.locator("summary").nth(2).click()
    record(phone, project, "S1-09", "accept")
    expect(contact.get_by_role("heading", level=1)).to_have_text("生态环境局正在审查")
    expect(contact.get_by_role("status")).to_have_text("进度有更新：生态环境局正在审查")
    expect(contact.locator("details").nth(2)).to_have_attribute("open", "")
    expect(contact.locator("summary").nth(2)).to_be_focused()


def test_a_page_that_comes_back_from_the_background_is_up_to_date(phone: Page, contact: Page) -> None:
    project = project_of(phone, 5)
    contact.route_web_socket("**/ws/progress", lambda socket: socket.close(code=1001))
    come_in(contact, project)
    expect(contact.locator("#live")).to_contain_text("离线，显示的是")
    record(phone, project, "S1-09", "accept")
    contact.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(contact.get_by_role("heading", level=1)).to_have_text("生态环境局正在审查")


def test_without_script_the_page_says_the_same(phone: Page, browser: Browser, served: str) -> None:
    project = project_of(phone, 6)
    page = open_page(browser, served, size=PHONE, java_script_enabled=False)
    come_in(page, project)
    expect(page.get_by_role("heading", level=1)).to_have_text("生态环境局已接件，等待受理")
    page.locator("summary").nth(1).click()
    expect(page.get_by_text("工程建设许可")).to_be_visible()
    page.get_by_role("link", name="退出查询").click()
    expect(page.get_by_label("查询码")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("look", ["phone", "narrow", "large type", "dark", "desk"])
def test_the_page_is_free_of_known_barriers(phone: Page, browser: Browser, served: str, look: str) -> None:
    size = {"narrow": NARROW, "large type": NARROW, "desk": DESK}.get(look, PHONE)
    page = open_page(browser, served, size=size, color_scheme="dark" if look == "dark" else "light")
    if look == "large type":
        page.add_init_script("document.documentElement.style.fontSize = '150%'")
    page.goto("/progress")
    assert fine(page) == []
    page.get_by_label("查询码").fill("QQQQQQ")
    page.get_by_label("手机号后四位").fill("0000")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("alert")).to_contain_text("查询码或手机号后四位不对")
    assert fine(page) == []
    come_in(page, project_of(phone, 6))
    expect(page.locator("#live")).to_have_text("实时")
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert fine(page) == []
    page.context.close()


def fine(page: Page) -> list[str]:
    overflow = page.evaluate(OVERFLOW)
    return [*barriers(page), *page.evaluate(SMALL_TARGETS), *([f"{overflow} px too wide"] if overflow > 0 else [])]

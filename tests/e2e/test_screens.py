"""What people see: the main job on two screens, and every screen readable, reachable and free of known barriers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.e2e.conftest import DESK, PHONE, open_page, sign_in

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STEP = "建设项目环境影响评价文件审批"
NARROW: ViewportSize = {"width": 320, "height": 568}

SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter((e) => { const s = e.closest('.visually-hidden, .skip'); return !s && e.getClientRects().length })
  .map((e) => [e.getBoundingClientRect(), e])
  .filter(([r]) => r.width > 0 && (r.height < 43.5 || r.width < 43.5))
  .map(([r, e]) => `${e.tagName} ${e.textContent.trim().slice(0, 9)} ${Math.round(r.width)}x${Math.round(r.height)}`)"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def open_project(page: Page, name: str = "1期") -> None:
    page.goto("/projects")
    page.get_by_role("link", name=f"产业园{name}").click()
    page.get_by_role("heading", name="正在办理").wait_for()


def open_step(page: Page, name: str = STEP) -> None:
    page.get_by_role("region", name="正在办理").get_by_role("button", name=name).click()
    page.get_by_role("dialog").get_by_role("heading", name=name).wait_for()


@pytest.fixture(params=["normal", "xl at 320 px", "dark", "desk"])
def any_look(request: pytest.FixtureRequest, browser: Browser, served: str) -> Iterator[Page]:
    size = {"xl at 320 px": NARROW, "desk": DESK}.get(request.param, PHONE)
    page = open_page(browser, served, size=size, color_scheme="dark" if request.param == "dark" else "light")
    if request.param == "xl at 320 px":
        saved = json.dumps({"fontSize": "xl", "theme": "auto"})
        page.add_init_script(f"localStorage.setItem('bangban.preferences', '{saved}')")
    page.emulate_media(reduced_motion="reduce")
    yield page
    page.context.close()


def barriers(page: Page) -> list[str]:
    """Everything wrong with what is on screen now, in words."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=str(AXE))
    found: Any = page.evaluate(
        "(tags) => axe.run(document, { runOnly: tags }).then((r) => r.violations.map((v) => "
        "`${v.id}: ${v.nodes.map((n) => n.target + ' ' + n.failureSummary).join(' | ')}`))",
        RULES,
    )
    wide = page.evaluate(OVERFLOW)
    small: list[str] = page.evaluate(SMALL_TARGETS)
    return [*found, *(f"small: {one}" for one in small), *([f"{wide} px sideways"] if wide > 0 else [])]


def test_every_screen_is_free_of_barriers(any_look: Page) -> None:
    page = any_look
    page.goto("/login")
    page.get_by_label("账号").wait_for()
    found = {"login": barriers(page)}
    sign_in(page)
    found["projects"] = barriers(page)
    open_project(page)
    found["project"] = barriers(page)
    open_step(page)
    found["sheet"] = barriers(page)
    page.get_by_role("button", name="一次性告知补正").click()
    expect(page.get_by_role("button", name="确认一次性告知补正")).to_be_enabled()
    found["fields"] = barriers(page)
    for name, title in (("inbox", "消息"), ("me", "我的"), ("feedback", "意见反馈"), ("nowhere", "没有这个页面")):
        page.goto(f"/{name}")
        page.get_by_role("heading", name=title, level=1).wait_for()
        found[name] = barriers(page)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_step_moved_on_a_phone_shows_on_the_other_screens_without_reload(phone: Page, desk: Page) -> None:
    open_project(phone)
    open_project(desk)
    open_step(phone)
    phone.get_by_role("button", name="部门受理").click()
    phone.get_by_role("button", name="确认部门受理").click()
    expect(phone.get_by_role("status").filter(has_text="已记录")).to_be_visible()
    expect(phone.get_by_role("dialog")).to_have_count(0)
    timeline = desk.get_by_role("region", name="办理动态", exact=True)
    expect(timeline.get_by_text(f"部门受理“{STEP}”")).to_have_count(1)
    expect(desk.get_by_role("region", name="正在办理").get_by_role("button", name=STEP)).to_contain_text("正常")
    expect(desk.get_by_role("navigation", name="主导航")).to_contain_text("条未读")


def test_the_list_follows_a_step_moved_elsewhere(phone: Page, desk: Page) -> None:
    row = phone.get_by_role("list", name="项目").get_by_role("listitem").filter(has_text="产业园3期")
    expect(row).not_to_contain_text("到期")
    open_project(desk, "3期")
    open_step(desk)
    desk.get_by_role("button", name="部门受理").click()
    desk.get_by_role("button", name="确认部门受理").click()
    expect(row).to_contain_text("到期")
    expect(phone.get_by_role("status").filter(has_text="镁质园3期有新进展")).to_be_attached()


def test_a_stale_act_shows_both_sides_and_is_not_applied(phone: Page, desk: Page) -> None:
    open_project(phone, "2期")
    open_step(phone)
    phone.get_by_role("button", name="部门受理").click()
    open_project(desk, "2期")
    open_step(desk)
    desk.get_by_role("button", name="不受理", exact=False).first.click()
    desk.get_by_label("理由").fill("不属本机关职权")
    desk.get_by_label("文号或凭据").fill("告字〔2026〕1号")
    desk.get_by_role("button", name="确认不受理").click()
    expect(desk.get_by_role("dialog")).to_have_count(0)
    phone.get_by_role("button", name="确认部门受理").click()
    conflict = phone.get_by_role("alert")
    expect(conflict).to_contain_text("已有新进展")
    expect(conflict).to_contain_text(f"“{STEP}”不受理")
    expect(conflict).to_contain_text("您的操作（未提交）")
    phone.get_by_role("button", name="放弃").click()
    expect(phone.get_by_role("dialog")).to_have_count(0)


def test_the_sheet_keeps_the_focus_and_gives_it_back(desk: Page) -> None:
    open_project(desk, "3期")
    open_step(desk)
    for _ in range(12):
        desk.keyboard.press("Tab")
        assert desk.evaluate("() => !!document.activeElement.closest('[role=dialog]')")
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    assert STEP in desk.evaluate("() => document.activeElement.textContent")


def test_filters_live_in_the_address(phone: Page) -> None:
    phone.get_by_role("searchbox").fill("2期")
    expect(phone.get_by_role("list", name="项目").get_by_role("listitem")).to_have_count(1)
    phone.reload()
    expect(phone.get_by_role("searchbox")).to_have_value("2期")
    expect(phone.get_by_role("list", name="项目").get_by_role("listitem")).to_have_count(1)


def test_a_wrong_password_is_answered_in_words(browser: Browser, served: str) -> None:
    page = open_page(browser, served, size=PHONE)
    page.goto("/projects/1")
    page.get_by_label("账号").fill("nobody")
    page.get_by_label("密码", exact=True).fill("not the password")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    page.context.close()


def test_signing_out_in_one_window_closes_the_other(browser: Browser, served: str) -> None:
    first = sign_in(open_page(browser, served, size=PHONE))
    second = first.context.new_page()
    second.goto("/projects")
    second.get_by_role("list", name="项目").wait_for()
    first.goto("/me")
    first.get_by_role("button", name="退出登录").click()
    expect(second.get_by_text("登录已失效")).to_be_visible()
    first.context.close()


def test_feedback_is_two_taps_from_home(phone: Page) -> None:
    phone.get_by_role("navigation", name="主导航").get_by_role("link", name="我的").click()
    phone.get_by_role("link", name="意见反馈").click()
    phone.get_by_label("您的意见或投诉建议").fill("字再大一点")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("status").filter(has_text="已收到您的意见")).to_be_visible()


def test_no_word_of_check_in_or_ranking_is_on_any_screen() -> None:
    sources = (Path(__file__).parents[2] / "frontend/src").rglob("*.vue")
    texts = {path.name: path.read_text("utf-8") for path in sources}
    banned = ("打卡", "签到", "排名", "积分", "在线时长")
    assert [(name, word) for name, text in texts.items() for word in banned if word in text] == []

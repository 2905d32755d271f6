"""Steps of the main job that more than one test takes, and the instruments it is watched with."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from playwright.sync_api import Browser, Page, Playwright, ViewportSize, WebSocket, expect

from proxy_service.demo.people import password
from tests.e2e.conftest import open_page, sign_in
from tests.e2e.product import until

PATIENCE = 30_000  # of every expectation, in milliseconds: a busy machine is slow, not wrong
QUERY_CODE, TAIL = "CX-A7K2P9", "5678"

_CLICKED = """() => addEventListener('click', () => {
  window.clickedAt ??= performance.timeOrigin + performance.now() }, { capture: true })"""
_SEEN = """([place, text, patience]) => {
  const there = () => [...document.querySelectorAll(place)].some((found) => found.textContent.includes(text))
  window.seenAt = new Promise((resolve) => {
    const look = () => there() && (watch.disconnect(), resolve(performance.timeOrigin + performance.now()))
    const watch = new MutationObserver(look)
    watch.observe(document, { subtree: true, childList: true, characterData: true })
    setTimeout(resolve, patience)
    look() }) }"""
_MARKS = """() => {
  const mark = document.querySelector('.live[role=status]'), word = () => mark.lastChild.textContent.trim()
  window.marks = [word()]
  new MutationObserver(() => word() !== window.marks.at(-1) && window.marks.push(word()))
    .observe(mark, { subtree: true, childList: true, characterData: true, attributes: true }) }"""


def person(browser: Browser, address: str, username: str, *, size: ViewportSize, **options: Any) -> Page:
    """A browser of their own in which this person of the demo has signed in by hand."""
    page = open_page(browser, address, size=size, **options)
    page.set_default_timeout(PATIENCE)
    return sign_in(page, username, password=password())


def project_of(page: Page, name: str) -> dict[str, Any]:
    """A project as this person sees it: list row and detail in one."""
    rows = page.request.get("/api/projects", params={"q": name}).json()["items"]
    [found] = [row for row in rows if name in row["name"]]
    detail: dict[str, Any] = page.request.get(f"/api/projects/{found['id']}").json()
    return detail


def open_detail(page: Page, project: dict[str, Any]) -> Page:
    page.goto(f"/projects/{project['id']}")
    expect(page.get_by_role("heading", name="正在办理")).to_be_visible(timeout=PATIENCE)
    expect(live_mark(page)).to_contain_text("实时", timeout=PATIENCE)
    return page


def live_mark(page: Page) -> Any:
    return page.get_by_role("status").filter(has_text="数据连接")


def choose(page: Page, step: str, label: str) -> None:
    """Up to the last tap: the sheet is open, the action chosen, what it needs filled in."""
    page.get_by_role("region", name="正在办理").get_by_role("button", name=step).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name=label).first.click()
    evidence = sheet.get_by_label("文号或凭据")
    evidence.fill("鞍自受〔2026〕5号")
    expect(sheet.get_by_role("button", name=f"确认{label}")).to_be_enabled()


def progress_page(page: Page) -> Page:
    """The contact of the tour's project: no account, the code from the message and four digits."""
    page.goto("/progress")
    page.get_by_label("查询码").fill(QUERY_CODE)
    page.get_by_label("手机号后四位").fill(TAIL)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#live")).to_have_text("实时", timeout=PATIENCE)
    return page


def sentences(page: Page) -> list[str]:
    """The timeline on screen, newest first."""
    return page.locator("#timeline .sentence").all_text_contents()


def waiting(page: Page, ready: Callable[[], bool], what: str) -> None:
    until(ready, seconds=PATIENCE / 1000, what=what, pause=lambda: page.wait_for_timeout(50))


class Stopwatch:
    """From the first click on one screen to the change on others, by the browsers' own clocks of one machine."""

    def __init__(self, acting: Page, watching: dict[str, tuple[Page, str, str]]) -> None:
        self._acting, self._watching = acting, {name: page for name, (page, _, _) in watching.items()}
        acting.evaluate("() => { window.clickedAt = undefined }")
        acting.evaluate(_CLICKED)
        for page, place, text in watching.values():
            page.evaluate(_SEEN, [place, text, 2 * PATIENCE])

    def milliseconds(self) -> dict[str, int]:
        """Waits for each of them."""
        seen = {name: page.evaluate("() => window.seenAt") for name, page in self._watching.items()}
        assert None not in seen.values(), f"not every screen changed: {seen}"
        clicked = self._acting.evaluate("() => window.clickedAt")
        return {name: round(at - clicked) for name, at in seen.items()}


@dataclass
class Wiretap:
    """The numbers of one stream's events as they reach a page, over all its sockets."""

    stream: str
    seqs: list[int] = field(default_factory=list)

    def on(self, page: Page) -> Wiretap:
        page.on("websocket", self._listen)
        return self

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._note)

    def _note(self, text: str | bytes) -> None:
        with suppress(ValueError):
            frame = json.loads(text)
            if frame.get("t") == "event" and frame.get("stream") == self.stream:
                self.seqs.append(frame["seq"])


def record_marks(page: Page) -> Callable[[], list[str]]:
    """From now on every word the connection's mark shows, however short."""
    page.evaluate(_MARKS)
    return lambda: page.evaluate("() => window.marks")


class Colleague:
    """Somebody who records moves elsewhere: the interface with a session of its own, no screen."""

    def __init__(self, playwright: Playwright, address: str, username: str) -> None:
        self._http = playwright.request.new_context(base_url=address)
        self._http.get("/api/session")
        self._post("/api/session", {"username": username, "password": password()})

    def move_next(self, project: int) -> str:
        """The first thing that can be done with evidence alone; answers its sentence on the timeline."""
        detail = self._http.get(f"/api/projects/{project}").json()
        code, name = next(
            (step["code"], action["name"])
            for step in detail["steps"]
            for action in step["actions"]
            if action["name"] in ("accept", "approve", "submit", "achieve")
        )
        body = {"seen": detail["version"], "source": "DOCUMENT", "evidence": "鞍自受〔2026〕6号"}
        self._post(f"/api/projects/{project}/steps/{code}/{name}", body)
        newest = self._http.get(f"/api/projects/{project}/events", params={"limit": 1}).json()["items"][0]
        return str(newest["sentence"])

    def _post(self, path: str, body: dict[str, Any]) -> None:
        cookies = self._http.storage_state()["cookies"]
        token = next(cookie["value"] for cookie in cookies if cookie["name"] == "csrftoken")
        answer = self._http.post(path, data=body, headers={"X-CSRFToken": token, "Idempotency-Key": uuid4().hex})
        assert answer.ok, answer.text()

    def close(self) -> None:
        self._http.dispose()

"""The main job as the issue tells it, on both topologies: one agent's tap, every other screen, one message, no loss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, Request, expect

from tests.e2e.cable import Cable
from tests.e2e.conftest import DESK, PHONE, open_page
from tests.e2e.main_job import (
    PATIENCE,
    Colleague,
    Stopwatch,
    Wiretap,
    choose,
    live_mark,
    open_detail,
    person,
    progress_page,
    project_of,
    record_marks,
    sentences,
    waiting,
)
from tests.e2e.product import Product, running

pytestmark = pytest.mark.browser
TOUR, STEP = "岱昀智能装备产业园一期项目", "建设工程规划许可证"
OTHER = "肉禽精深加工冷链项目"
Report = Callable[[str, object], None]


@pytest.fixture(scope="module", params=["embedded", "services"])
def product(request: pytest.FixtureRequest) -> Iterator[Product]:
    with running(request.param) as started:
        yield started


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def colleague(playwright: Playwright, product: Product) -> Iterator[Colleague]:
    """At the web process that nobody of the test watches through."""
    made = Colleague(playwright, product.web[1], "agent1")
    yield made
    made.close()


class Room:
    """Everybody who looks at the tour's project, each with the window of their own trade."""

    def __init__(self, browser: Browser, product: Product) -> None:
        near, far = product.web
        self.agent = person(browser, near, "agent1", size=PHONE, has_touch=True, is_mobile=True)
        self.list = person(browser, far, "supervisor1", size=DESK)
        self.project = project_of(self.agent, TOUR)
        self.detail = self.list.context.new_page()
        self.wire = Wiretap(f"project-{self.project['id']}").on(self.detail)
        open_detail(self.detail, self.project)
        self.wall = open_page(browser, product.gateway, size=DESK)
        self.wall.goto("/")
        expect(self.wall.get_by_text("实时")).to_be_visible()
        self.contact = progress_page(open_page(browser, far, size=PHONE))
        open_detail(self.agent, self.project)

    def watch(self, *, row: str, sentence: str, progress: str, sms: str) -> Stopwatch:
        """What the next move is to show where."""
        return Stopwatch(self.agent, {
            "list": (self.list, f"a[href='/projects/{self.project['id']}']", row),
            "detail": (self.detail, "#timeline .sentence", sentence),
            "progress page": (self.contact, "h1", progress),
            **{f"SMS {phone[-4:]}": (self.wall, f"[data-mobile='{phone[-11:]}'] .in", sms) for phone in self.phones},
        })  # fmt: skip

    @property
    def phones(self) -> list[str]:
        return [contact["phone"] for contact in self.project["enterprise"]["contacts"]]

    def close(self) -> None:
        for page in (self.agent, self.list, self.wall, self.contact):
            page.context.close()


@pytest.fixture
def room(browser: Browser, product: Product) -> Iterator[Room]:
    made = Room(browser, product)
    yield made
    made.close()


def test_one_tap_reaches_every_screen_and_every_phone_once(
    room: Room, product: Product, record_property: Report
) -> None:
    posts: list[Request] = []
    room.agent.on("request", lambda request: posts.append(request) if request.method == "POST" else None)

    watch = room.watch(row="到期", sentence=f"部门受理“{STEP}”", progress="自然资源局正在审查", sms="受理,承诺")
    choose(room.agent, STEP, "部门受理")
    room.agent.get_by_role("button", name="确认部门受理").dblclick()  # an impatient finger
    expect(room.agent.get_by_role("dialog")).to_have_count(0)
    expect(open_step(room.agent)).to_contain_text("部门受理")
    record_property(f"{product.topology}: 部门受理, click to screen in ms", watch.milliseconds())
    assert len(posts) == 1, "the double tap was sent twice"
    again = replay(room.agent, posts[0], product.web[1])
    assert again["event"]["seq"] == room.project["version"] + 1

    watch = room.watch(
        row="施工许可证", sentence=f"“{STEP}”办结（通过）", progress="帮办专员正在准备申报", sms="已办结"
    )
    choose(room.agent, STEP, "办结（通过）")
    room.agent.get_by_role("button", name="确认办结（通过）").click()
    record_property(f"{product.topology}: 办结（通过）, click to screen in ms", watch.milliseconds())

    first, second = sentences(room.detail)[1::-1]
    assert (first[:4], second.partition("，")[0]) == ("部门受理", f"“{STEP}”办结（通过）")
    assert room.wire.seqs == [room.project["version"] + 1, room.project["version"] + 2]
    assert sum(f"部门受理“{STEP}”" in line for line in sentences(room.detail)) == 1
    each_phone_has_both_messages_once(room, product)


def open_step(page: Page) -> Any:
    return page.get_by_role("region", name="正在办理").get_by_role("button", name=STEP)


def replay(page: Page, sent: Request, address: str) -> dict[str, Any]:
    """The very same request again at the other web process: a lost answer is asked for once more."""
    path = "/" + sent.url.split("/", 3)[3]
    kept = {name: sent.headers[name] for name in ("content-type", "idempotency-key", "x-csrftoken")}
    answer = page.request.post(address + path, data=sent.post_data or "", headers=kept)
    assert answer.status == 200, answer.text()
    done: dict[str, Any] = answer.json()
    return done


def each_phone_has_both_messages_once(room: Room, product: Product) -> None:
    """At the gateway, on the wall, and in the agent's list after the receipts have come back."""

    def delivered() -> bool:
        messages = room.agent.request.get(f"/api/projects/{room.project['id']}").json()["messages"]
        return [message["status"] for message in messages[:4]] == ["delivered"] * 4

    waiting(room.agent, delivered, "the receipts of four messages")
    for phone in room.phones:
        texts = [message["text"] for message in product.messages_to(phone)]
        assert [("受理,承诺" in text, "已办结" in text) for text in texts] == [(True, False), (False, True)], texts
        expect(room.wall.locator(f"[data-mobile='{phone[-11:]}'] .in")).to_have_count(2)
    room.agent.reload()
    rows = room.agent.get_by_role("region", name="短信记录").get_by_role("listitem")
    for number in range(4):
        expect(rows.nth(number)).to_contain_text("已送达")


def test_an_agent_of_another_case_is_told_that_there_is_nothing(browser: Browser, product: Product) -> None:
    own = person(browser, product.web[0], "agent1", size=PHONE)
    outsider = person(browser, product.web[1], "agent2", size=PHONE)
    project = project_of(own, TOUR)
    outsider.goto(f"/projects/{project['id']}")
    expect(outsider.get_by_role("alert")).to_contain_text("没有找到")
    expect(outsider.get_by_text(TOUR)).to_have_count(0)
    assert outsider.request.get(f"/api/projects/{project['id']}/events").status == 404
    for page in (own, outsider):
        page.context.close()


def test_a_cut_cable_loses_nothing_and_doubles_nothing(
    browser: Browser, product: Product, colleague: Colleague
) -> None:
    with Cable(product.port) as cable:
        page = person(browser, cable.address, "supervisor1", size=DESK)
        project = project_of(page, OTHER)
        wire = Wiretap(f"project-{project['id']}").on(page)
        marks = record_marks(open_detail(page, project))
        cable.cut()
        expect(live_mark(page)).to_contain_text("离线")
        missed = [colleague.move_next(project["id"]) for _ in range(2)]
        waiting(page, lambda: cable.refused >= 3, "three refused attempts to connect")
        assert not set(missed) & set(sentences(page))
        cable.mend()
        expect(live_mark(page)).to_contain_text("实时")
        waiting(page, lambda: sentences(page)[1::-1] == missed, f"both moves in order: {missed}")
        follow_up = colleague.move_next(project["id"])
        waiting(page, lambda: sentences(page)[2::-1] == [*missed, follow_up], "live again")
        assert wire.seqs == [project["version"] + n for n in (1, 2, 3)]
        assert without_repeats(marks()) == ["实时", "离线", "补齐中", "实时"]
        page.context.close()


def test_a_killed_web_process_is_survived_without_touching_the_page(
    browser: Browser, product: Product, playwright: Playwright
) -> None:
    page = person(browser, product.web[0], "supervisor1", size=DESK)
    project = project_of(page, OTHER)
    wire = Wiretap(f"project-{project['id']}").on(page)
    marks = record_marks(open_detail(page, project))
    product.kill_web()
    expect(live_mark(page)).to_contain_text("离线")
    if product.topology == "embedded":
        product.revive()
    colleague = Colleague(playwright, product.web[1], "agent1")
    sentence = colleague.move_next(project["id"])
    colleague.close()
    product.revive() if product.topology == "services" else None
    expect(live_mark(page)).to_contain_text("实时")
    waiting(page, lambda: sentences(page)[0] == sentence, f"the move made meanwhile: {sentence}")
    assert wire.seqs == [project["version"] + 1]
    assert without_repeats(marks())[:2] == ["实时", "离线"]
    page.context.close()


def without_repeats(words: list[str]) -> list[str]:
    """The path through the states; trying in vain may show 补齐中 for a moment more than once."""
    return list(dict.fromkeys(words)) + ([words[-1]] if words[-1] in words[:-1] else [])

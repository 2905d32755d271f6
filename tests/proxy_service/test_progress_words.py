"""The enterprise's page: what it tells, and above all what it does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

import journal
from accounts.models import User
from proxy_service.models import ServiceCase
from proxy_service.progress import pages, words
from tests.make import make_project, move, walk
from tests.proxy_service.progress import enter, first_line, page, section

pytestmark = pytest.mark.django_db


# ── what it tells ────────────────────────────────────────────────────────────


def test_the_first_line_follows_from_receipt_to_acceptance(agent: User, at: Callable[[str], None]) -> None:
    at("2026-03-02 09:00")
    project = make_project(agent)
    assert first_line(page(project)) == "帮办专员正在准备申报"
    move(project, "S1-03", "submit", agent)
    received = page(project)
    move(project, "S1-03", "accept", agent)
    accepted = page(project)
    assert first_line(received) == "发改委已接件，等待受理"
    assert first_line(accepted) == "发改委正在审查"
    assert '承诺<span class="n">3月3日（周二）</span>前办结' in accepted


def test_a_correction_puts_the_ball_into_the_enterprises_hands(agent: User, at: Callable[[str], None]) -> None:
    at("2026-03-02 09:00")
    project = make_project(agent)
    walk(project, "S1-03", agent, "submit", "accept")
    assert "目前不需要您做什么" in section(page(project), "您要做的")
    asked = {"materials": ("总平面图", "授权书"), "due_on": date(2026, 3, 9)}
    move(project, "S1-03", "request-correction", agent, **asked)
    html = page(project)
    assert first_line(html) == "请您补正材料"
    told = section(html, "您要做的")
    assert "补正“企业投资项目备案”的材料请于3月9日（周一）前完成总平面图、授权书" in told
    assert agent.name in told and settings.BUREAU_PHONE in told


def test_what_the_enterprise_must_do_comes_before_a_department_that_is_late(
    agent: User, at: Callable[[str], None]
) -> None:
    at("2026-03-02 09:00")
    project = make_project(agent)
    walk(project, "S1-08", agent, "achieve")
    walk(project, "S1-03", agent, "submit", "accept", "approve")
    walk(project, "S1-07", agent, "submit", "accept")
    at("2026-03-16 09:00")
    assert first_line(page(project)) == "自然资源局正在审查"
    walk(project, "S1-09", agent, "submit", "accept", "request-correction")
    html = page(project)
    assert first_line(html) == "请您补正材料"
    assert "已超期" in html and "已过7个工作日" in html


def test_what_was_asked_is_told_however_much_happened_since(agent: User) -> None:
    project = make_project(agent)
    walk(project, "S1-03", agent, "submit", "accept", "request-correction")
    for _ in range(pages.EVENTS):
        walk(project, "S1-08", agent, "achieve", "recall")
        project.steps.filter(code="S1-08").update(state="PENDING")
    assert "总平面图" in section(page(project), "您要做的")


def test_a_special_procedure_says_which_and_until_when(agent: User, at: Callable[[str], None]) -> None:
    at("2026-03-02 09:00")
    project = make_project(agent, category="GOV_HOUSE")
    walk(project, "S1-01", agent, "submit", "accept", "approve")
    walk(project, "S1-02", agent, "submit", "accept")
    move(project, "S1-02", "start-special", agent, special="EXPERT", announced_days=7)
    html = page(project)
    assert first_line(html) == "正在进行专家评审"
    assert '预计<span class="n">3月11日（周三）</span>结束' in html


@pytest.mark.parametrize("name", ["reject", "decline", "refuse-acceptance"])
def test_of_an_adverse_decision_only_that_there_is_one(agent: User, name: str) -> None:
    project = make_project(agent)
    walk(project, "S1-03", agent, *(("submit", "accept") if name == "reject" else ("submit",)), name)
    html = page(project)
    assert first_line(html) == "已作出决定，决定书已送达"
    assert "“企业投资项目备案”已作出决定，决定书已送达" in section(html, "最近进展")
    assert not re.search("不通过|不予|不受理|理由|文书一号", html)


def test_a_paused_case_says_so_and_asks_nothing(agent: User) -> None:
    project = make_project(agent, kind="ASSIST")
    ServiceCase.objects.filter(project=project).update(state="PAUSED")
    html = page(project)
    assert first_line(html) == "帮办服务已中止"
    assert "目前不需要您做什么" in html and "待您申报" not in html


def test_where_the_firm_files_itself_the_page_says_what(agent: User) -> None:
    html = page(make_project(agent, kind="ASSIST"))
    assert first_line(html) == "可以申报了，请您提交材料"
    assert "申报“企业投资项目备案”" in section(html, "您要做的")


def test_a_year_without_a_calendar_notice_is_marked(agent: User, at: Callable[[str], None]) -> None:
    at("2035-03-01 09:00")
    project = make_project(agent)
    walk(project, "S1-03", agent, "submit", "accept")
    assert "暂按周一至周五计算" in page(project)


def test_days_and_hours_are_those_of_anshan(agent: User, at: Callable[[str], None]) -> None:
    at("2026-03-02 00:30")  # still 1 March in Greenwich
    project = make_project(agent)
    walk(project, "S1-03", agent, "submit", "accept")
    at("2026-03-04 00:30")
    html = page(project)
    assert "3月2日受理" in html and '<span id="live">00:30的内容' in html


def test_steps_are_counted_and_all_named(agent: User) -> None:
    project = make_project(agent)
    walk(project, "S1-08", agent, "achieve")
    html = page(project)
    assert "第2步" in html and f"共{project.steps.count()}步" in html
    assert all(step.title in html for step in project.steps.all())


def test_a_demo_project_is_marked(agent: User) -> None:
    assert "演示</span>" in page(make_project(agent, is_demo=True))
    assert "演示</span>" not in page(make_project(agent, is_demo=False))


# ── what it does not tell ────────────────────────────────────────────────────


def test_nothing_internal_is_on_the_page(agent: User, support: User) -> None:
    project = make_project(
        agent, support_agent_id=support.pk, code="2026-210300-47-01-123456", investment_wan=77777, contacts=2
    )
    project.enterprise.address = "铁东区某路9号"
    project.enterprise.save()
    inside = {"note": "内部备注甲", "evidence": "内部凭证乙"}
    for name in ("submit", "accept", "reject", "submit", "accept"):
        move(project, "S1-03", name, agent, **inside)
    client, _ = enter(project)
    html = client.get("/progress/view").content.decode() + client.get("/progress/fragment").content.decode()
    secrets = [
        *inside.values(),
        "77777",
        "铁东区",
        project.code,
        project.internal_no,
        project.enterprise.uscc,
        project.case.query_code,
        support.name,
        agent.username + '"',
        *project.enterprise.contacts.values_list("name", flat=True),
    ]
    assert [word for word in secrets if word and word in html] == []
    assert not re.search(r"1[3-9]\d{9}|\d{3}\*{4}\d{4}", html), "no phone of a person, not even masked"


def test_an_event_of_an_unknown_kind_stays_inside(agent: User) -> None:
    project = make_project(agent)
    with transaction.atomic():
        payload = {"name": "企业投资项目备案", "note": "不外传"}
        journal.append(project.stream, "case.noted", payload=payload, actor=agent, occurred_at=timezone.now())
    html = page(project)
    assert "case.noted" not in html and "不外传" not in html


def test_only_named_facts_of_an_event_are_told() -> None:
    payload = {"lead": "王某", "support": "不说", "note": "不说", "evidence": "不说"}
    assert words.told("case.assigned", payload) == "主办专员：王某"

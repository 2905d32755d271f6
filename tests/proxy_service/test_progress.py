"""The enterprise's page: who gets in, for how long, and how it is delivered."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from accounts.models import User
from config import csp
from enterprises.models import Contact
from proxy_service.models import ServiceCase
from proxy_service.progress import cookie
from tests.make import make_contact, make_enterprise, make_project, move, walk
from tests.proxy_service.progress import enter, first_line, page

pytestmark = pytest.mark.django_db
LOCKED = 429


# ── who gets in ──────────────────────────────────────────────────────────────


def test_code_and_last_digits_open_the_page(agent: User) -> None:
    client, answer = enter(make_project(agent))
    assert (answer.status_code, answer["Location"]) == (302, "/progress/view")
    assert client.get("/progress/view").status_code == 200


@pytest.mark.parametrize("form", ["CX-{}", "cx-{}", " {} ", "cx{}"])
def test_the_code_is_read_however_it_is_typed(agent: User, form: str) -> None:
    project = make_project(agent)
    code = project.case.query_code
    _, answer = enter(project, code=form.format(code.lower()))
    assert answer.status_code == 302


def test_any_active_contact_of_the_enterprise_gets_in(agent: User) -> None:
    project = make_project(agent)
    second = make_contact(project.enterprise, phone="+8613900004321", role="BOSS")
    client, answer = enter(project, digits="4321")
    assert answer.status_code == 302
    assert second.phone[-4:] in client.get("/progress/view").content.decode()


def test_the_second_project_of_an_enterprise_opens_with_its_own_code(agent: User) -> None:
    enterprise = make_enterprise(registered_by=agent)
    first, second = (make_project(agent, enterprise=enterprise, name=name) for name in ("一期厂房", "二期厂房"))
    assert "二期厂房" in page(second) and "一期厂房" not in page(second)
    assert "一期厂房" in page(first)


def test_the_cookie_is_for_the_server_only(agent: User) -> None:
    client, _ = enter(make_project(agent))
    sealed = client.cookies[cookie.NAME]
    assert (sealed["httponly"], sealed["samesite"], sealed["path"], sealed["max-age"]) == (True, "Lax", "/", 12 * 3600)


@pytest.mark.parametrize(
    "typed",
    [
        {"code": "QQQQQQ"},
        {"digits": "0000"},
        {"code": ""},
        {"digits": ""},
        {"code": "查询"},
        {"code": "A\x00B"},
        {"digits": "12\x00"},
        {"digits": "%%%%"},
        {"digits": "１２３４５"},
    ],
)
def test_whatever_was_wrong_the_answer_is_the_same(agent: User, typed: dict[str, str]) -> None:
    project = make_project(agent)
    usual = enter(project, digits="9999")[1]
    _, answer = enter(project, **typed)
    assert (answer.status_code, _without_token(answer)) == (422, _without_token(usual))


def _without_token(answer: Any) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_a_contact_who_left_does_not_get_in(agent: User) -> None:
    project = make_project(agent)
    make_contact(project.enterprise, phone="+8613900004321", active=False)
    assert enter(project, digits="4321")[1].status_code == 422


def test_a_contact_of_another_enterprise_does_not_get_in(agent: User) -> None:
    project, other = make_project(agent), make_project(agent)
    make_contact(other.enterprise, phone="+8613900004321")
    assert enter(project, digits="4321")[1].status_code == 422


@pytest.mark.parametrize("exists", [True, False])
def test_a_code_locks_after_ten_failures_whether_or_not_it_exists(agent: User, exists: bool) -> None:
    project = make_project(agent)
    typed = {"digits": "0000"} if exists else {"code": "QQQQQQ"}
    answers = [enter(project, **typed)[1].status_code for _ in range(11)]
    assert answers == [422] * 10 + [LOCKED]
    if exists:
        assert enter(project)[1].status_code == LOCKED, "the right digits must not tell that they are right"


def test_the_locked_page_says_for_how_many_minutes(agent: User) -> None:
    project = make_project(agent)
    answer = [enter(project, digits="0000")[1] for _ in range(11)][-1]
    assert "请30分钟后再试" in answer.content.decode()
    assert 0 < int(answer["Retry-After"]) <= 1801


def test_an_address_locks_after_thirty_failures_over_many_codes(agent: User) -> None:
    project = make_project(agent)
    codes = [f"QQQQ{a}{b}" for a in "ABCDEF" for b in "ABCDE"]
    assert {enter(project, code=code)[1].status_code for code in codes} == {422}
    assert enter(project)[1].status_code == LOCKED


def test_a_success_lets_the_count_of_the_code_start_anew(agent: User) -> None:
    project = make_project(agent)
    for _ in range(9):
        enter(project, digits="0000")
    enter(project)
    assert {enter(project, digits="0000")[1].status_code for _ in range(10)} == {422}


def test_a_form_from_elsewhere_is_refused_in_chinese(agent: User) -> None:
    _, answer = enter(make_project(agent), client=Client(enforce_csrf_checks=True))
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()
    assert cookie.NAME not in answer.cookies


def test_the_forms_own_token_is_accepted(agent: User) -> None:
    client = Client(enforce_csrf_checks=True)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)', client.get("/progress").content.decode())
    assert token
    _, answer = enter(make_project(agent), client=client, csrfmiddlewaretoken=token[1])
    assert answer.status_code == 302


# ── how long it lasts ────────────────────────────────────────────────────────


def refused(client: Client) -> bool:
    fragment, whole = client.get("/progress/fragment"), client.get("/progress/view")
    assert (fragment.status_code == 401) == (whole.status_code == 302)
    return fragment.status_code == 401 and fragment.content == b""


def test_without_a_cookie_there_is_only_the_form() -> None:
    assert refused(Client())


def test_a_changed_cookie_is_worthless(agent: User) -> None:
    client, _ = enter(make_project(agent))
    sealed = client.cookies[cookie.NAME].value
    for forged in (sealed[:-1] + ("A" if sealed[-1] != "A" else "B"), "x" + sealed, "", "..", sealed.split(":")[0]):
        client.cookies[cookie.NAME] = forged
        assert refused(client), forged
        assert cookie.project_of(forged) is None


def test_a_cookie_sealed_for_another_purpose_is_worthless(agent: User) -> None:
    project = make_project(agent)
    client = Client()
    client.cookies[cookie.NAME] = signing.dumps([project.case.pk, 1, "0" * 16])
    assert refused(client)


def test_the_cookie_ends_after_twelve_hours(agent: User, at: Callable[[str], None]) -> None:
    at("2026-11-23 08:00")
    client, _ = enter(make_project(agent))
    at("2026-11-23 19:59")
    assert not refused(client)
    at("2026-11-23 20:01")
    assert refused(client)


def test_the_cookie_ends_with_the_contact_and_the_socket_with_it(agent: User) -> None:
    project = make_project(agent)
    client, _ = enter(project)
    sealed = client.cookies[cookie.NAME].value
    assert cookie.project_of(sealed) == project.pk
    Contact.objects.filter(enterprise=project.enterprise).update(active=False)
    assert refused(client) and cookie.project_of(sealed) is None


def test_the_cookie_ends_with_the_query_code(agent: User) -> None:
    project = make_project(agent)
    client, _ = enter(project)
    ServiceCase.objects.filter(project=project).update(query_code="B2B2B2")
    assert refused(client) and cookie.project_of(client.cookies[cookie.NAME].value) is None


def test_a_contact_who_moved_to_another_enterprise_is_out(agent: User) -> None:
    project, other = make_project(agent), make_project(agent)
    client, _ = enter(project)
    Contact.objects.filter(enterprise=project.enterprise).update(enterprise=other.enterprise)
    assert refused(client)


def test_leaving_takes_the_cookie_away(agent: User) -> None:
    client, _ = enter(make_project(agent))
    assert client.get("/progress/leave")["Location"] == "/progress"
    assert refused(client)


def test_a_visit_shows_its_own_case_and_nothing_asked_for_changes_that(agent: User) -> None:
    project, other = make_project(agent, name="本企业项目"), make_project(agent, name="别家项目")
    client, _ = enter(project)
    for path in ("/progress/view", "/progress/fragment"):
        html = client.get(path, {"case": other.case.pk, "project": other.pk}).content.decode()
        assert "别家项目" not in html and other.case.no not in html


# ── how it is delivered ──────────────────────────────────────────────────────


def test_the_page_needs_no_script_and_nothing_from_outside(agent: User) -> None:
    html = page(make_project(agent))
    without = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    assert first_line(without) and "全部步骤" in without and "刷新" in without
    assert re.findall(r'(?:src|href)="(?!#|/progress|data:,|tel:)[^"]*"', html) == []
    assert "http" not in without.replace("https://", "")


def test_inline_pieces_are_those_whose_hashes_the_policy_carries(agent: User) -> None:
    html = page(make_project(agent))
    files = list((settings.BASE_DIR / "proxy_service" / "templates" / "progress").glob("*.html"))
    for kind in ("script", "style"):
        served = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.S)
        assert [csp._hash(text) for text in served] == csp.inline_hashes(files, kind)


def test_the_page_stays_small(agent: User) -> None:
    html = page(make_project(agent, category="GOV_HOUSE"))
    script = re.search(r"<script>(.*?)</script>", html, re.S)
    assert script
    assert len(gzip.compress(html.encode())) <= 6 * 1024
    assert len(script[1].encode()) <= 1.75 * 1024


def test_nothing_is_kept_or_indexed(agent: User) -> None:
    client, answer = enter(make_project(agent))
    others = [client.get("/progress/view"), client.get("/progress/fragment"), Client().get("/progress")]
    for each in (answer, *others):
        assert "no-store" in each["Cache-Control"] and "noindex" in each["X-Robots-Tag"]


def test_the_fragment_is_sent_only_when_it_changed(agent: User, at: Callable[[str], None]) -> None:
    at("2026-11-23 09:00")
    project = make_project(agent)
    client, _ = enter(project)
    tag = client.get("/progress/fragment")["ETag"]
    assert client.get("/progress/fragment", headers={"if-none-match": tag}).status_code == 304
    assert client.get("/progress/fragment", headers={"if-none-match": f"W/{tag}"}).status_code == 304
    move(project, "S1-03", "submit", agent)
    assert client.get("/progress/fragment", headers={"if-none-match": tag}).status_code == 200


def test_at_midnight_today_is_another_day(agent: User, at: Callable[[str], None]) -> None:
    at("2026-11-23 23:50")
    client, _ = enter(make_project(agent))
    tag = client.get("/progress/fragment")["ETag"]
    at("2026-11-24 00:10")
    assert client.get("/progress/fragment", headers={"if-none-match": tag}).status_code == 200


def test_the_page_and_its_fragment_say_the_same(agent: User) -> None:
    client, _ = enter(make_project(agent))
    whole, fragment = (client.get(path).content.decode() for path in ("/progress/view", "/progress/fragment"))
    assert fragment.strip() in whole


@pytest.mark.parametrize("category", ["SOC_SMALL", "GOV_HOUSE"])
def test_the_page_takes_six_queries_however_long_the_plan(
    agent: User, category: str, django_assert_num_queries: Any
) -> None:
    project = make_project(agent, category=category)
    walk(project, "S1-03" if category == "SOC_SMALL" else "S1-01", agent, "submit", "accept", "request-correction")
    client, _ = enter(project)
    client.get("/progress/view")  # the calendar is kept from here on
    with django_assert_num_queries(6):
        client.get("/progress/view")

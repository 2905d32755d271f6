from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.make import make_contact, make_enterprise

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


@pytest.fixture
def client(supervisor: User, client_for: ClientFor) -> Client:
    return client_for(supervisor)


@pytest.mark.parametrize("text", ["虚构耐", "鞍山虚构", "91210302ma0y", " 虚构 "])
def test_a_part_of_name_short_name_or_code_finds_it(client: Client, text: str) -> None:
    wanted = make_enterprise(name="鞍山虚构材料有限公司", short_name="虚构耐火", uscc="91210302MA0Y10011X")
    make_enterprise(name="另一家", short_name="另一家")
    page = client.get("/api/enterprises", {"q": text}).json()
    assert [row["id"] for row in page["items"]] == [wanted.pk]
    assert page["total"] == 1


def test_a_percent_sign_is_only_a_character(client: Client) -> None:
    make_enterprise()
    assert client.get("/api/enterprises", {"q": "%"}).json()["total"] == 0


def test_a_search_with_a_null_character_is_refused(client: Client) -> None:
    answer = client.get("/api/enterprises", {"q": "鞍\x00"})
    assert (answer.status_code, answer.json()["code"]) == (422, "text.control-character")


def test_fifty_fit_on_a_page(client: Client) -> None:
    for _ in range(51):
        make_enterprise()
    first, second, third = (client.get("/api/enterprises", {"page": page}).json() for page in (1, 2, 3))
    assert [len(page["items"]) for page in (first, second, third)] == [50, 1, 0]
    assert (first["total"], first["pages"]) == (51, 2)
    assert {row["id"] for row in first["items"]}.isdisjoint(row["id"] for row in second["items"])


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999"])
def test_a_page_that_cannot_be_is_refused(client: Client, page: str) -> None:
    assert client.get("/api/enterprises", {"page": page}).status_code == 422


@pytest.mark.parametrize("key", ["0", "9007199254740993", "99999999999999999999999"])
def test_a_key_that_cannot_be_is_refused(client: Client, key: str) -> None:
    assert client.get(f"/api/enterprises/{key}").status_code in {404, 422}


@pytest.mark.parametrize("path", ["/api/enterprises", "/api/enterprises/export"])
def test_a_list_costs_the_same_queries_however_long_it_is(
    client: Client, django_assert_max_num_queries: Any, path: str
) -> None:
    for _ in range(12):
        make_contact(make_enterprise())
    with django_assert_max_num_queries(4):  # session, user, count, rows
        client.get(path)


def test_a_detail_costs_the_same_queries_however_many_contacts(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    enterprise = make_enterprise()
    for _ in range(8):
        make_contact(enterprise)
    with django_assert_max_num_queries(5):  # session, user, enterprise, contacts, whose
        client.get(f"/api/enterprises/{enterprise.pk}")


def test_inactive_contacts_do_not_count(client: Client) -> None:
    enterprise = make_enterprise()
    make_contact(enterprise)
    make_contact(enterprise, active=False)
    assert client.get("/api/enterprises").json()["items"][0]["contact_count"] == 1


def test_the_export_opens_in_a_spreadsheet_and_runs_nothing(client: Client) -> None:
    make_enterprise(name='=HYPERLINK("http://x","点我")', short_name="公式")
    answer = client.get("/api/enterprises/export")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in answer["Content-Disposition"]
    assert "'=HYPERLINK" in answer.content.decode("utf-8-sig").splitlines()[1]

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

PATHS = {
    "/api/catalogue/items": 30,
    "/api/catalogue/categories": 5,
    "/api/catalogue/departments": 25,
    "/api/catalogue/districts": 8,
    "/api/catalogue/specials": 11,
}


@pytest.mark.parametrize(("path", "count"), PATHS.items())
def test_every_list_is_complete_in_few_queries(
    anybody: Client, django_assert_max_num_queries: Any, path: str, count: int
) -> None:
    anybody.get("/api/catalogue/districts")
    with django_assert_max_num_queries(7):  # session and user are two of them
        answer = anybody.get(path)
    assert answer.status_code == 200
    assert len(answer.json()) == count


@pytest.mark.parametrize("path", [*PATHS, "/api/calendar/2026"])
def test_nobody_reads_without_signing_in(db: None, path: str) -> None:
    assert Client().get(path).status_code == 401


def test_an_item_says_what_it_needs_and_how_long_it_may_take(anybody: Client) -> None:
    items = {item["code"]: item for item in anybody.get("/api/catalogue/items").json()}
    permit = items["S2-04"]
    assert permit["name"] == "建设工程规划许可证"
    assert permit["stage"] == {"n": 2, "name": "工程建设许可"}
    assert permit["lead"]["code"] == "zrzy"
    assert (permit["statutory"]["n"], permit["statutory"]["unit_name"], permit["committed"]) == (20, "工作日", 5)
    assert {special["name"] for special in permit["specials"]} == {"公示", "现场踏勘/勘验"}
    assert permit["materials"][0]["name"] == "事项申请表"
    assert {"key": "eia_public", "scenario": "报告书"}.items() <= items["S1-09"]["materials"][1].items()
    assert items["S1-08"]["is_milestone"]


def test_a_category_brings_its_questions(anybody: Client) -> None:
    small = next(row for row in anybody.get("/api/catalogue/categories").json() if row["code"] == "SOC_SMALL")
    assert (small["shortest_days"], small["target_days"], small["national_code"]) == (21, 70, "4")
    assert [question["code"] for question in small["questions"]][:2] == ["approval_type", "land_acquisition"]


def test_a_year_shows_its_days_and_where_they_come_from(anybody: Client) -> None:
    year = anybody.get("/api/calendar/2026").json()
    assert (year["provisional"], year["working_days"]) == (False, 248)
    assert {"date": "2026-05-09", "is_working": True, "name": "劳动节调休"} in year["days"]


def test_a_year_without_a_notice_is_provisional(anybody: Client) -> None:
    year = anybody.get("/api/calendar/2027").json()
    assert (year["provisional"], year["notice"], year["days"], year["working_days"]) == (True, None, [], 261)


@pytest.mark.parametrize("year", ["1999", "2101", "99999999999999999999", "x"])
def test_a_year_out_of_range_is_refused(anybody: Client, year: str) -> None:
    assert anybody.get(f"/api/calendar/{year}").status_code in {404, 422}

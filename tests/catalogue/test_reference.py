"""What `load_reference` leaves behind."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

import journal
from accounts.models import Department, District, User
from catalogue import calendar, plan, queries, seal, source
from catalogue.actions.calendar import load_calendar
from catalogue.actions.catalogue import publish_catalogue
from catalogue.models import ApprovalItem, CalendarDay, CalendarNotice, Catalogue, Category, Material
from common.errors import Forbidden, NotFound, Refused

pytestmark = pytest.mark.usefixtures("reference")


def plan_of(category: str, **answers: str) -> list[plan.PlannedStep]:
    return plan.plan_for(queries.flow_of(queries.template_for(category)), answers)


def codes(category: str, **answers: str) -> set[str]:
    return {step.code for step in plan_of(category, **answers)}


def test_all_of_it_is_there() -> None:
    counted = (District.objects.count(), Department.objects.count(), ApprovalItem.objects.count())
    assert counted == (8, 25, 30)
    assert Material.objects.count() == 57
    assert {template.category for template, _ in queries.categories()} == set(Category.values)


def test_the_departments_that_lead_have_the_names_of_the_city() -> None:
    led = dict(ApprovalItem.objects.values_list("code", "lead__short"))
    assert (led["S2-04"], led["S3-05"], led["S1-13"]) == ("自然资源局", "住建局", "林草局")


def test_a_second_run_writes_nothing(django_assert_max_num_queries: Any) -> None:
    before = Catalogue.objects.count(), CalendarDay.objects.count()
    with django_assert_max_num_queries(15):
        call_command("load_reference", stdout=io.StringIO())
    assert (Catalogue.objects.count(), CalendarDay.objects.count()) == before


@pytest.mark.parametrize(
    ("category", "days"),
    [("GOV_HOUSE", 54), ("GOV_LINEAR", 48), ("SOC_GENERAL", 33), ("SOC_SMALL", 21), ("SOC_LANDPLAN", 23)],
)
def test_the_critical_path_is_the_researched_one(category: str, days: int) -> None:
    assert plan.shortest_days(plan_of(category)) == days


def test_fire_review_lengthens_the_path_of_a_general_project_to_38() -> None:
    assert plan.shortest_days(plan_of("SOC_GENERAL", special_fire="YES")) == 38


@pytest.mark.parametrize(
    ("category", "answer", "comes", "goes"),
    [
        ("SOC_GENERAL", {"approval_type": "RATIFICATION"}, {"S1-04"}, {"S1-03"}),
        ("SOC_GENERAL", {"land_acquisition": "ALLOCATION"}, {"S1-02"}, {"S1-08"}),
        ("SOC_GENERAL", {"land_acquisition": "OWNED"}, set(), {"S1-08"}),
        ("GOV_HOUSE", {"energy_over_threshold": "YES"}, {"S1-06"}, set()),
        ("GOV_HOUSE", {"lightning": "YES"}, {"S3-03", "S4-03"}, set()),
        ("GOV_LINEAR", {"road_occupation": "YES"}, {"S3-06"}, set()),
        ("GOV_HOUSE", {"forest": "YES", "heritage": "YES", "flood": "YES"}, {"S1-11", "S1-12", "S1-13"}, set()),
        ("SOC_SMALL", {"eia_form": "REGISTER"}, set(), {"S1-09"}),
        ("SOC_LANDPLAN", {"soil_scope": "NO", "civil_defense": "NO"}, set(), {"S1-10", "S2-03"}),
    ],
)
def test_an_answer_brings_and_removes_its_steps(
    category: str, answer: dict[str, str], comes: set[str], goes: set[str]
) -> None:
    default, answered = codes(category), codes(category, **answer)
    assert (answered - default, default - answered) == (comes, goes)


def test_every_combination_of_one_answer_gives_a_plan_in_order() -> None:
    for template, flow in queries.categories():
        for question in plan.asked(flow):
            for option in question.options:
                steps = plan.plan_for(flow, {question.code: option})
                seen: set[str] = set()
                for step in steps:
                    assert seen.issuperset(step.after + step.soft_after), (template, question.code, option)
                    seen.add(step.code)


def test_the_law_gives_a_short_report_half_the_time() -> None:
    def eia(**answers: str) -> tuple[int, int | None]:
        step = next(step for step in plan_of("SOC_GENERAL", **answers) if step.code == "S1-09")
        return step.committed, step.statutory_n

    assert (eia(), eia(eia_form="REPORT")) == ((7, 30), (15, 60))


def test_utilities_before_acceptance_is_a_soft_link() -> None:
    acceptance = next(step for step in plan_of("GOV_HOUSE") if step.code == "S4-01")
    assert (acceptance.after, acceptance.soft_after) == (("S3-05",), ("S3-08",))


def test_an_administrator_publishes_a_draft_and_new_projects_are_planned_from_it(admin: User) -> None:
    draft = Catalogue.objects.create(version=queries.current().version + 1)
    published = publish_catalogue(draft.version, actor=admin)
    assert queries.current() == published
    assert seal.is_intact(published)
    event = journal.read("catalogue", after=0, limit=99)[-1]
    assert (event.kind, event.payload["version"], event.actor) == ("catalogue.published", draft.version, admin)


def test_nobody_else_publishes(supervisor: User) -> None:
    with pytest.raises(Forbidden):
        publish_catalogue(1, actor=supervisor)


def test_a_published_version_is_frozen(admin: User) -> None:
    with pytest.raises(Refused, match=r"catalogue\.frozen"):
        publish_catalogue(1, actor=admin)
    with pytest.raises(NotFound):
        publish_catalogue(99, actor=admin)


def test_a_later_change_of_a_published_version_is_found_out() -> None:
    catalogue = queries.current()
    assert seal.is_intact(catalogue)
    ApprovalItem.objects.filter(code="S2-04").update(committed=1)
    assert not seal.is_intact(catalogue)


def test_a_published_version_cannot_lose_its_seal() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Catalogue.objects.update(digest="")


def test_every_year_names_its_notice_and_its_source() -> None:
    notices = {notice.year: notice for notice in CalendarNotice.objects.all()}
    assert set(notices) == set(range(2018, 2027))
    assert notices[2026].number == "国办发明电〔2025〕7号"
    assert notices[2026].source.startswith("chinesecalendar ")


def test_new_year_days_in_december_belong_to_the_notice_of_the_coming_year() -> None:
    assert CalendarDay.objects.get(date=date(2018, 12, 29)).notice.year == 2019


def test_the_stored_calendar_counts_and_knows_what_it_does_not_know() -> None:
    stored = calendar.load()
    assert stored.add(date(2026, 3, 2), 70) == date(2026, 6, 11)
    assert stored.is_provisional(date(2027, 1, 4))


def test_a_loaded_calendar_costs_one_query(django_assert_num_queries: Any) -> None:
    calendar.load()
    with django_assert_num_queries(1):
        calendar.load()


def test_a_changed_year_becomes_a_new_revision_and_the_old_one_stays() -> None:
    CalendarDay.objects.filter(date=date(2026, 5, 9)).delete()
    assert load_calendar() == 1
    assert list(CalendarNotice.objects.filter(year=2026).values_list("revision", flat=True)) == [1, 2]
    assert calendar.load().is_working(date(2026, 5, 9))
    assert CalendarDay.objects.filter(notice__year=2026, notice__revision=2).count() == len(
        source.days_by_notice()[2026]
    )

"""The demonstration: the bureau's published figures come out of it, and the product itself wrote its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Department, District, User
from common import identifiers
from common.errors import Refused
from enterprises.models import Contact, Enterprise
from journal.models import Event
from notifications.models import Message
from notifications.status import Status
from proxy_service import queries, tasks
from proxy_service.actions.clock import PROJECT_MARKS
from proxy_service.demo import load, people, script
from proxy_service.demo.reset import reset
from proxy_service.demo.travel import own_time
from proxy_service.facts import net_days_of
from proxy_service.flow import ACTIVE, State
from proxy_service.models import Mandate, Project, ServiceCase, Step, Suspension
from tests.make import move


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[load.Made]:
    """Loaded once for the file and rolled back at its end: it takes longer than all the tests together."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block._from_testcase = True
        with block:
            if not District.objects.exists():  # a test with real transactions emptied all tables before us
                call_command("load_reference", verbosity=0)
            made = load.load()
            assert made is not None
            yield made
            transaction.set_rollback(True)


@pytest.fixture
def undone(demo: load.Made, db: None) -> None:
    """For tests that write: what they do is taken back."""


def kinds() -> Counter[str]:
    return Counter(Event.objects.filter(stream__name__startswith="project-").values_list("kind", flat=True))


def someone(username: str) -> User:
    return User.objects.get(username=username)


def test_34_enterprises_had_44_services(demo: load.Made) -> None:
    served = Enterprise.objects.filter(projects__isnull=False).distinct()
    states = Counter(ServiceCase.objects.values_list("state", flat=True))

    assert served.count() == 34
    assert states == {"RUNNING": 18, "COMPLETED": 20, "PAUSED": 3, "TERMINATED": 3}
    assert set(Project.objects.values_list("template__category", flat=True)) == {
        "GOV_HOUSE", "GOV_LINEAR", "SOC_GENERAL", "SOC_SMALL", "SOC_LANDPLAN",
    }  # fmt: skip
    assert Project.objects.values("district").distinct().order_by().count() == 8


def test_31_enterprises_gave_a_mandate_and_three_file_themselves(demo: load.Made) -> None:
    assert Mandate.objects.values("case__project__enterprise").distinct().order_by().count() == 31
    assert Enterprise.objects.filter(projects__case__kind="ASSIST").distinct().count() == 3
    assert not Mandate.objects.filter(case__kind="ASSIST").exists()


def test_of_47_liaison_points_24_signed_and_23_can_be_listed(demo: load.Made) -> None:
    points = Enterprise.objects.filter(is_liaison=True)

    assert Counter(points.values_list("ownership", flat=True)) == {"CENTRAL": 9, "CITY": 12, "PRIVATE": 26}
    assert points.filter(agreement_signed_on__isnull=False).count() == 24
    assert points.filter(agreement_signed_on=None).count() == 23
    assert not Enterprise.objects.filter(agreement_signed_on__gt=timezone.localdate()).exists()


def test_every_state_of_a_step_and_every_lamp_is_there(demo: load.Made) -> None:
    assert set(Step.objects.values_list("state", flat=True)) == set(State)

    lamps = queries.project_page(someone("supervisor1"), queries.Filter(), page=1)["lamps"]
    assert all(lamps.values()), lamps
    assert sum(lamps.values()) == 21


def test_two_houses_took_66_and_74_days_of_the_70_allowed(demo: load.Made) -> None:
    done = Project.objects.filter(template__category="GOV_HOUSE", case__state="COMPLETED", short_name__in=_MEASURED)
    days = {p.short_name: net_days_of(queries._detailed_plan(p), queries.view()) for p in done}

    assert days == _MEASURED


_MEASURED = {"妇幼健康中心": 66, "养老综合体": 74}


def test_the_very_large_case_has_19_major_items_with_128_below(demo: load.Made) -> None:
    steps = Step.objects.filter(project__level="NATIONAL")

    assert steps.count() == 128
    assert steps.values("major").distinct().order_by().count() == 19
    assert 450 <= Step.objects.count() - 128 <= 520


def test_what_goes_wrong_comes_in_the_numbers_of_the_plan(demo: load.Made) -> None:
    happened = kinds()
    ended = [row.ended_on or timezone.localdate() for row in Suspension.objects.order_by("pk")]
    expected = Suspension.objects.order_by("pk").values_list("expected_on", flat=True)
    corrected = Event.objects.filter(kind="step.correction_requested", stream__name__startswith="project-")
    rounds = Counter(corrected.values_list("stream", "payload__step"))

    assert Suspension.objects.count() == 40
    assert sum(end > until for end, until in zip(ended, expected, strict=True)) == 3
    assert Suspension.objects.filter(basis="").count() == 1
    assert happened["step.correction_requested"] == 25
    assert sorted(rounds.values())[-3:] == [1, 2, 2]
    assert sum(happened[f"step.{kind}"] for kind in ("declined", "acceptance_refused", "rejected")) == 5
    late = Event.objects.filter(stream__name__startswith="project-", payload__late_days__gt=0)
    assert late.count() == 12


def test_six_running_items_are_over_their_promise_and_one_over_the_law(demo: load.Made) -> None:
    active = Step.objects.filter(project__case__state="RUNNING", state__in=ACTIVE)

    assert active.filter(due_on__lt=timezone.localdate()).count() == 6
    assert active.filter(statutory_due_on__lt=timezone.localdate()).count() == 1


def test_what_ended_kept_its_promise(demo: load.Made) -> None:
    assert not Step.objects.filter(closed_on__gt=F("due_on")).exists()


def test_the_journal_verifies(demo: load.Made) -> None:
    call_command("verify_journal", verbosity=0)
    assert Event.objects.count() > 2000


def test_everything_happened_on_working_days_in_office_hours_of_the_last_twelve_months(demo: load.Made) -> None:
    calendar, today = queries.view().calendar, timezone.localdate()
    moments = Event.objects.filter(stream__name__startswith="project-").values_list("occurred_at", flat=True)
    local = [timezone.localtime(at) for at in moments]

    assert all(calendar.is_working(at.date()) for at in local)
    assert all(time(8, 30) <= at.time() <= time(17, 15) for at in local)
    assert all(0 < (today - at.date()).days <= 366 for at in local)
    assert len({(at.year, at.month) for at in local}) >= 11


def test_an_event_is_recorded_when_its_time_had_come(demo: load.Made) -> None:
    assert not Event.objects.filter(recorded_at__lt=F("occurred_at")).exists()
    on_time = Event.objects.filter(stream__name__startswith="project-", payload__late_days=None)
    assert not on_time.exclude(recorded_at=F("occurred_at")).exists()


def test_no_message_of_the_past_is_still_to_be_sent(demo: load.Made) -> None:
    waiting = Message.objects.filter(status__in=(Status.PENDING, Status.SENDING, Status.UNCERTAIN))

    assert 2 <= waiting.count() <= 3
    assert all(message.ready_at > timezone.now() for message in waiting)
    assert 250 <= Message.objects.count() <= 350
    assert {Status.DELIVERED, Status.FAILED, Status.UNDELIVERED, Status.NO_RECEIPT} <= set(
        Message.objects.values_list("status", flat=True)
    )
    sent = Message.objects.exclude(status=Status.PENDING)
    assert not sent.filter(created_at__date=timezone.localdate()).exists()
    assert not sent.filter(final_at__gt=timezone.now()).exists()


def test_codes_are_well_formed_and_phones_belong_to_one_contact_each(demo: load.Made) -> None:
    for code in Enterprise.objects.values_list("uscc", flat=True):
        assert identifiers.uscc(code) == code
    short_names = Enterprise.objects.values_list("short_name", flat=True)
    assert len(set(short_names)) == len(short_names)
    phones = Contact.objects.values_list("phone", flat=True)
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("+861300000") for phone in phones)
    assert not Enterprise.objects.filter(is_demo=False).exists()
    assert not Project.objects.filter(is_demo=False).exists()


def test_the_tours_next_act_is_to_accept(demo: load.Made) -> None:
    case = ServiceCase.objects.get(query_code="A7K2P9")
    detail = queries.project_detail(someone("agent1"), case.project_id)
    step = next(step for step in detail["steps"] if step["code"] == detail["next"]["step"])

    assert case.support_agent == someone("support1")
    assert step["state"] == State.RECEIVED
    assert "accept" in [action["name"] for action in step["actions"]]
    assert sorted(contact["phone"][-4:] for contact in detail["enterprise"]["contacts"])[-1] == "5678"


def test_accepting_on_the_tour_writes_to_both_contacts(undone: None) -> None:
    project = Project.objects.get(case__query_code="A7K2P9")
    before = Message.objects.filter(subject=project.stream).count()

    move(project, "S2-04", "accept", someone("agent1"), source="PHONE")

    news = Message.objects.filter(subject=project.stream, status=Status.PENDING)
    assert Message.objects.filter(subject=project.stream).count() == before + 2
    assert "+8613000005678" in news.values_list("phone", flat=True)


def test_everybody_can_sign_in_and_sees_what_the_role_allows(demo: load.Made) -> None:
    assert all(someone(account.username).check_password(people.password()) for account in people.ACCOUNTS[:1])
    assert Department.objects.filter(is_section=True).count() == 22
    seen = Project.objects.visible_to(someone("supervisor3"))
    assert set(seen.values_list("district", flat=True)) == {"210381"}
    assert Project.objects.visible_to(someone("county1")).count() == 5
    assert all(Project.objects.visible_to(someone(f"agent{n}")).exists() for n in range(1, 10))


def test_loading_again_changes_nothing(demo: load.Made) -> None:
    before = [table.objects.count() for table in (Event, Message, Step, User, Enterprise, Department)]

    assert load.load() is None

    assert before == [table.objects.count() for table in (Event, Message, Step, User, Enterprise, Department)]


def test_the_same_seed_tells_the_same_story_and_another_one_does_not(demo: load.Made) -> None:
    plans = load.plans()

    assert script.write(plans) == script.write(load.plans())
    assert script.write(plans, seed=script.SEED + 1) != script.write(plans)


def test_damaged_marks_are_put_right_and_a_second_look_finds_nothing(undone: None) -> None:
    red = Project.objects.filter(case__state="RUNNING", red_from__lt=timezone.localdate())
    damaged = red[0]
    before = [getattr(damaged, name) for name in PROJECT_MARKS]
    Project.objects.filter(pk=damaged.pk).update(red_from=None, all_waiting=True)

    tasks.check_due_dates()

    damaged.refresh_from_db()
    assert [getattr(damaged, name) for name in PROJECT_MARKS] == before
    assert tasks.recompute_marks() == (18, 0)


def test_a_reset_leaves_accounts_and_reference_data_only(undone: None) -> None:
    reset()

    assert not any(table.objects.exists() for table in (Project, Enterprise, Message, Contact))
    assert not kinds()
    assert someone("agent1").is_active


@pytest.mark.django_db
@pytest.mark.parametrize("act", [load.load, reset])
def test_production_refuses_it(act: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PRODUCTION", True)

    with pytest.raises(Refused):
        act()


def test_the_watch_moves_time_for_its_own_thread_only() -> None:
    from threading import Thread

    seen: list[Any] = []
    with own_time() as watch:
        watch.moment = timezone.now().replace(year=2019)
        other = Thread(target=lambda: seen.append(timezone.now()))
        other.start()
        other.join()
        assert timezone.localdate().year == 2019

    assert seen[0].year > 2019
    assert timezone.now().year > 2019

"""A step moves through one door; every refusal says what to do and leaves nothing behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

import journal
from accounts.models import User
from accounts.roles import Role
from common.errors import Forbidden, Invalid, NotFound, Refused, Stale
from journal.models import Event
from notifications.models import Message
from proxy_service.models import Project, ServiceCase, Step
from tests.make import make_contact, make_project, make_user, move, walk

pytestmark = pytest.mark.django_db


def step_of(project: Project, code: str) -> Step:
    return project.steps.get(code=code)


def test_an_accepted_step_starts_its_clock_and_tells_the_contact_once(agent: User, at) -> None:
    at("2026-03-02 09:00")
    project = make_project(agent)
    walk(project, "S1-03", agent, "submit", "accept")
    step = step_of(project, "S1-03")
    assert (step.state, step.accepted_on.isoformat(), step.due_on.isoformat()) == (
        "ACCEPTED",
        "2026-03-02",
        "2026-03-03",
    )
    message = Message.objects.get()
    assert "企业投资项目备案" in message.text and "3月2日受理" in message.text


def test_the_project_version_is_the_number_of_its_last_event(agent: User) -> None:
    project = make_project(agent)
    answer = walk(project, "S1-03", agent, "submit", "accept")
    project.refresh_from_db()
    assert project.version == answer["version"] == journal.heads([project.stream])[project.stream]


def test_window_then_department_acceptance_counts_once_and_tells_once(agent: User, at) -> None:
    at("2026-03-02 09:00")
    project = make_project(agent)
    walk(project, "S1-03", agent, "submit", "accept-window")
    at("2026-03-04 09:00")
    move(project, "S1-03", "accept", agent)
    assert step_of(project, "S1-03").accepted_on.isoformat() == "2026-03-02"
    assert Message.objects.count() == 1


def test_an_acceptance_after_a_correction_does_not_tell_a_second_beginning(agent: User, at) -> None:
    at("2026-03-02 09:00")
    project = make_project(agent)
    walk(project, "S1-03", agent, "submit", "accept", "request-correction")
    at("2026-03-06 09:00")
    walk(project, "S1-03", agent, "finish-correction", "accept")
    told = Message.objects.filter(template="SMS-01").values_list("text", flat=True)
    assert ["3月2日" in text for text in told] == [True]


def test_every_contact_who_wants_it_gets_exactly_one_message(agent: User) -> None:
    project = make_project(agent, contacts=2)
    make_contact(project.enterprise, preference="NONE")
    make_contact(project.enterprise, role="BOSS")
    make_contact(project.enterprise, active=False)
    walk(project, "S1-03", agent, "submit", "accept")
    assert Message.objects.count() == 2


def test_a_step_behind_an_open_prerequisite_names_it(agent: User) -> None:
    project = make_project(agent)
    with pytest.raises(Refused) as refusal:
        move(project, "S2-04", "submit", agent)
    assert refusal.value.code == "step.not-open" and "“建设用地规划许可证”" in refusal.value.sentence


def test_finishing_a_step_opens_those_behind_it(agent: User) -> None:
    project = make_project(agent)
    walk(project, "S1-08", agent, "achieve")
    answer = walk(project, "S1-03", agent, "submit", "accept", "approve")
    assert answer["opened"] == ["S1-07", "S1-09"]


def test_a_move_that_is_not_allowed_says_where_the_step_is(agent: User) -> None:
    project = make_project(agent)
    with pytest.raises(Refused, match="待申报"):
        move(project, "S1-03", "approve", agent)


def test_a_stale_move_is_refused_with_what_changed(agent: User) -> None:
    project = make_project(agent)
    seen = project.version
    move(project, "S1-03", "submit", agent)
    with pytest.raises(Stale) as refusal:
        move(project, "S1-03", "accept", agent, seen=seen)
    assert [change["kind"] for change in refusal.value.facts["changes"]] == ["step.submitted"]


def test_a_move_elsewhere_in_the_project_does_not_make_a_step_stale(agent: User) -> None:
    project = make_project(agent)
    seen = project.version
    move(project, "S1-08", "achieve", agent)
    assert move(project, "S1-03", "submit", agent, seen=seen)["version"] == seen + 2


def test_the_future_is_refused_and_the_past_is_marked_late(agent: User, at) -> None:
    at("2026-03-06 09:00")
    project = make_project(agent)
    with pytest.raises(Invalid, match=r"occurred-at\.future"):
        move(project, "S1-03", "submit", agent, occurred_at=timezone.now() + timedelta(hours=1))
    answer = move(project, "S1-03", "submit", agent, occurred_at=timezone.now() - timedelta(days=4))
    assert answer["event"]["payload"]["late_days"] == 4
    assert step_of(project, "S1-03").doubt_from.isoformat() == "2026-03-06"


def test_nothing_happens_before_the_move_before_it(agent: User) -> None:
    project = make_project(agent)
    move(project, "S1-03", "submit", agent)
    with pytest.raises(Invalid, match="before-previous"):
        move(project, "S1-03", "accept", agent, occurred_at=timezone.now() - timedelta(days=3))


@pytest.mark.parametrize("name", ["reject", "request-correction", "start-special"])
def test_what_a_move_needs_is_asked_for(agent: User, name: str) -> None:
    project = make_project(agent)
    walk(project, "S1-08", agent, "achieve")
    walk(project, "S1-03", agent, "submit", "accept")
    with pytest.raises(Invalid, match="missing"):
        move(project, "S1-03", name, agent, note="", materials=(), special="")


def test_a_suspension_moves_the_due_date_as_the_law_counts(agent: User, at) -> None:
    """Vector T13 of the clock, with the item's own limit."""
    at("2026-03-02 09:00")
    project = make_project(agent, category="GOV_HOUSE")
    walk(project, "S1-01", agent, "submit", "accept", "approve")
    walk(project, "S1-02", agent, "submit", "accept")
    at("2026-03-04 09:00")
    move(project, "S1-02", "start-special", agent, special="EXPERT", announced_days=7)
    assert step_of(project, "S1-02").due_on is None
    at("2026-03-13 09:00")
    move(project, "S1-02", "end-special", agent)
    assert step_of(project, "S1-02").due_on.isoformat() == "2026-03-18"


def test_a_special_procedure_that_the_item_does_not_know_is_refused(agent: User) -> None:
    project = make_project(agent, category="GOV_HOUSE")
    walk(project, "S1-01", agent, "submit", "accept")
    with pytest.raises(Invalid, match=r"special\.unknown"):
        move(project, "S1-01", "start-special", agent, special="TENDER")


def test_a_withdrawal_that_does_not_hold_goes_back_to_where_the_step_was(agent: User) -> None:
    project = make_project(agent, category="GOV_HOUSE")
    walk(project, "S1-01", agent, "submit", "accept", "approve")
    walk(project, "S1-02", agent, "submit", "accept", "start-special", "request-withdrawal", "keep")
    assert step_of(project, "S1-02").state == "SPECIAL"
    move(project, "S1-02", "request-withdrawal", agent)
    move(project, "S1-02", "confirm-withdrawal", agent)
    step = step_of(project, "S1-02")
    assert step.state == "WITHDRAWN" and step.due_on is None and not step.suspensions.filter(ended_on=None).exists()


def test_no_filing_in_the_firms_name_without_a_mandate(agent: User) -> None:
    project = make_project(agent, mandate_stages=(2,))
    with pytest.raises(Refused, match=r"mandate\.missing"):
        move(project, "S1-03", "submit", agent)


def test_a_paused_case_stands_still(agent: User) -> None:
    project = make_project(agent)
    ServiceCase.objects.filter(project=project).update(state="PAUSED")
    with pytest.raises(Refused, match=r"case\.not-running"):
        move(project, "S1-03", "submit", agent)


def test_an_outsider_does_not_find_the_project(agent: User, outsider: User) -> None:
    with pytest.raises(NotFound):
        move(make_project(agent), "S1-03", "submit", outsider)


def test_a_supervisor_sees_but_does_not_move(agent: User, supervisor: User) -> None:
    with pytest.raises(Forbidden):
        move(make_project(agent), "S1-03", "submit", supervisor)


def test_a_section_moves_only_its_own_steps(agent: User) -> None:
    project = make_project(agent)
    own = step_of(project, "S1-03").department
    other = step_of(project, "S1-07").department
    assert other != own
    section = make_user("section-a", role=Role.SECTION, department=other)
    with pytest.raises(Forbidden, match="other-department"):
        move(project, "S1-03", "submit", section)


def test_the_support_agent_hears_of_it_in_the_inbox(agent: User, support: User) -> None:
    project = make_project(agent, support_agent_id=support.pk)
    move(project, "S1-03", "submit", agent)
    kinds = list(Event.objects.filter(stream_id=f"inbox-{support.pk}").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["case.assigned", "step.submitted"]
    assert not Event.objects.filter(stream_id=f"inbox-{agent.pk}").exists()


def test_the_same_key_gives_the_same_answer_and_another_request_under_it_is_refused(agent: User) -> None:
    project = make_project(agent)
    first = move(project, "S1-03", "submit", agent, key="key-00000001", fingerprint="a")
    again = move(project, "S1-03", "submit", agent, key="key-00000001", fingerprint="a")
    assert again == first
    with pytest.raises(Refused, match=r"idempotency\.reused"):
        move(project, "S1-03", "submit", agent, key="key-00000001", fingerprint="b")


def test_a_refused_move_leaves_nothing_behind(agent: User) -> None:
    project = make_project(agent)
    before = (project.version, Event.objects.count(), Message.objects.count())
    with pytest.raises(Refused):
        move(project, "S2-04", "submit", agent)
    project.refresh_from_db()
    assert (project.version, Event.objects.count(), Message.objects.count()) == before

"""Real threads at one door: a key acts once, of two keys one wins, numbers are given out once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

import journal
from accounts.models import User
from accounts.roles import Role
from common.errors import Problem
from journal.models import Event, Receipt
from notifications.models import Message
from proxy_service.actions.project import assign_case, change_case_state
from proxy_service.models import Mandate, Project, ServiceCase
from tests.make import make_enterprise, make_project, make_user, move, walk

on_both = pytest.mark.django_db(transaction=True)


def on_postgres(test: Any) -> Any:
    return pytest.mark.race(pytest.mark.postgres(on_both(test)))


@pytest.fixture
def reference_data(transactional_db: None) -> None:
    """Emptied by the test before this one, as tests that commit leave an empty database."""
    call_command("load_reference", verbosity=0)


@pytest.fixture
def lead(reference_data: None) -> User:
    return make_user("racer", role=Role.AGENT)


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Every act in a thread of its own, all let go together; what each gave back or was refused with."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(30)
            return act()
        except Problem as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _repeats(lead: User, times: int) -> None:
    project = make_project(lead)
    walk(project, "S1-03", lead, "submit")
    version = Project.objects.get(pk=project.pk).version

    def accept() -> Any:
        return move(project, "S1-03", "accept", lead, seen=version, key="key-00000001")

    answers = at_once([accept] * times)
    assert all(answer == answers[0] for answer in answers), Counter(map(repr, answers))
    project.refresh_from_db()
    assert project.version == version + 1 == journal.heads([project.stream])[project.stream]
    assert Event.objects.filter(stream_id=project.stream, kind="step.accepted").count() == 1
    assert Message.objects.count() == 1
    assert Receipt.objects.filter(key="key-00000001").count() == 1


@on_postgres
def test_fifty_parallel_repeats_of_one_key_change_the_project_once(lead: User) -> None:
    _repeats(lead, 50)


@on_both
def test_twenty_parallel_repeats_change_it_once_on_the_embedded_database_too(lead: User) -> None:
    _repeats(lead, 20)


@pytest.mark.parametrize("second", ["accept", "request-correction", "decline"])
@on_both
def test_of_two_keys_on_one_step_one_wins_and_the_other_hears_what_changed(lead: User, second: str) -> None:
    project = make_project(lead)
    walk(project, "S1-03", lead, "submit")
    version = Project.objects.get(pk=project.pk).version
    answers = at_once(
        [
            lambda: move(project, "S1-03", "accept", lead, seen=version),
            lambda: move(project, "S1-03", second, lead, seen=version),
        ]
    )
    won = [answer for answer in answers if isinstance(answer, dict)]
    lost = [answer for answer in answers if isinstance(answer, Problem)]
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].code == "step.stale"
    assert [change["seq"] for change in lost[0].facts["changes"]] == [version + 1]
    assert Project.objects.get(pk=project.pk).version == version + 1


@on_both
def test_moves_on_different_steps_of_one_project_all_count_without_a_gap(lead: User) -> None:
    project = make_project(lead)
    version = Project.objects.get(pk=project.pk).version
    acts = [
        lambda: move(project, "S1-03", "submit", lead, seen=version),
        lambda: move(project, "S1-08", "achieve", lead, seen=version),
    ]
    versions = {answer["version"] for answer in at_once(acts)}
    assert versions == {version + 1, version + 2}
    seqs = Event.objects.filter(stream_id=project.stream).order_by("seq").values_list("seq", flat=True)
    assert list(seqs) == list(range(1, version + 3))
    call_command("verify_journal", verbosity=0)


@on_postgres
def test_a_move_in_one_project_does_not_wait_for_one_in_another(lead: User) -> None:
    one, two = make_project(lead), make_project(lead)
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=one.pk)
        answers = at_once([lambda: _within(5, lambda: move(two, "S1-03", "submit", lead))])
    assert isinstance(answers[0], dict)


def _within(seconds: int, act: Callable[[], Any]) -> Any:
    """Fails instead of waiting for a lock for ever."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{seconds}s'")
    return act()


@on_postgres
def test_many_projects_with_one_support_agent_move_at_once_without_a_deadlock(lead: User) -> None:
    """All their events meet in one inbox."""
    support = make_user("racer-support", role=Role.SUPPORT)
    projects = [make_project(lead, support_agent_id=support.pk) for _ in range(8)]
    before = journal.heads([f"inbox-{support.pk}"])[f"inbox-{support.pk}"]
    answers = at_once([lambda p=project: move(p, "S1-03", "submit", lead) for project in projects])
    assert all(isinstance(answer, dict) for answer in answers), answers
    assert journal.heads([f"inbox-{support.pk}"])[f"inbox-{support.pk}"] == before + 8


@on_both
def test_projects_opened_at_once_get_numbers_of_their_own(lead: User) -> None:
    firms = [make_enterprise(registered_by=lead) for _ in range(6)]
    opened = at_once([lambda f=firm: make_project(lead, enterprise=f, contacts=0) for firm in firms])
    assert all(isinstance(project, Project) for project in opened), opened
    numbers = sorted(Project.objects.values_list("internal_no", flat=True))
    assert [int(no[-4:]) for no in numbers] == [1, 2, 3, 4, 5, 6]
    assert sorted(int(no[-5:]) for no in ServiceCase.objects.values_list("no", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert Mandate.objects.values("no").distinct().count() == 6


@on_postgres
@pytest.mark.parametrize("ends", ["paused", "taken away"])
def test_a_move_that_waited_sees_what_happened_to_the_service_meanwhile(lead: User, ends: str) -> None:
    """The project's row is locked by the change; the move waits for it and must not go by what it saw before."""
    project = make_project(lead)
    other = make_user("racer-other", role=Role.AGENT)
    supervisor = make_user("racer-supervisor", role=Role.SUPERVISOR)
    project.refresh_from_db()
    waiting = threading.Event()
    found: list[Any] = []

    def late() -> None:
        waiting.set()
        try:
            found.append(move(project, "S1-03", "submit", lead, seen=project.version))
        except Problem as refusal:
            found.append(refusal)
        finally:
            connections.close_all()

    thread = threading.Thread(target=late)
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        thread.start()
        waiting.wait(10)
        _wait_until_somebody_waits_for_a_lock()
        # the actions insist on a transaction of their own; what they do is done here by their own functions
        if ends == "paused":
            change_case_state.__wrapped__(
                project_id=project.pk, state="PAUSED", note="企业申请中止", actor=supervisor, seen=project.version
            )
        else:
            assign_case.__wrapped__(
                project_id=project.pk,
                lead_agent_id=other.pk,
                support_agent_id=None,
                actor=supervisor,
                seen=project.version,
            )
    thread.join(30)
    assert isinstance(found[0], Problem), found
    assert found[0].code == ("case.not-running" if ends == "paused" else "not-found")
    assert project.steps.get(code="S1-03").state == "PENDING"


def _wait_until_somebody_waits_for_a_lock() -> None:
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.02)
    raise AssertionError("nobody waits")

"""Every act on every state in one table, written from the national codes and the law, not from `flow.py`."""

from __future__ import annotations

import pytest

from proxy_service import flow
from proxy_service.flow import State

# National code (BLZT) by state, as the exchange tables print them; 0 is ours.
CODES = {
    "PENDING": (0, "待申报"),
    "RECEIVED": (1, "接件"),
    "WITHDRAWN": (2, "已撤件"),
    "WINDOW_ACCEPTED": (3, "窗口受理"),
    "NOT_ACCEPTED": (4, "不受理"),
    "ACCEPTANCE_REFUSED": (5, "不予受理"),
    "CORRECTING": (6, "补正开始"),
    "CORRECTED": (7, "补正结束"),
    "ACCEPTED": (8, "部门受理"),
    "SPECIAL": (9, "特别程序开始"),
    "SPECIAL_ENDED": (10, "特别程序结束"),
    "PASSED": (11, "办结(通过)"),
    "PASSED_WITH_DEFICIENCY": (12, "办结(容缺通过)"),
    "REJECTED": (13, "办结(不通过)"),
    "RECALLED": (14, "撤回"),
    "REVOKED": (15, "撤销"),
    "WITHDRAWING": (16, "撤件待确认"),
}

# One row per state, one column per act in the order of ACTS; "-" is a refusal, "=" back to the state before.
_COLUMNS = """
submit accept-window accept decline refuse-acceptance request-correction finish-correction start-special end-special
approve approve-with-deficiency reject request-withdrawal confirm-withdrawal keep recall revoke achieve
"""
ACTS = tuple(_COLUMNS.split())
SHORT = {str(code): state for state, (code, _) in CODES.items()}
#     sub win acc dec ref cor fin spe end app def rej wit con kee rec rev ach
TABLE = """
 0 |  1   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
 1 |  -   3   8   4   5   6   -   -   -   -   -   -  16   -   -   -   -   -
 2 |  1   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
 3 |  -   -   8   -   5   6   -   -   -   -   -   -  16   -   -   -   -   -
 4 |  1   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
 5 |  1   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
 6 |  -   -   -   -   -   -   7   -   -   -   -   -  16   -   -   -   -   -
 7 |  -   3   8   4   5   -   -   -   -   -   -   -  16   -   -   -   -   -
 8 |  -   -   -   -   -   6   -   9   -  11  12  13  16   -   -   -   -   -
 9 |  -   -   -   -   -   -   -   -  10   -   -   -  16   -   -   -   -   -
10 |  -   -   -   -   -   -   -   9   -  11  12  13  16   -   -   -   -   -
11 |  -   -   -   -   -   -   -   -   -   -   -   -   -   -   -  14  15   -
12 |  -   -   -   -   -   -   -   -   -   -   -   -   -   -   -  14  15   -
13 |  1   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
14 |  1   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
15 |  1   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -   -
16 |  -   -   -   -   -   -   -   -   -   -   -   -   -   2   =   -   -   -
"""
MILESTONE = {  # a milestone is reached or taken back, nothing else
    ("PENDING", "achieve"): "PASSED",
    ("RECALLED", "achieve"): "PASSED",
    ("REVOKED", "achieve"): "PASSED",
    ("PASSED", "recall"): "RECALLED",
    ("PASSED", "revoke"): "REVOKED",
    ("PASSED_WITH_DEFICIENCY", "recall"): "RECALLED",
    ("PASSED_WITH_DEFICIENCY", "revoke"): "REVOKED",
}


def cells() -> list[tuple[str, str, str | None]]:
    """(state, act, where it leads or None) for all 17 × 18 pairs."""
    found: list[tuple[str, str, str | None]] = []
    for line in TABLE.strip().splitlines():
        code, _, row = line.partition("|")
        for act, end in zip(ACTS, row.split(), strict=True):
            leads = None if end == "-" else "=" if end == "=" else SHORT[end]
            found.append((SHORT[code.strip()], act, leads))
    return found


def test_the_table_has_every_state_and_every_act() -> None:
    pairs = {(state, act) for state, act, _ in cells()}
    assert pairs == {(state.value, act) for state in State for act in flow.MOVES}
    assert len(pairs) == 17 * 18


@pytest.mark.parametrize(("state", "act", "leads"), cells())
def test_an_act_on_a_step_leads_where_the_table_says_or_is_refused(state: str, act: str, leads: str | None) -> None:
    held = State.SPECIAL
    expected = held if leads == "=" else leads
    assert flow.after(State(state), act, held=held, is_milestone=False) == expected


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("act", ACTS)
def test_a_milestone_is_reached_or_taken_back_and_nothing_else(state: State, act: str) -> None:
    assert flow.after(state, act, held=None, is_milestone=True) == MILESTONE.get((state.value, act))


@pytest.mark.parametrize("is_milestone", [False, True])
@pytest.mark.parametrize("state", list(State))
def test_what_is_offered_is_exactly_what_is_allowed(state: State, is_milestone: bool) -> None:
    offered = {move.name for move in flow.moves_from(state, is_milestone=is_milestone)}
    allowed = {act for act in ACTS if flow.after(state, act, held=State.ACCEPTED, is_milestone=is_milestone)}
    assert offered == allowed


def test_an_act_nobody_knows_leads_nowhere() -> None:
    assert flow.after(State.PENDING, "dance", held=None, is_milestone=False) is None


def test_the_national_codes_run_from_0_to_16_each_once() -> None:
    assert {state.value: (state.national_code, state.label) for state in State} == CODES
    assert sorted(state.national_code for state in State) == list(range(17))


def test_every_state_is_open_closed_or_not_begun() -> None:
    assert frozenset({State.PENDING}) | flow.ACTIVE | flow.DONE | flow.NEGATIVE == frozenset(State)
    assert not flow.DONE & flow.NEGATIVE and not flow.ACTIVE & flow.CLOSED


def test_no_state_is_a_dead_end_but_an_approval_that_stands() -> None:
    stuck = [state for state in State if not flow.moves_from(state, is_milestone=False)]
    assert stuck == []
    reachable = {State.PENDING, State.PASSED, State.RECALLED, State.REVOKED}
    assert all(flow.moves_from(state, is_milestone=True) for state in reachable)


@pytest.mark.parametrize("act", ["decline", "refuse-acceptance", "reject", "recall", "revoke"])
def test_a_refusal_needs_reason_and_paper(act: str) -> None:
    """行政许可法 32, 38: dated and sealed paper, reasons stated."""
    assert {"note", "evidence"} <= set(flow.MOVES[act].needs)
    assert flow.MOVES[act].danger


def test_a_special_procedure_needs_its_kind_and_the_time_told_to_the_applicant() -> None:
    assert set(flow.MOVES["start-special"].needs) == {"special", "announced_days"}


def test_every_act_has_its_own_event() -> None:
    events = [move.event for move in flow.MOVES.values()]
    assert len(set(events)) == len(events) == 18
    assert all(event.startswith("step.") for event in events)


def test_a_filing_accepted_once_is_no_longer_turned_away_at_the_door() -> None:
    for act in ("decline", "refuse-acceptance"):
        asked = {"held": None, "is_milestone": False}
        assert flow.after(State.CORRECTED, act, accepted=False, **asked) is not None
        assert flow.after(State.CORRECTED, act, accepted=True, **asked) is None
    offered = {move.name for move in flow.moves_from(State.CORRECTED, is_milestone=False, accepted=True)}
    assert offered == {"accept-window", "accept", "request-withdrawal"}

"""Answers turn the flow of a category into the plan of a project."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.plan import DraftStep, Flow, Link, Question, asked, in_order, plan_for, shortest_days
from common.errors import Invalid

YES_NO = {"YES": "是", "NO": "否"}


def step(code: str, committed: int = 1, **rest: object) -> DraftStep:
    return DraftStep(code=code, item=ord(code[0]), committed=committed, **rest)  # type: ignore[arg-type]


def only_if(question: str) -> dict[str, list[str]]:
    return {question: ["YES"]}


def flow(steps: list[DraftStep], *links: str) -> Flow:
    """Links as "A>B" (hard) and "A~B" (soft)."""
    made = [Link(link[0], link[2], hard=link[1] == ">") for link in links]
    used = sorted({question for each in steps for question in each.condition})
    return Flow(steps, made, [Question(code, f"{code}？", YES_NO, "NO") for code in used])


def links_of(result: Flow, **answers: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {planned.code: (planned.after, planned.soft_after) for planned in plan_for(result, answers)}


def test_a_step_left_out_passes_its_links_on() -> None:
    full = flow([step("A"), step("B", condition=only_if("q")), step("C")], "A>B", "B>C")
    assert links_of(full) == {"A": ((), ()), "C": (("A",), ())}
    assert links_of(full, q="YES") == {"A": ((), ()), "B": (("A",), ()), "C": (("B",), ())}


def test_links_pass_through_several_steps_left_out() -> None:
    left_out = [step(code, condition=only_if("q")) for code in "BCD"]
    full = flow([step("A"), *left_out, step("E")], "A>B", "B>C", "C>D", "D>E")
    assert links_of(full) == {"A": ((), ()), "E": (("A",), ())}


def test_a_link_passed_on_is_hard_only_if_the_whole_way_is() -> None:
    full = flow([step("A"), step("B", condition=only_if("q")), step("C")], "A~B", "B>C")
    assert links_of(full)["C"] == ((), ("A",))


def test_a_hard_way_outweighs_a_soft_one() -> None:
    full = flow([step("A"), step("B", condition=only_if("q")), step("C")], "A~B", "B>C", "A>C")
    assert links_of(full)["C"] == (("A",), ())


def test_a_link_passed_on_is_dropped_when_others_imply_it() -> None:
    full = flow([step("A"), step("B", condition=only_if("q")), step("C"), step("D")], "A>B", "B>D", "A>C", "C>D")
    assert links_of(full)["D"] == (("C",), ())


def test_the_promise_follows_the_answer() -> None:
    question = Question("form", "？", {"LONG": "长", "SHORT": "短"}, "SHORT")
    full = Flow([step("A", 7, committed_by={"form": {"LONG": 15}})], [], [question])
    assert [plan_for(full, answers)[0].committed for answers in ({}, {"form": "LONG"})] == [7, 15]


def test_only_questions_that_matter_are_asked() -> None:
    full = flow([step("A", condition=only_if("q"))])
    unused = Question("other", "？", YES_NO, "NO")
    assert [question.code for question in asked(Flow(full.steps, [], [*full.questions, unused]))] == ["q"]


@pytest.mark.parametrize(
    ("answers", "code"),
    [({"x": "YES"}, "scenario.unknown-question"), ({"q": "MAYBE"}, "scenario.unknown-answer")],
)
def test_an_answer_that_nobody_offers_is_refused(answers: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        plan_for(flow([step("A", condition=only_if("q"))]), answers)
    assert refusal.value.code == code
    assert refusal.value.facts["field"] == f"answers.{next(iter(answers))}"


def test_a_loop_is_refused_by_the_steps_in_it() -> None:
    with pytest.raises(Invalid, match=r"B、C$"):
        in_order("ABC", [Link("A", "B"), Link("B", "C"), Link("C", "B")])


def test_the_critical_path_ignores_soft_links() -> None:
    full = flow([step("A", 3), step("B", 5), step("C", 2)], "A>C", "B~C")
    assert shortest_days(plan_for(full, {})) == 5


CODES = "ABCDEFGH"


@st.composite
def flows(draw: st.DrawFn) -> tuple[Flow, set[str]]:
    left_out = draw(st.sets(st.sampled_from(CODES)))
    pairs = [(a, b) for place, b in enumerate(CODES) for a in CODES[:place]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True))
    steps = [step(code, condition=only_if("q") if code in left_out else {}) for code in CODES]
    return flow(steps, *(f"{a}{draw(st.sampled_from('>~'))}{b}" for a, b in chosen)), left_out


def hard_ancestors(links: dict[str, set[str]], code: str) -> set[str]:
    return set().union(*({before} | hard_ancestors(links, before) for before in links[code]))


@given(flows())
def test_who_waits_for_whom_does_not_change_when_steps_are_left_out(drawn: tuple[Flow, set[str]]) -> None:
    full, left_out = drawn
    written = {code: {link.before for link in full.links if link.after == code and link.hard} for code in CODES}
    planned = {each.code: set(each.after) for each in plan_for(full, {})}
    for code in planned:
        assert hard_ancestors(planned, code) == hard_ancestors(written, code) - left_out

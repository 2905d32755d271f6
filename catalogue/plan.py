"""From a category's flow and the answers about a project to the plan of that project. Pure: no ORM, no clock."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from common.errors import Invalid

Answers = Mapping[str, str]
Condition = Mapping[str, Sequence[str]]
DaysByAnswer = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Question:
    """`options` is code → what a person reads."""

    code: str
    text: str
    options: Mapping[str, str]
    default: str


@dataclass(frozen=True, slots=True)
class DraftStep:
    """A step of a flow before anybody answered a question; `item` is the key of its ApprovalItem."""

    code: str
    item: int
    committed: int
    parallel: bool = False
    condition: Condition = field(default_factory=dict)
    committed_by: DaysByAnswer = field(default_factory=dict)
    statutory_by: DaysByAnswer = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    before: str
    after: str
    hard: bool = True


@dataclass(frozen=True, slots=True)
class Flow:
    steps: Sequence[DraftStep]
    links: Sequence[Link]
    questions: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of a project's plan; `after` and `soft_after` name codes of the same plan, in its order.

    `statutory_n` is set where the law's number of days depends on an answer; None: the item's own number holds.
    """

    code: str
    item: int
    committed: int
    after: tuple[str, ...]
    soft_after: tuple[str, ...]
    parallel: bool
    statutory_n: int | None = None


def plan_for(flow: Flow, answers: Answers) -> list[PlannedStep]:
    """The steps that the answers leave, each behind whatever came before it in the full flow.

    A step left out passes its links on, through any number of them. A link passed on is hard only if every link on
    the way is, and dropped if the other links imply it. An unanswered question takes its default.
    Raises Invalid("scenario.…") for an answer that nobody offers.
    """
    given = complete(flow, answers)
    kept = [step for step in flow.steps if _fits(step.condition, given)]
    before = _without_implied(_rejoined(flow, {step.code for step in kept}), flow.links)
    order = {step.code: place for place, step in enumerate(kept)}
    return [
        PlannedStep(
            code=step.code,
            item=step.item,
            committed=_promise(step, given),
            after=_chosen(before[step.code], order, hard=True),
            soft_after=_chosen(before[step.code], order, hard=False),
            parallel=step.parallel,
            statutory_n=_days(step.statutory_by, given),
        )
        for step in kept
    ]


def asked(flow: Flow) -> list[Question]:
    """The questions that this flow depends on, in their order."""
    used = {code for step in flow.steps for code in (*step.condition, *step.committed_by, *step.statutory_by)}
    return [question for question in flow.questions if question.code in used]


def complete(flow: Flow, answers: Answers) -> dict[str, str]:
    """The answers with defaults where nobody answered."""
    questions = {question.code: question for question in asked(flow)}
    for code, answer in answers.items():
        if code not in questions:
            raise Invalid("scenario.unknown-question", f"该类项目没有“{code}”这一情形问题", field=f"answers.{code}")
        if answer not in questions[code].options:
            offered = "、".join(questions[code].options.values())
            raise Invalid(
                "scenario.unknown-answer", f"{questions[code].text}只能回答：{offered}", field=f"answers.{code}"
            )
    return {code: answers.get(code, question.default) for code, question in questions.items()}


def in_order(codes: Iterable[str], links: Iterable[Link]) -> list[str]:
    """The codes so that every link points forward, smallest code first. Raises Invalid("flow.loop")."""
    waiting: dict[str, set[str]] = {code: set() for code in codes}
    for link in links:
        waiting[link.after].add(link.before)
    ready = [code for code, before in waiting.items() if not before]
    heapq.heapify(ready)
    order: list[str] = []
    while ready:
        code = heapq.heappop(ready)
        order.append(code)
        for other, before in waiting.items():
            if code in before:
                before.discard(code)
                if not before:
                    heapq.heappush(ready, other)
    if len(order) < len(waiting):
        raise Invalid("flow.loop", "流程环节互为前置：" + "、".join(sorted(set(waiting) - set(order))), field="links")
    return order


def shortest_days(steps: Sequence[PlannedStep]) -> int:
    """The critical path: working days when every step takes its promise and nothing waits. Steps must be in order."""
    done: dict[str, int] = {}
    for step in steps:
        done[step.code] = step.committed + max((done[code] for code in step.after), default=0)
    return max(done.values(), default=0)


def _fits(condition: Condition, given: Answers) -> bool:
    return all(given[question] in answers for question, answers in condition.items())


def _promise(step: DraftStep, given: Answers) -> int:
    days = _days(step.committed_by, given)
    return step.committed if days is None else days


def _days(by_answer: DaysByAnswer, given: Answers) -> int | None:
    return next((days[given[question]] for question, days in by_answer.items() if given[question] in days), None)


def _rejoined(flow: Flow, kept: set[str]) -> dict[str, dict[str, bool]]:
    """For every step, the kept steps before it and whether the link is hard; links of steps left out are passed on."""
    incoming: dict[str, list[Link]] = {step.code: [] for step in flow.steps}
    for link in flow.links:
        incoming[link.after].append(link)
    joined: dict[str, dict[str, bool]] = {}
    for code in in_order(incoming, flow.links):
        joined[code] = {}
        for link in incoming[code]:
            through = {link.before: True} if link.before in kept else joined[link.before]
            for before, hard in through.items():
                joined[code][before] = joined[code].get(before, False) or (hard and link.hard)
    return joined


def _without_implied(joined: dict[str, dict[str, bool]], links: Iterable[Link]) -> dict[str, dict[str, bool]]:
    """Drops links that were passed on although a chain of hard links says the same. `joined` is in order."""
    written = {(link.before, link.after) for link in links}
    earlier: dict[str, set[str]] = {}
    for code, before in joined.items():
        implied = {far for near, hard in before.items() if hard for far in earlier[near]}
        earlier[code] = implied | {near for near, hard in before.items() if hard}
        for near in [near for near in before if near in implied and (near, code) not in written]:
            del before[near]
    return joined


def _chosen(before: Mapping[str, bool], order: Mapping[str, int], *, hard: bool) -> tuple[str, ...]:
    return tuple(sorted((code for code, is_hard in before.items() if is_hard is hard), key=order.__getitem__))

"""How one plan went: from prerequisites, promises and a pair of dice to the acts of every step. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from proxy_service.demo.acts import Act

STILL_OPEN = 10**6  # a day that never comes


@dataclass(frozen=True, slots=True)
class Line:
    """A step of a plan, as far as its history depends on it. Lines come in an order that their links allow."""

    code: str
    after: tuple[str, ...]
    committed: int
    milestone: bool = False
    specials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Twist:
    """Something out of the ordinary at one step; `days` long."""

    kind: str
    days: int = 0
    special: str = ""


@dataclass(slots=True, kw_only=True)
class Course:
    """What is already decided about a history. `fixed`: acts of single steps, in days before today."""

    fixed: Mapping[str, tuple[Act, ...]] = field(default_factory=dict)
    twists: Mapping[str, Twist] = field(default_factory=dict)
    lags: Mapping[str, int] = field(default_factory=dict)  # days between what came before and the filing
    used: Mapping[str, int] = field(default_factory=dict)  # working days that the department took
    building: int = 20  # days between the construction permit and the acceptance of the works


def write(lines: Sequence[Line], course: Course, rng: Random) -> dict[str, list[Act]]:
    """The acts of each step from day 0 on. A fixed step never ends here, so nothing behind it is filed."""
    closed: dict[str, int] = {}
    acts: dict[str, list[Act]] = {}
    for line in lines:
        ready = max((closed[code] for code in line.after), default=0)
        if line.code in course.fixed or ready >= STILL_OPEN:
            acts[line.code], closed[line.code] = [], STILL_OPEN
            continue
        acts[line.code] = _filing(line, ready + _lag(line, course, rng), course, rng)
        closed[line.code] = acts[line.code][-1].day
    return acts


def _lag(line: Line, course: Course, rng: Random) -> int:
    lag = course.lags.get(line.code, rng.choice((0, 0, 1, 1, 2, 3)))
    if line.milestone:
        lag += rng.randint(3, 6)
    return lag + course.building if line.code == "S4-01" else lag


def _filing(line: Line, day: int, course: Course, rng: Random) -> list[Act]:
    if line.milestone:
        return [Act(line.code, "achieve", day)]
    twist = course.twists.get(line.code, Twist(""))
    acts, day = _before_acceptance(line.code, day, twist)
    accepted = day + (0 if line.code in course.lags else rng.randint(0, 1))
    used = course.used.get(line.code, max(min(1, line.committed), line.committed - rng.choice((0, 1, 1, 2, 3))))
    if twist.kind == "window":
        acts.append(Act(line.code, "accept-window", accepted))
        acts.append(Act(line.code, "accept", accepted + 1))
        return [*acts, Act(line.code, "approve", accepted + max(used, 1))]
    acts.append(Act(line.code, "accept", accepted, late=twist.days if twist.kind == "late" else 0))
    return [*acts, *_review(line.code, accepted, max(used, twist.days if twist.kind == "late" else 0), twist)]


def _before_acceptance(step: str, day: int, twist: Twist) -> tuple[list[Act], int]:
    acts = [Act(step, "submit", day)]
    if twist.kind == "refuse":
        acts += [Act(step, "refuse-acceptance", day + 2), Act(step, "submit", day + 7)]
        return acts, day + 7
    if twist.kind in ("correct", "second"):
        acts += [Act(step, "request-correction", day), Act(step, "finish-correction", day + twist.days)]
        return acts, day + twist.days
    return acts, day


def _review(step: str, accepted: int, used: int, twist: Twist) -> list[Act]:
    """From the acceptance to the decision."""
    match twist.kind:
        case "special" | "over":
            begun, ended = accepted + 1, accepted + 1 + twist.days
            told = twist.days - 3 if twist.kind == "over" else twist.days + 1
            return [
                Act(step, "start-special", begun, special=twist.special, announced=told),
                Act(step, "end-special", ended),
                Act(step, "approve", ended + max(used - 1, 1)),
            ]
        case "second":
            return [
                Act(step, "request-correction", accepted + 1),
                Act(step, "finish-correction", accepted + 3),
                Act(step, "accept", accepted + 3),
                Act(step, "approve", accepted + max(used, 4)),
            ]
        case "reject":
            decided = accepted + used
            return [
                Act(step, "reject", decided),
                Act(step, "submit", decided + 8),
                Act(step, "accept", decided + 9),
                Act(step, "approve", decided + 9 + used),
            ]
        case "deficient":
            return [Act(step, "approve-with-deficiency", accepted + used)]
    return [Act(step, "approve", accepted + used)]


def net_days(acts: Mapping[str, Sequence[Act]]) -> int:
    """Days on which at least one step ran, suspensions taken out: the length of the union."""
    days: set[int] = set()
    for moves in acts.values():
        since: int | None = None
        for act in moves:
            if act.move in ("accept", "accept-window", "end-special"):
                since = act.day if since is None else since
            elif since is not None and act.move in ("start-special", "approve", "approve-with-deficiency"):
                days |= set(range(since + 1, act.day + 1))
                since = None
    return len(days)


def lasting(lines: Sequence[Line], course: Course, *, net: int, seed: int) -> dict[str, list[Act]]:
    """A history whose approvals took exactly `net` days, found by letting departments take a day more or less."""
    used = {line.code: line.committed for line in lines}
    for turn in range(400):
        acts = write(lines, _using(course, used), Random(seed))  # noqa: S311 -- dice of a play
        missing = net - net_days(acts)
        if missing == 0:
            return acts
        line = lines[turn % len(lines)]
        if missing < 0 and used[line.code] > 1:
            used[line.code] -= 1
        elif missing > 0 and used[line.code] < line.committed:
            used[line.code] += 1
    raise ValueError(f"no history of {net} net days")


def _using(course: Course, used: Mapping[str, int]) -> Course:
    return Course(twists=course.twists, lags=course.lags, used=used, building=course.building)


def until_now(lines: Sequence[Line], acts: Mapping[str, Sequence[Act]], course: Course, *, last: int) -> list[Act]:
    """Shift the history so that every fixed act happens on its day, and drop what had not ended by then.

    Of a step that was under way on the `last` day nothing is kept: the fixed steps alone say what the lamps show.
    """
    closed = {code: moves[-1].day if moves else STILL_OPEN for code, moves in acts.items()}
    ready = {line.code: max((closed[code] for code in line.after), default=0) for line in lines}
    shift = min((moves[0].day - ready[code] for code, moves in course.fixed.items()), default=last)
    kept: list[Act] = []
    for line in lines:
        own = [act.later(shift) for act in acts[line.code]]
        if line.code in course.fixed:
            kept += course.fixed[line.code]
        elif own and own[-1].day <= last:
            kept += own
    return kept

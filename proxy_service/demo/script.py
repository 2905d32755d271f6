"""Who did what on which day: the whole history as plain data, the same for the same seed. No database, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from proxy_service.demo import acts, history, twists
from proxy_service.demo.acts import Act
from proxy_service.demo.cast import CLIENTS, HAICHENG, Client, Part
from proxy_service.demo.history import Course, Line, Twist
from proxy_service.demo.task_book import BOOK_ACTS
from proxy_service.demo.twists import Place

SEED = 20190521  # the date of the reply that names the figures
OLDEST = -238  # working days: within twelve months
TOUR_CODE = "A7K2P9"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Story:
    """One case from its opening to its end or to now; days are working days before today."""

    client: int
    part: Part
    agent: str
    support: str
    query_code: str
    opened: int
    acts: tuple[Act, ...]
    ended: int | None  # when the service was completed, paused or terminated


def parts() -> list[tuple[int, Part]]:
    """Every case with the number of its enterprise."""
    return [(n, part) for n, client in enumerate(CLIENTS) for part in client.parts]


def write(plans: Sequence[Sequence[Line]], *, seed: int = SEED) -> list[Story]:
    """The stories of `parts()`; `plans` has the lines of each, in the same order."""
    rng = Random(seed)  # noqa: S311 -- dice of a play, protect nothing
    cast = parts()
    fixed = {n: _fixed(part) for n, (_, part) in enumerate(cast)}
    ended_well = [(n, plans[n]) for n, (_, part) in enumerate(cast) if part.state == "COMPLETED" and not part.net]
    told = [act for moves in fixed.values() for own in moves.values() for act in own]
    odd = twists.spread(ended_well, told, rng)
    places = iter(range(len([part for _, part in cast if part.state == "COMPLETED"])))
    stories = []
    for n, (client, part) in enumerate(cast):
        course = _course(n, fixed[n], odd, rng)
        if part.state == "COMPLETED":
            moves, ended = _completed(plans[n], part, course, rng, place=next(places))
        else:
            moves, ended = _unfinished(plans[n], course, rng, last=-part.ended - 1), -part.ended
        stories.append(_story(client, part, moves, ended or None, rng))
    return stories


def _fixed(part: Part) -> dict[str, tuple[Act, ...]]:
    lines = (*part.acts, *BOOK_ACTS) if part.role == "book" else part.acts
    return {moves[0].step: moves for moves in map(acts.read, lines)}


def _course(n: int, fixed: dict[str, tuple[Act, ...]], odd: dict[Place, Twist], rng: Random) -> Course:
    own = {step: twist for (story, step), twist in odd.items() if story == n}
    return Course(fixed=fixed, twists=own, building=rng.randint(12, 35))


def _unfinished(lines: Sequence[Line], course: Course, rng: Random, *, last: int) -> list[Act]:
    moves = history.write(lines, course, rng)
    return history.until_now(lines, moves, course, last=last)


def _completed(lines: Sequence[Line], part: Part, course: Course, rng: Random, *, place: int) -> tuple[list[Act], int]:
    """All done; the ends are spread over the year as far as the length of each allows."""
    if part.net:
        moves = history.lasting(lines, _timed(lines, part, course), net=part.net, seed=SEED)
    else:
        moves = history.write(lines, course, rng)
    length = max(act.day for own in moves.values() for act in own)
    end = min(max(-4 - 8 * place, OLDEST + length + 6), -3)
    return [act.later(end - 1 - length) for line in lines for act in moves[line.code]], end


def _timed(lines: Sequence[Line], part: Part, course: Course) -> Course:
    """Of the two projects measured against 70 days. The longer one lost 5 days before a filing, 9 to a correction."""
    lags = {line.code: 0 for line in lines}
    if part.net <= 70:
        return Course(lags=lags, building=course.building)
    return Course(lags={**lags, "S3-01": 5}, twists={"S2-02": Twist("correct", 9)}, building=course.building)


def _story(client: int, part: Part, moves: Sequence[Act], ended: int | None, rng: Random) -> Story:
    code = TOUR_CODE if part.role == "tour" else "".join(rng.choice(_ALPHABET) for _ in TOUR_CODE)
    first = min(act.day for act in moves)
    agent, support = _workers(client, CLIENTS[client], part)
    return Story(client, part, agent, support, code, first - rng.randint(1, 4), tuple(moves), ended)


def _workers(n: int, client: Client, part: Part) -> tuple[str, str]:
    """Those of an enterprise stay the same over all its cases."""
    if part.role == "tour":
        return "agent1", "support1"
    if client.district == HAICHENG:
        return "county1", "support2"
    return f"agent{n % 9 + 1}", "support1" if n % 9 < 4 else "support2"

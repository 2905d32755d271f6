"""Spreads what goes wrong over the projects that ended well, so that every total comes out exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

from proxy_service.demo.acts import Act
from proxy_service.demo.history import Line, Twist

SUSPENSIONS, OVER_ANNOUNCED, CORRECTIONS, SECOND_ROUNDS = 40, 3, 25, 2
LATE_ENTRIES, DEFICIENT = 12, 4

Place = tuple[int, str]  # story, step


@dataclass(slots=True)
class Lot:
    """Steps that may still get a twist, in a shuffled order."""

    lines: list[tuple[int, Line]]
    rng: Random

    def draw(self, count: int, fits: Callable[[Line], bool]) -> list[tuple[int, Line]]:
        drawn = [pair for pair in self.lines if fits(pair[1])][:count]
        if len(drawn) < count:
            raise ValueError("the cast is too small for what should happen to it")
        self.lines = [pair for pair in self.lines if pair not in drawn]
        return drawn


def spread(plans: Sequence[tuple[int, Sequence[Line]]], fixed: Iterable[Act], rng: Random) -> dict[Place, Twist]:
    """Twists for steps of `plans` (story number and lines), filling up what the `fixed` acts already bring."""
    lines = [(story, line) for story, plan in plans for line in plan if not line.milestone]
    rng.shuffle(lines)
    lot, told = Lot(lines, rng), Counter(act.move for act in fixed)
    late = sum(act.late > 0 for act in fixed)
    over = OVER_ANNOUNCED - 1  # the third is open, at a running project
    suspensions = SUSPENSIONS - told["start-special"]
    corrections = CORRECTIONS - told["request-correction"] - 2 * SECOND_ROUNDS - 1  # that of `script`
    lasting = (3, 8)  # working days that a suspension lasts
    return {
        **_marked(lot.draw(SECOND_ROUNDS, _long), lambda _: Twist("second", 2)),
        **_marked(lot.draw(LATE_ENTRIES - late, _long), lambda _: Twist("late", rng.randint(1, 4))),
        **_marked(lot.draw(over, _may_stop), lambda line: Twist("over", 7, _special(line, rng))),
        **_marked(
            lot.draw(suspensions - over, _may_stop),
            lambda line: Twist("special", rng.randint(*lasting), _special(line, rng)),
        ),
        **_marked(lot.draw(corrections, _reviewed), lambda _: Twist("correct", rng.randint(1, 6))),
        **_marked(lot.draw(1, _long), lambda _: Twist("refuse")),
        **_marked(lot.draw(1, _long), lambda _: Twist("reject")),
        **_marked(lot.draw(DEFICIENT, _reviewed), lambda _: Twist("deficient")),
        **_marked(lot.draw(len(lot.lines) // 4, _reviewed), lambda _: Twist("window")),
    }


def _marked(drawn: Iterable[tuple[int, Line]], twist: Callable[[Line], Twist]) -> dict[Place, Twist]:
    return {(story, line.code): twist(line) for story, line in drawn}


def _long(line: Line) -> bool:
    return line.committed >= 5


def _reviewed(line: Line) -> bool:
    return line.committed >= 3


def _may_stop(line: Line) -> bool:
    return line.committed >= 3 and bool(line.specials)


def _special(line: Line, rng: Random) -> str:
    return rng.choice(line.specials)

"""What can happen to a step, counted in working days; and the short notation in which the cast is written."""

from __future__ import annotations

from dataclasses import dataclass, replace

_WORDS = {
    "window": "accept-window",
    "correct": "request-correction",
    "finish": "finish-correction",
    "special": "start-special",
    "end": "end-special",
    "deficient": "approve-with-deficiency",
    "withdraw": "request-withdrawal",
    "confirm": "confirm-withdrawal",
    "refuse": "refuse-acceptance",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One move. `day`: working days from a common zero; in the end from today, so that -1 is the last one before."""

    step: str
    move: str
    day: int
    late: int = 0  # working days until it was entered
    special: str = ""
    announced: int = 0

    @property
    def entered(self) -> int:
        return self.day + self.late

    def later(self, days: int) -> Act:
        return replace(self, day=self.day + days)


def read(line: str) -> tuple[Act, ...]:
    """«S2-01: submit 9, accept 8 late3, special 6 EXPERT/5» – each with the working days before today."""
    step, _, rest = line.partition(": ")
    return tuple(_one(step, words.split()) for words in rest.split(", "))


def _one(step: str, words: list[str]) -> Act:
    name, day, *more = words
    act = Act(step, _WORDS.get(name, name), -int(day))
    for word in more:
        if word.startswith("late"):
            act = replace(act, late=int(word.removeprefix("late")))
        else:
            special, _, announced = word.partition("/")
            act = replace(act, special=special, announced=int(announced))
    return act

"""The refusals an action may answer with. `config.api` turns each into a JSON problem."""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """Something a person can act on: a code for machines, a Chinese sentence for people."""

    status = 400

    def __init__(self, code: str, sentence: str, **facts: Any) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
        self.facts = facts


class Invalid(Problem):
    """The input itself is wrong; `field` names where."""

    status = 422


class Refused(Problem):
    """The input is well formed, but the rules do not allow it now."""

    status = 409


class Stale(Problem):
    """Somebody changed the object after it was seen; `facts["changes"]` says what."""

    status = 409


class Forbidden(Problem):
    """Visible, but this role may not do that."""

    status = 403


class NotFound(Problem):
    """Not there, or not visible to this person: the two look the same."""

    status = 404

    def __init__(self, code: str = "not-found", sentence: str = "没有找到，或您无权查看") -> None:
        super().__init__(code, sentence)


class TooMany(Problem):
    """Too many tries; `facts["retry_after"]` in seconds."""

    status = 429

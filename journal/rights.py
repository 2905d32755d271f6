"""Who may watch what. The answers come from above (`config/access.py`); this floor only knows how to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from re import Pattern
from typing import Any


class View(Enum):
    """How much of a stream somebody sees: its events, or only that there was one."""

    FULL = "full"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is behind a socket, as the one who let it in recognises it again; equal identities are asked about once.

    `credential` is the session's key or the signed cookie, `proof` what must not have changed since (the password's
    hash).
    """

    user_id: int | None
    credential: str
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """A stream that may be watched. Its name in the journal may differ from the name the client uses."""

    stream: str
    view: View

    def key(self, name: str) -> str:
        """The group of a topic that gets this view: "" for full events, else the name under which hints go out."""
        return "" if self.view is View.FULL else name


@dataclass(frozen=True, slots=True)
class Access:
    """The questions one kind of socket asks. Both run in the hub's reader threads and may use the database.

    identify   the identity in a handshake, or None
    grants     what of these names may be watched now; None when the identity itself is no longer good
    """

    identify: Callable[[Mapping[str, Any]], Identity | None]
    grants: Callable[[Identity, Iterable[str]], dict[str, Grant] | None]
    names: Pattern[str]

"""What the gateway knows: accepted messages, their reports, replies of the phones. Kept in an append-only file.

A line is written (not synced) before the gateway answers: killing the process loses nothing, cutting the power may.
"""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

MOST_UNPULLED = 10_000  # nobody has to pull; the provider forgets after 72 hours
SAME_CONTENT_SECONDS, SAME_CONTENT_WINDOW, SAME_CONTENT_MOST = 30, 300, 3


@dataclass(slots=True)
class Accepted:
    """One message the gateway took. `report` is "", "SUCCESS" or "FAIL"; times are seconds since the epoch."""

    sid: int
    mobile: str
    text: str
    uid: str = ""
    callback_url: str = ""
    at: float = 0.0
    count: int = 1
    report: str = ""
    error: str = ""
    reported_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    id: str
    mobile: str
    text: str
    at: float


@dataclass(slots=True)
class Tally:
    requests: int = 0
    refused: int = 0
    receipts_pushed: int = 0
    receipts_failed: int = 0
    codes: dict[str, int] = field(default_factory=dict)


class Store:
    """In memory, with every change also on the last line of a file (none: memory only)."""

    def __init__(self, path: Path | None = None) -> None:
        self.messages: dict[int, Accepted] = {}
        self.by_mobile: dict[str, list[Accepted]] = defaultdict(list)
        self.replies: list[Reply] = []
        self.unpulled: list[Accepted] = []
        self.unpulled_replies: list[Reply] = []
        self.tally = Tally()
        self.watchers: set[Callable[[str, dict[str, Any]], None]] = set()
        self._same: dict[tuple[str, str], list[float]] = defaultdict(list)
        self._next_sid = time.time_ns() // 1000  # never again one that a former gateway gave out
        self._file = -1
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            for line in _lines(path):
                self._replay(line)
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def same_content(self, mobile: str, text: str, *, now: float) -> int:
        """0, or the code of the rule this text to this phone breaks: 8 within 30 s, 9 over three in 5 minutes."""
        times = [at for at in self._same.get((mobile, text), ()) if now - at < SAME_CONTENT_WINDOW]
        if times and now - times[-1] < SAME_CONTENT_SECONDS:
            return 8
        return 9 if len(times) >= SAME_CONTENT_MOST else 0

    def accept(self, *, mobile: str, text: str, uid: str, callback_url: str, count: int) -> Accepted:
        message = Accepted(self._next_sid, mobile, text, uid, callback_url, at=time.time(), count=count)
        self._write({"k": "accept", **asdict(message)})
        self._keep(message)
        self._tell("message", message_json(message))
        return message

    def report(self, message: Accepted, *, delivered: bool, error: str) -> Accepted:
        """What the carrier says now; a later report may say something else. Answers the report as it was made."""
        message.report, message.error = ("SUCCESS" if delivered else "FAIL"), error
        message.reported_at = time.time()
        self._write(
            {"k": "report", "sid": message.sid, "report": message.report, "error": error, "at": message.reported_at}
        )
        self.unpulled.append(replace(message))
        del self.unpulled[:-MOST_UNPULLED]
        self._tell("report", message_json(message))
        return replace(message)

    def reply(self, *, mobile: str, text: str) -> Reply:
        answer = Reply(f"r{time.time_ns()}", mobile, text, time.time())
        self._write({"k": "reply", **asdict(answer)})
        self.replies.append(answer)
        self.unpulled_replies.append(answer)
        self._tell("reply", asdict(answer))
        return answer

    def forget(self) -> None:
        """An empty wall; the file too."""
        if self._file >= 0:
            os.ftruncate(self._file, 0)
        for kept in (self.messages, self.by_mobile, self._same):
            kept.clear()
        for rows in (self.replies, self.unpulled, self.unpulled_replies):
            rows.clear()
        self._tell("cleared", {})

    def _keep(self, message: Accepted) -> None:
        self.messages[message.sid] = message
        self.by_mobile[message.mobile].append(message)
        self._same[message.mobile, message.text].append(message.at)
        self._next_sid = max(self._next_sid, message.sid + 1)

    def _replay(self, line: dict[str, Any]) -> None:
        kind = line.pop("k")
        if kind == "accept":
            self._keep(Accepted(**line))
        elif kind == "reply":
            self.replies.append(Reply(**line))
        elif message := self.messages.get(line["sid"]):
            message.report, message.error, message.reported_at = line["report"], line["error"], line["at"]

    def _write(self, line: dict[str, Any]) -> None:
        if self._file >= 0:
            os.write(self._file, json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def _tell(self, kind: str, facts: dict[str, Any]) -> None:
        for watcher in tuple(self.watchers):
            watcher(kind, facts)


def message_json(message: Accepted) -> dict[str, Any]:
    return {name: value for name, value in asdict(message).items() if name != "callback_url"}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n"):  # the last one may be half written
                yield json.loads(line)

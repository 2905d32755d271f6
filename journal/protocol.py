"""What a client may say: parsed and checked before anything happens."""

from __future__ import annotations

import json
from dataclasses import dataclass
from re import Pattern
from typing import Any

LARGEST_FRAME = 64 * 1024
MOST_STREAMS = 200
_LARGEST_SEQ = 2**63 - 1


class BadFrame(Exception):
    """A frame that was not understood; says so with a code and a sentence, and nothing has happened."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Watch:
    streams: dict[str, int]


@dataclass(frozen=True, slots=True)
class Unwatch:
    streams: list[str]


@dataclass(frozen=True, slots=True)
class Ping:
    pass


def parse(text: str | None, *, names: Pattern[str]) -> Watch | Unwatch | Ping:
    """The client's frame. Raises BadFrame; never repeats what the client sent."""
    if text is None:
        raise BadFrame("frame.not-text", "只接受文本帧")
    if len(text) > LARGEST_FRAME:
        raise BadFrame("frame.too-large", "消息过大")
    told = _object(text)
    match told.get("t"):
        case "watch":
            return Watch(_positions(told.get("streams"), names))
        case "unwatch":
            return Unwatch(_names(told.get("streams"), names))
        case "ping":
            return Ping()
        case _:
            raise BadFrame("frame.unknown", "不认识的消息类型")


def _object(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):  # the second for ten thousand opening brackets
        raise BadFrame("frame.not-json", "消息不是有效的JSON") from None
    if not isinstance(told, dict):
        raise BadFrame("frame.not-json", "消息应为JSON对象")
    return told


def _positions(streams: Any, names: Pattern[str]) -> dict[str, int]:
    if not isinstance(streams, dict):
        raise BadFrame("streams.format", "streams应为“流名称：已收到的序号”")
    _names(list(streams), names)
    for seq in streams.values():
        if type(seq) is not int or not -1 <= seq <= _LARGEST_SEQ:
            raise BadFrame("streams.seq", "序号应为不小于-1的整数")
    return streams


def _names(streams: Any, names: Pattern[str]) -> list[str]:
    if not isinstance(streams, list):
        raise BadFrame("streams.format", "streams应为流名称的列表")
    if len(streams) > MOST_STREAMS:
        raise BadFrame("streams.too-many", f"一次最多关注{MOST_STREAMS}个流")
    if not all(isinstance(name, str) and names.fullmatch(name) for name in streams):
        raise BadFrame("streams.unknown", "流名称不正确")
    return streams

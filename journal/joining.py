"""From «I have up to 17» to live, without a gap while others write.

A client joins its topic in the same turn of the loop in which it gets the last event the topic has handed out. Until
then it is brought nearer: from the topic's memory if that reaches back far enough, else from the journal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from journal import log, metrics
from journal.client import Client
from journal.readers import entries_after
from journal.rights import Grant
from journal.topic import Entry, Topic, blob

if TYPE_CHECKING:
    from journal.hub import Hub

FARTHEST = 500
LIVE_ONLY = -1


async def watch(hub: Hub, client: Client, wanted: Mapping[str, int]) -> None:
    """Let a client watch what it may of these streams, each from the number it has. What it may not is denied."""
    hub.unwatch(client, wanted)
    granted = await _granted(hub, client, tuple(wanted))
    client.watching.update(granted)  # from now on a change of rights finds them
    for name in wanted:
        if name not in granted:
            client.tell(t="denied", stream=name)
    held = [hub.topic(grant.stream) for grant in granted.values()]
    for topic in held:
        topic.joining += 1
    try:
        await _learn_heads(hub, held)
        for name, grant in granted.items():
            await _join(hub, client, name=name, grant=grant, has=wanted[name])
    finally:
        for topic in held:
            topic.joining -= 1
            hub.release(topic)


async def _granted(hub: Hub, client: Client, names: tuple[str, ...]) -> dict[str, Grant]:
    """What may be watched of these names, asked again when rights changed while the question was under way."""
    while True:
        asked = client.questions
        grants = await hub.readers.run(client.access.grants, client.identity, names) or {}
        if client.questions == asked:
            return {name: grants[name] for name in names if name in grants}


async def _learn_heads(hub: Hub, topics: list[Topic]) -> None:
    unknown = [topic for topic in topics if not topic.is_known]
    if unknown:
        heads = await hub.readers.run(log.heads, [topic.stream for topic in unknown])
        for topic in unknown:
            topic.learn(heads.get(topic.stream, 0))
            hub.moved(topic.stream, topic.heard)  # it may have moved while we asked


async def _join(hub: Hub, client: Client, *, name: str, grant: Grant, has: int) -> None:
    topic, key = hub.topic(grant.stream), grant.key(name)
    await _catch_up(hub, topic, has)
    at = topic.seq if has == LIVE_ONLY else has
    if not 0 <= topic.seq - at <= FARTHEST:  # a number from the future means another database than the client saw
        at = _resync(client, topic, name=name)
    while (missed := topic.since(at)) is None and not client.closed:
        found = await hub.readers.run(entries_after, {topic.stream: at}, limit=FARTHEST)
        if not found[topic.stream]:
            at = _resync(client, topic, name=name)
        at = _replay(client, found[topic.stream], key=key, at=at)
        topic.take(found[topic.stream])
        hub.deliver([topic])
        await client.drained()
    if client.closed:
        return
    at = _replay(client, missed or [], key=key, at=at)
    topic.add(client, key=key)
    client.tell(t="live", stream=name, seq=at)


async def _catch_up(hub: Hub, topic: Topic, has: int) -> None:
    """A client that comes from another process may have heard of more than this one, whose hint was lost."""
    while topic.seq < has:
        at = topic.seq
        found = await hub.readers.run(entries_after, {topic.stream: at}, limit=FARTHEST)
        topic.take(found[topic.stream])
        hub.deliver([topic])
        if topic.seq == at:
            return  # the journal knows no more: a number really from the future


def _resync(client: Client, topic: Topic, *, name: str) -> int:
    metrics.RESYNCS.inc()
    client.tell(t="resync", stream=name, seq=topic.seq)
    return topic.seq


def _replay(client: Client, entries: list[Entry], *, key: str, at: int) -> int:
    """Send these and say how far the client is now."""
    if not entries:
        return at
    client.write(blob(entries, key=key))
    metrics.DELIVERED.inc(len(entries))
    return entries[-1].seq

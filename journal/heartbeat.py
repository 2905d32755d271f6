"""Heartbeats, and asking again whether everybody may still watch what they watch."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import structlog
from django.db import DatabaseError

from journal import frames
from journal.client import NOT_ENTITLED, SIGNED_OUT, SILENT, TURNS, Client
from journal.rights import Access, Grant, Identity

if TYPE_CHECKING:
    from journal.hub import Hub

log = structlog.get_logger(__name__)

EVERY = TURNS  # seconds
SILENCE = 45
TICK = 1.0


async def beat(hub: Hub) -> None:
    """Every client once in EVERY seconds, a twentieth of them each second: a timer per socket would cost more."""
    turn = 0
    while True:
        await asyncio.sleep(TICK)
        turn = (turn + 1) % EVERY
        due = [client for client in hub.clients if client.turn == turn]
        now = time.monotonic()
        for client in due:
            if now - client.heard > SILENCE:
                client.close(SILENT)
            else:
                client.write(frames.PING)
        await recheck(hub, due)


_asking: set[asyncio.Task[None]] = set()


def recheck_user(hub: Hub, user_id: int) -> None:
    """The bus says that this person's rights changed."""
    theirs = [client for client in hub.clients if client.identity.user_id == user_id]
    for client in theirs:
        client.questions += 1
    task = asyncio.get_running_loop().create_task(recheck(hub, theirs))
    _asking.add(task)
    task.add_done_callback(_asking.discard)


async def recheck(hub: Hub, clients: Iterable[Client]) -> None:
    """Close whoever may no longer watch all of what it watches; it comes back and gets what is left."""
    together: dict[tuple[Access, Identity], list[Client]] = defaultdict(list)
    for client in clients:
        if not client.closed:
            together[client.access, client.identity].append(client)
    for (access, identity), same in together.items():
        names = {name for client in same for name in client.watching}
        try:
            grants = await hub.readers.run(access.grants, identity, names)
        except DatabaseError as error:
            # Not knowing is not a reason to cut people off: without the database they learn nothing new either.
            log.warning("rights.unknown", error=str(error))
            return
        for client in same:
            _judge(client, names, grants)


def _judge(client: Client, names: set[str], grants: dict[str, Grant] | None) -> None:
    """What the client began to watch while we asked was granted just then, and is not in `names`."""
    if grants is None:
        client.close(SIGNED_OUT)
    elif any(grants.get(name) != grant for name, grant in client.watching.items() if name in names):
        client.close(NOT_ENTITLED)

"""What is not understood is answered, and changes nothing."""

from __future__ import annotations

import json

import pytest

from journal.protocol import LARGEST_FRAME, MOST_STREAMS
from journal.rights import View
from tests.journal.conftest import Doorkeeper, Talker, on_loop, room

pytestmark = pytest.mark.django_db(transaction=True)

BAD = [
    ("{", "frame.not-json"),
    ("[]", "frame.not-json"),
    ("null", "frame.not-json"),
    ("[" * 60_000, "frame.not-json"),
    ('{"t":"watch","streams":{"project-1":' + "9" * 5000 + "}}", "frame.not-json"),
    (" " * (LARGEST_FRAME + 1), "frame.too-large"),
    ("{}", "frame.unknown"),
    ('{"t":["watch"]}', "frame.unknown"),
    ('{"t":"watch"}', "streams.format"),
    ('{"t":"watch","streams":["project-1"]}', "streams.format"),
    ('{"t":"unwatch","streams":{"project-1":1}}', "streams.format"),
    ('{"t":"watch","streams":{"project-1":-2}}', "streams.seq"),
    ('{"t":"watch","streams":{"project-1":true}}', "streams.seq"),
    ('{"t":"watch","streams":{"project-1":1.5}}', "streams.seq"),
    ('{"t":"watch","streams":{"project-1":9223372036854775808}}', "streams.seq"),
    ('{"t":"watch","streams":{"project-1\\u0000":0}}', "streams.unknown"),
    ('{"t":"watch","streams":{"\\ud800":0}}', "streams.unknown"),
    ('{"t":"watch","streams":{"":0}}', "streams.unknown"),
    ('{"t":"unwatch","streams":[7]}', "streams.unknown"),
    (json.dumps({"t": "watch", "streams": {f"p-{n}": 0 for n in range(MOST_STREAMS + 1)}}), "streams.too-many"),
]


async def refusal(client: Talker) -> str:
    told = await client.hear()
    assert told["t"] == "error" and told["title"]
    return str(told["code"])


@pytest.mark.parametrize(("text", "code"), BAD, ids=[f"{n}-{code}" for n, (_, code) in enumerate(BAD)])
@on_loop
async def test_a_bad_frame_gets_a_code_and_the_next_good_one_works(text: str, code: str) -> None:
    async with room() as here:
        client = await here.enter(Doorkeeper(project_1=View.FULL).access)
        await client.hear()
        await client.say_text(text)
        assert await refusal(client) == code
        await client.say(t="watch", streams={"project-1": 0})
        assert (await client.hear())["t"] == "live"


@on_loop
async def test_a_binary_frame_is_refused() -> None:
    async with room() as here:
        client = await here.enter(Doorkeeper().access)
        await client.hear()
        await client.say_bytes(b"\x00\xff")
        assert await refusal(client) == "frame.not-text"


@on_loop
async def test_streams_of_several_frames_count_together() -> None:
    names = [f"project-{n}" for n in range(1, MOST_STREAMS + 2)]
    door = Doorkeeper(**{name.replace("-", "_"): View.FULL for name in names})
    async with room() as here:
        client = await here.enter(door.access)
        await client.hear()
        await client.say(t="watch", streams=dict.fromkeys(names[:-1], -1))
        for _ in names[:-1]:
            assert (await client.hear())["t"] == "live"
        await client.say(t="watch", streams={names[-1]: -1})
        assert await refusal(client) == "streams.too-many"


@on_loop
async def test_who_keeps_talking_nonsense_is_shown_out() -> None:
    async with room() as here:
        client = await here.enter(Doorkeeper().access)
        await client.hear()
        for _ in range(10):
            await client.say_text("?")
            await refusal(client)
        assert await client.hear() == {"closed": 1008}

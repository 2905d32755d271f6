"""Fan-out against stock Channels groups (Redis pub/sub layer) and against a bare ASGI websocket broadcaster.

Every server is one uvicorn process on PostgreSQL and Redis, with the same 350-byte events and the same load client in
another process. Ours does what the product does: the writer commits to the journal, the bus carries the number, the hub
reads and delivers.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import Any

import psutil

from benchmarks.run import ROOT, Env, Process, python, read_json, run, running, topology

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Load:
    """`sockets` spread over `streams`; `events` in all, at `rate` a second (0: as fast as it goes).

    `together`: how many our writer commits at once. One, as the product does; or all, where else the many commits of
    one writer would be measured instead of reading and delivering.
    """

    sockets: int
    streams: int
    events: int
    rate: float = 0
    together: int = 1

    @property
    def deliveries(self) -> int:
        return self.events * self.sockets // self.streams


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    words: list[str]
    path: str
    cookie: str = ""


ONE_STREAM = Load(sockets=1000, streams=1, events=200)
MANY_STREAMS = Load(sockets=5000, streams=1000, events=3000, together=3000)
STEADY = Load(sockets=1000, streams=1, events=60, rate=10)


def measure() -> list[dict[str, Any]]:
    with topology("PostgreSQL") as env:
        seeded = read_json(python("-m", "benchmarks.rows.seed", "--streams", str(MANY_STREAMS.streams)), env=env)
        port = env["PORT"]
        uvicorn = ("-m", "uvicorn", "--log-level", "error", "--port", port)
        servers = (
            Server("ours", python("manage.py", "serve", "--port", port), "/ws", f"sessionid={seeded['session']}"),
            Server("channels", python(*uvicorn, "benchmarks.peer_channels:application"), "/ws"),
            Server("bare", python(*uvicorn, "benchmarks.peer_bare:application"), "/ws"),
        )
        names = [f"project-{pk}" for pk in seeded["projects"]]
        found = {server.name: _all_loads(server, names, env) for server in servers}
    return _rows(found)


def _all_loads(server: Server, names: list[str], env: Env) -> dict[str, Any]:
    return {
        "one": _loaded(server, ONE_STREAM, names, env),
        "many": _loaded(server, MANY_STREAMS, names, env),
        "steady": _loaded(server, STEADY, names, env),
    }


def _loaded(server: Server, load: Load, names: list[str], env: Env) -> dict[str, Any]:
    """A fresh process each time, so that no run pays for the one before."""
    streams = names[: load.streams]
    url = f"ws://127.0.0.1:{env['PORT']}"
    with running(Process(server.name, server.words, port=int(env["PORT"])), env=env) as (process,):
        web = psutil.Process(process.pid)
        empty = web.memory_info().rss
        words = ["--sockets", str(load.sockets), "--expect", str(load.deliveries), "--cookie", server.cookie]
        client = subprocess.Popen(
            python("-m", "benchmarks.fanout_client", "--url", url + server.path, *words, "--streams", *streams),
            cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert client.stdout is not None
        client.stdout.readline()  # «live»
        full = web.memory_info().rss
        times = (str(load.events), str(load.rate))
        if server.name == "ours":
            writer = python("-m", "benchmarks.rows.journal_writer", *times, str(load.together), *streams)
        else:
            writer = python("-m", "benchmarks.peer_writer", url + "/write", *times, *streams)
        run(writer, env=env)
        answer: dict[str, Any] = json.loads(client.communicate(timeout=180)[0].strip().splitlines()[-1])
        return {**answer, "kb_per_socket": (full - empty) / load.sockets / 1024}


def _rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for load, title in (("one", "1,000 sockets on one stream"), ("many", "5,000 sockets on 1,000 streams")):
        for peer in ("channels", "bare"):
            mine, theirs = found["ours"][load], found[peer][load]
            rows.append(
                {
                    "what": f"fan-out, {title}, against {peer}",
                    "ours": f"{mine['per_second']:,}/s, {mine['lost']} lost",
                    "peer": f"{theirs['per_second']:,}/s, {theirs['lost']} lost",
                    "ratio": mine["per_second"] / theirs["per_second"],
                }
            )
    mine, theirs = found["ours"]["steady"], found["bare"]["steady"]
    rows.append(
        {
            "what": "p99 from writing to arrival at 10,000 deliveries/s, against bare",
            "ours": f"{mine['delay_ms_p99']} ms (p50 {mine['delay_ms_p50']}), {mine['lost']} lost",
            "peer": f"{theirs['delay_ms_p99']} ms (p50 {theirs['delay_ms_p50']}), {theirs['lost']} lost",
            "ratio": mine["delay_ms_p99"] / max(theirs["delay_ms_p99"], 0.1),
        }
    )
    mine, theirs = found["ours"]["many"], found["bare"]["many"]
    rows.append(
        {
            "what": "memory per watching socket (5,000), against bare",
            "ours": f"{mine['kb_per_socket']:.0f} KB",
            "peer": f"{theirs['kb_per_socket']:.0f} KB",
            "ratio": mine["kb_per_socket"] / max(theirs["kb_per_socket"], 1),
        }
    )
    return rows

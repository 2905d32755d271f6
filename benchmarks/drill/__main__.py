"""`make drill`: 200 sockets, 2,000 step changes in 60 projects; web processes, Redis and dispatchers die meanwhile.

Ends with 0 only if nothing is missing, doubled or out of order: no event on any socket, no message at the gateway.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.drill.chaos import Chaos, Victim
from benchmarks.drill.driver import Progress, agents
from benchmarks.run import ROOT, Env, Process, await_port, python, read_json, topology
from deploy.local import servers

MUST_BE_ZERO = (
    "missing", "duplicated", "out of order", "unexpected resync", "unexpected denied", "unexpected error",
    "changes refused", "changes missing",
    "sms not queued", "sms queued wrongly", "sms lost", "sms doubled", "sms unknown to us", "sms unfinished",
)  # fmt: skip
SMS_PATIENCE = 240  # seconds for the last doubt to be cleared up after the last kill
QUICK = "0.1"  # waiting times of the dispatcher, scaled: a lease of 60 s becomes 6 s


def main() -> None:
    options = argparse.ArgumentParser(prog="make drill", description=__doc__)
    options.add_argument("--changes", type=int, default=2000)
    options.add_argument("--projects", type=int, default=60)
    options.add_argument("--sockets", type=int, default=200)
    given = options.parse_args()
    with topology("PostgreSQL", with_redis=False) as env:
        env["SANDBOX_STORE"] = f"{env['VAR_DIR']}/sandbox.jsonl"
        env["PUBLIC_URL"] = f"http://127.0.0.1:{env['PORT']}"
        result = _drill(env, given)
    wrong = [name for name in MUST_BE_ZERO if result.get(name)] + (["journal"] if result["journal"] != "whole" else [])
    for name, value in result.items():
        print(f"  {name:<24} {value}")
    print(
        "drill failed: " + ", ".join(wrong)
        if wrong
        else "drill passed: 0 missing, 0 duplicated, 0 out of order, every SMS once"
    )
    sys.exit(bool(wrong))


def _drill(env: Env, given: Any) -> dict[str, Any]:
    seeded = read_json(python("-m", "benchmarks.rows.drill_seed", str(given.projects)), env=env)
    ports = [int(env["PORT"]), int(env["BARE_PORT"])]
    progress = Progress()
    with _processes(env, ports) as (webs, redis, dispatchers), _sockets(env, seeded, ports, given.sockets) as sockets:
        people = agents(
            seeded["projects"], changes=given.changes, ports=ports, session=seeded["agent"], progress=progress
        )
        points = [
            (0.15, webs[0], 1.0),
            (0.35, redis, 2.0),
            (0.55, webs[1], 1.0),
            (0.75, redis, 1.0),
            (0.85, webs[0], 0.5),
        ]
        chaos = Chaos(progress, given.changes, points=points, dispatchers=dispatchers)
        begun = time.monotonic()
        for thread in (chaos, *people):
            thread.start()
        _watch(people, progress, given.changes)
        seconds = time.monotonic() - begun
        chaos.over.set()
        chaos.join()
        heads = read_json(python("-m", "benchmarks.rows.drill_count"), env=env)["heads"]
        told = _told(sockets, heads)
        sms = _settled(env)
    return {
        "changes": f"{progress.done} in {seconds:.0f} s, {progress.retries} tries repeated",
        "killed": dict(chaos.killed),
        **told,
        "changes refused": progress.refused[:3],
        "changes missing": given.changes - sms.pop("changes"),
        "sms unfinished": sms.pop("unfinished"),
        **{name: value for name, value in sms.items() if name != "heads"},
    }


@contextlib.contextmanager
def _processes(env: Env, ports: list[int]) -> Iterator[tuple[list[Victim], Victim, list[Victim]]]:
    webs = [
        Victim.of(f"web {n}", python("manage.py", "serve", "--port", str(port)), env) for n, port in enumerate(ports)
    ]
    words = (
        "--port",
        env["SMS_PORT"],
        "--store",
        env["SANDBOX_STORE"],
        "--receipt-seconds",
        "0.5",
        "--retry-seconds",
        "2",
    )
    gateway = Victim.of("gateway", python("manage.py", "sms_sandbox", *words), env)
    dispatchers = [
        Victim.of(f"dispatcher {n}", python("manage.py", "sms_dispatch", "--quick", QUICK), env) for n in (1, 2)
    ]
    port = int(env["REDIS_URL"].split(":")[2].split("/")[0])
    redis = Victim("redis", lambda: servers.start_redis(port), servers.start_redis(port))
    everybody = [*webs, gateway, *dispatchers, redis]
    try:
        for victim, where in zip((*webs, gateway), (*ports, int(env["SMS_PORT"])), strict=True):
            await_port(Process(victim.name, [], port=where), victim.process)
        yield webs, redis, dispatchers
    finally:
        for victim in everybody:
            servers.stop(victim.process)


@contextlib.contextmanager
def _sockets(env: Env, seeded: dict[str, Any], ports: list[int], number: int) -> Iterator[subprocess.Popen[str]]:
    orders = {
        "urls": [f"ws://127.0.0.1:{port}/ws" for port in ports],
        "cookie": f"sessionid={seeded['watcher']}",
        "streams": [f"project-{project}" for project in seeded["projects"]],
        "sockets": number,
    }
    process = subprocess.Popen(
        python("-m", "benchmarks.drill.clients"), cwd=ROOT, env=dict(os.environ), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(json.dumps(orders) + "\n")
    process.stdin.flush()
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _watch(people: list[Any], progress: Progress, changes: int) -> None:
    """Until all have finished; a line now and then for whoever looks on."""
    shown = time.monotonic()
    while any(person.is_alive() for person in people):
        time.sleep(0.2)
        if time.monotonic() - shown > 10:
            shown = time.monotonic()
            print(f"  … {progress.done} of {changes} changes", flush=True)


def _told(sockets: subprocess.Popen[str], heads: dict[str, int]) -> dict[str, Any]:
    assert sockets.stdin is not None and sockets.stdout is not None
    sockets.stdin.write(json.dumps({"heads": heads}) + "\n")
    sockets.stdin.flush()
    told: dict[str, Any] = json.loads(sockets.stdout.readline())
    return {"missing": 0, "duplicated": 0, "out of order": 0, **told}


def _settled(env: Env) -> dict[str, Any]:
    """The count once every message has its end, or patience has."""
    end = time.monotonic() + SMS_PATIENCE
    while read_json(python("-m", "benchmarks.rows.drill_count"), env=env)["unfinished"] and time.monotonic() < end:
        time.sleep(2)
    found: dict[str, Any] = read_json(python("-m", "benchmarks.rows.drill_count", "--sms"), env=env)
    return found


if __name__ == "__main__":
    main()

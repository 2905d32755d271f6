"""`make bench`: everything in one run, as ratios to a peer or a bare limit on the same machine at the same time."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from benchmarks import bench_fanout, bench_requests, bench_sms

PARTS: dict[str, list[Callable[[], list[dict[str, Any]]]]] = {
    "requests": [partial(bench_requests.measure, engine) for engine in ("SQLite", "PostgreSQL")],
    "sms": [partial(bench_sms.measure, engine) for engine in ("SQLite", "PostgreSQL")],
    "fanout": [bench_fanout.measure],
}


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench", description=__doc__)
    options.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    wanted = options.parse_args().parts or list(PARTS)
    print(f"{date.today()} · {platform.machine()} · {os.cpu_count()} cores · Python {platform.python_version()}")
    print("\n| what | ours | peer | ours ÷ peer |\n|---|---|---|---|", flush=True)
    for part in wanted:
        for measure in PARTS[part]:
            for row in measure():
                print(f"| {row['what']} | {row['ours']} | {row['peer']} | {row['ratio']:.2f} |", flush=True)
    print(f"\nload average at the end: {', '.join(f'{load:.1f}' for load in os.getloadavg())}")


if __name__ == "__main__":
    main()

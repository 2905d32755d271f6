"""`make run`: bring the database up to date, say where to look, serve until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

from deploy.local import database

ROOT = Path(__file__).resolve().parents[2]
GATEWAY = os.environ.get("SMS_BASE_URL", "http://127.0.0.1:8797")


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    given = options.parse_args()
    refuse_if_taken(given.host, given.port)
    address = f"http://{'127.0.0.1' if given.host in ('0.0.0.0', '::') else given.host}:{given.port}"
    os.environ.setdefault("PUBLIC_URL", address)
    os.environ.setdefault("LOG_LEVEL", "warning")  # a person reads this terminal; LOG_LEVEL=info shows every request
    database.prepare()
    welcome([address])
    words = ["manage.py", "serve", "--host", given.host, "--port", str(given.port)]
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, *words])  # Ctrl-C reaches the one process that is left


def refuse_if_taken(host: str, port: int) -> None:
    """One sentence now instead of a stack trace after everything else has started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            sys.exit(f"Cannot listen on {host}:{port}: {taken.strerror}. Choose another one: make run PORT=8010")


def welcome(addresses: list[str]) -> None:
    """Where to look, who to be and what to try, in the two languages of the readers."""
    password = os.environ.get("DEMO_PASSWORD", "anshan-demo-2026")
    print(
        f"""
  帮办通 · 演示环境 (demo, invented data)

    地址 open      {"   ".join(addresses)}
    手机短信墙     {GATEWAY}   the SMS wall: what the enterprises' phones received
    企业进度页     {addresses[0]}/progress   no account: query code + last four digits of the phone

    账号 accounts  agent1 帮办专员 · section-zjj 住建科室 · supervisor1 督办员 · leader1 局领导 · county1 海城帮办 · admin1 管理员
    密码 password  {password}

    先试试 try     1. 用 agent1 登录，打开一个项目 (sign in as agent1, open a project)
                   2. 另一个浏览器用 supervisor1 打开同一项目 (open it as supervisor1 in another browser)
                   3. 点“部门受理”，看另一屏即时更新、短信墙收到一条短信 (accept a step: the other screen and the wall follow)

    Ctrl-C 结束 ends everything
""",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""The bare limit for requests: an ASGI handler with hand-written SQL, on the same server, thread pool and database.

It does the writes of a step transition and the reads of a project's detail, and nothing else: no rules, no rights beyond the
session, no schema, no refusals. What a careful person would write if only speed counted.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sqlite3
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import psycopg

URL = os.environ["DATABASE_URL"]
IS_POSTGRES = URL.startswith("postgres")
_local = threading.local()
_pool = ThreadPoolExecutor(8)


def _connection() -> Any:
    if not hasattr(_local, "connection"):
        if IS_POSTGRES:
            _local.connection = psycopg.connect(URL, autocommit=True)
        else:
            _local.connection = sqlite3.connect(URL.removeprefix("sqlite:///"), isolation_level=None, timeout=20)
            _local.connection.execute("PRAGMA journal_mode=WAL")
            _local.connection.execute("PRAGMA synchronous=NORMAL")
    return _local.connection


def _run(cursor: Any, sql: str, *values: Any) -> Any:
    cursor.execute(sql.replace("?", "%s") if IS_POSTGRES else sql, values)
    return cursor


def _user(cursor: Any, session: str) -> int:
    _run(
        cursor, "SELECT session_data FROM django_session WHERE session_key=? AND expire_date>?", session, _now()
    ).fetchone()
    return int(_run(cursor, "SELECT id FROM accounts_user WHERE username='bench' AND is_active").fetchone()[0])


def _now() -> Any:
    now = datetime.now(UTC)
    return now if IS_POSTGRES else now.strftime("%Y-%m-%d %H:%M:%S.%f")


def _day() -> Any:
    return _now().date() if IS_POSTGRES else _now()[:10]


def accept(session: str, project: int, code: str) -> dict[str, Any]:
    cursor = _connection().cursor()
    user = _user(cursor, session)
    cursor.execute("BEGIN" if IS_POSTGRES else "BEGIN IMMEDIATE")
    lock = " FOR UPDATE" if IS_POSTGRES else ""
    row = _run(cursor, "SELECT version, enterprise_id FROM proxy_service_project WHERE id=?" + lock, project).fetchone()
    step = _run(
        cursor, "SELECT id, name, committed FROM proxy_service_step WHERE project_id=? AND code=?", project, code
    ).fetchone()
    version = row[0] + 1
    event = _append(cursor, f"project-{project}", user, step)
    _append(cursor, "inbox-bench", user, step)
    _run(
        cursor,
        "UPDATE proxy_service_step SET state='ACCEPTED', version=?, moved_on=?, accepted_on=?, due_on=? WHERE id=?",
        version,
        _day(),
        _day(),
        _day(),
        step[0],
    )
    _run(cursor, "UPDATE proxy_service_project SET version=?, updated_at=? WHERE id=?", version, _now(), project)
    for contact, phone in _run(
        cursor,
        "SELECT id, phone FROM enterprises_contact WHERE enterprise_id=? AND active AND role IN ('HANDLER','PROJECT')",
        row[1],
    ).fetchall():
        _message(cursor, f"{project}:{version}:{contact}", phone, step[1], project)
    _run(
        cursor,
        "INSERT INTO journal_receipt (user_id, key, fingerprint, at, answer) VALUES (?,?,?,?,?)",
        user,
        uuid.uuid4().hex,
        "",
        _now(),
        json.dumps(event),
    )
    cursor.execute("COMMIT")
    return {"version": version, "event": event}


def _append(cursor: Any, stream: str, user: int, step: Any) -> dict[str, Any]:
    lock = " FOR UPDATE" if IS_POSTGRES else ""
    head = _run(cursor, "SELECT seq, head FROM journal_stream WHERE name=?" + lock, stream).fetchone()
    if head is None:
        _run(cursor, "INSERT INTO journal_stream (name, seq, head) VALUES (?,0,'')", stream)
        head = (0, "")
    payload = json.dumps({"step": step[0], "name": step[1], "from": "RECEIVED", "to": "ACCEPTED"})
    link = "sha256:" + hashlib.sha256((head[1] + payload).encode()).hexdigest()
    _run(
        cursor,
        "INSERT INTO journal_event (stream_id, seq, kind, occurred_at, recorded_at, actor_id, source, payload, hash)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        stream,
        head[0] + 1,
        "step.accepted",
        _now(),
        _now(),
        user,
        "DOCUMENT",
        payload,
        link,
    )
    _run(cursor, "UPDATE journal_stream SET seq=?, head=? WHERE name=?", head[0] + 1, link, stream)
    return {"stream": stream, "seq": head[0] + 1}


def _message(cursor: Any, key: str, phone: str, name: str, project: int) -> None:
    ref = uuid.uuid4().hex
    _run(
        cursor,
        'INSERT INTO notifications_message (ref, dedupe_key, template, "values", text, parts, phone, recipient, subject,'
        " category, status, created_at, ready_at, next_attempt_at, expires_at, tries, misses, lease_token, provider,"
        " last_code) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
        ref, key, "SMS-01", "{}", name, 1, phone, "contact", f"project-{project}", "progress",
        "delivered", _now(), _now(), _now(), _now(), 0, 0, "", "", "",
    )  # fmt: skip


def detail(session: str, project: int) -> dict[str, Any]:
    cursor = _connection().cursor()
    _user(cursor, session)
    head = _rows(
        cursor,
        "SELECT p.*, e.name AS enterprise_name, d.name AS district_name, c.no, c.kind, c.state AS case_state, c.query_code,"
        " l.name AS lead, s.name AS support FROM proxy_service_project p JOIN enterprises_enterprise e ON e.id=p.enterprise_id"
        " JOIN accounts_district d ON d.code=p.district_id JOIN proxy_service_servicecase c ON c.project_id=p.id"
        " JOIN accounts_user l ON l.id=c.lead_agent_id LEFT JOIN accounts_user s ON s.id=c.support_agent_id WHERE p.id=?",
        project,
    )[0]
    head["steps"] = _rows(
        cursor,
        "SELECT s.*, d.code AS department_code, d.name AS department_name FROM proxy_service_step s"
        " JOIN accounts_department d ON d.id=s.department_id WHERE s.project_id=? ORDER BY s.position",
        project,
    )
    head["links"] = _rows(
        cursor, "SELECT before_id, after_id, hard FROM proxy_service_steplink WHERE project_id=?", project
    )
    head["suspensions"] = _rows(
        cursor,
        "SELECT x.* FROM proxy_service_suspension x JOIN proxy_service_step s ON s.id=x.step_id WHERE s.project_id=?",
        project,
    )
    head["contacts"] = _rows(
        cursor, "SELECT * FROM enterprises_contact WHERE enterprise_id=? AND active", head["enterprise_id"]
    )
    head["mandates"] = _rows(
        cursor,
        "SELECT m.* FROM proxy_service_mandate m JOIN proxy_service_servicecase c ON c.id=m.case_id WHERE c.project_id=?",
        project,
    )
    head["messages"] = _rows(
        cursor,
        "SELECT id, phone, text, status, created_at FROM notifications_message WHERE subject=? ORDER BY id DESC LIMIT 20",
        f"project-{project}",
    )
    return head


def _rows(cursor: Any, sql: str, *values: Any) -> list[dict[str, Any]]:
    found = _run(cursor, sql, *values)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """`POST /accept/<project>/<code>` and `GET /detail/<project>`, with the session's key in a header."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    session = dict(scope["headers"]).get(b"x-session", b"").decode()
    words = scope["path"].strip("/").split("/")
    work = (accept, session, int(words[1]), words[2]) if words[0] == "accept" else (detail, session, int(words[1]))
    answer = await asyncio.get_running_loop().run_in_executor(_pool, *work)
    body = json.dumps(answer, ensure_ascii=False, default=str).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})

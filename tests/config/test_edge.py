"""The outermost layer, asked the way a server asks it."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
import structlog

from config import csp
from config.edge import BODY_LIMIT, Edge
from config.shelf import Shelf
from tests.config.asgi import ask


class Inner:
    """Stands behind the edge and remembers what reached it."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.scopes: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        self.bodies.append(message["body"])
        self.scopes.append(scope)
        headers = [(b"content-type", b"text/plain"), (b"x-frame-options", b"SAMEORIGIN")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b"made"})


@pytest.fixture
def inner() -> Inner:
    return Inner()


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><style>b{}</style><script src=/assets/app-1.js></script>壳")
    (folder / "assets" / "app-1.js").write_text("let a = 1" * 100)
    (folder / "assets" / "app-1.js.gz").write_bytes(gzip.compress(b"let a = 1" * 100))
    (folder / "assets" / "app-1.js.br").write_bytes(b"pretend-brotli")
    (folder / "shells").mkdir()
    (folder / "shells" / "projects.html").write_text("<!doctype html>壳 with the files of the list")
    (folder / "sw.js").write_text("self")
    (folder / ".built-from").write_text("stamp")
    (tmp_path / "secret.txt").write_text("outside")
    return folder


@pytest.fixture
def edge(inner: Inner, dist: Path) -> Edge:
    headers = csp.headers([dist / "index.html"], https=False)
    return Edge(inner, files=Shelf(dist), headers=headers)


def test_a_body_over_the_limit_is_refused_before_it_is_read(edge: Edge, inner: Inner) -> None:
    answer = ask(edge, "/api/projects", method="POST", content__length="10485760")
    assert answer.status == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "body.too-large"
    assert "1MB" in answer.json()["title"]
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert inner.bodies == []


def test_a_body_that_grows_over_the_limit_unannounced_is_refused(edge: Edge, inner: Inner) -> None:
    answer = ask(edge, "/api/projects", method="POST", parts=[b"x" * (BODY_LIMIT // 2)] * 3)
    assert answer.status == 413
    assert inner.bodies == []


def test_a_body_of_just_the_limit_arrives_whole(edge: Edge, inner: Inner) -> None:
    half = b"x" * (BODY_LIMIT // 2)
    assert ask(edge, "/api/projects", method="POST", parts=[half, half]).status == 201
    assert inner.bodies == [half + half]


def test_a_connection_lost_in_the_middle_of_a_body_begins_nothing(edge: Edge, inner: Inner) -> None:
    answer = ask(edge, "/api/projects", method="POST", parts=[b'{"half":', None])
    assert (answer.status, inner.bodies) == (0, [])


def test_a_sane_request_number_is_kept_and_passed_on(edge: Edge, inner: Inner) -> None:
    answer = ask(edge, "/api/session", x__request__id="proxy-12345678")
    assert answer.headers["x-request-id"] == "proxy-12345678"
    assert (b"x-request-id", b"proxy-12345678") in inner.scopes[0]["headers"]


@pytest.mark.parametrize("wild", ["", "short", "line\nbreak-in-it", "x" * 65, "emoji-☎-12345"])
def test_a_wild_request_number_is_replaced(edge: Edge, wild: str) -> None:
    made = ask(edge, "/api/session", x__request__id=wild).headers["x-request-id"]
    assert made != wild
    assert len(made) == 32


@pytest.mark.parametrize("path", ["/", "/api/session", "/assets/app-1.js", "/healthz", "/projects/42"])
def test_every_answer_carries_the_security_headers_once(edge: Edge, path: str) -> None:
    headers = ask(edge, path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "server" not in headers


def test_scripts_and_styles_of_our_own_pages_run_by_their_hash_and_no_other_inline_piece(dist: Path) -> None:
    policy = csp.policy(scripts=[], styles=csp.inline_hashes([dist / "index.html"], "style"))
    assert "style-src 'self' 'sha256-" in policy
    assert "'unsafe-inline'" not in policy.split("style-src-attr")[0]


def test_assets_come_compressed_and_are_kept_for_ever(edge: Edge) -> None:
    answer = ask(edge, "/assets/app-1.js", accept__encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert gzip.decompress(answer.body).startswith(b"let a")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, deflate, br", "br"), ("br;q=0, gzip", "gzip"), ("identity", None), ("br;q=0.5", "br"), ("gzip;q=0", None)],
)
def test_the_best_variant_the_client_can_read_is_chosen(edge: Edge, accepted: str, encoding: str | None) -> None:
    assert ask(edge, "/assets/app-1.js", accept__encoding=accepted).headers.get("content-encoding") == encoding


def test_head_gives_the_headers_of_get_and_no_body(edge: Edge) -> None:
    whole, head = ask(edge, "/assets/app-1.js"), ask(edge, "/assets/app-1.js", method="HEAD")
    assert head.body == b""
    assert head.headers["content-length"] == whole.headers["content-length"] == str(len(whole.body))


def test_what_the_client_already_has_is_not_sent_again(edge: Edge) -> None:
    tag = ask(edge, "/sw.js").headers["etag"]
    again = ask(edge, "/sw.js", if__none__match=tag)
    assert (again.status, again.body) == (304, b"")


def test_the_worker_script_is_asked_for_every_time(edge: Edge) -> None:
    assert ask(edge, "/sw.js").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/login", "/projects", "/projects/42", "/feedback"])
def test_every_screen_gets_the_shell(edge: Edge, path: str) -> None:
    answer = ask(edge, path)
    assert answer.status == 200
    assert "壳" in answer.body.decode()
    assert answer.headers["cache-control"] == "no-cache"


def test_a_screen_with_a_page_of_its_own_gets_that(edge: Edge) -> None:
    assert "files of the list" in ask(edge, "/projects/42").body.decode()
    assert "files of the list" not in ask(edge, "/login").body.decode()


@pytest.mark.parametrize(
    "path", ["/api/projects", "/progress", "/progress/view", "/hooks/sms", "/assets/gone.js", "/readyz"]
)
def test_addresses_of_views_never_get_the_shell(edge: Edge, inner: Inner, path: str) -> None:
    assert ask(edge, path).body == b"made"
    assert inner.scopes[0]["path"] == path


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../secret.txt",
        "/../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/.built-from",
        "//secret.txt",
        "/assets/app-1.js.gz",
    ],
)
def test_no_path_leads_out_of_the_built_files(edge: Edge, path: str) -> None:
    answer = ask(edge, path)
    assert b"outside" not in answer.body
    assert b"stamp" not in answer.body
    assert not answer.body.startswith(b"\x1f\x8b")


def test_one_line_is_logged_without_query(edge: Edge) -> None:
    with structlog.testing.capture_logs() as lines:
        ask(edge, "/progress/view?code=K7Q2", method="POST")
    line = next(line for line in lines if line["event"] == "http.request")
    assert line["path"] == "/progress/view"
    assert line["status"] == 201
    assert line["ms"] >= 0
    assert "K7Q2" not in str(lines)


def test_a_question_about_the_server_as_a_whole_is_answered(edge: Edge) -> None:
    assert ask(edge, "*", method="OPTIONS").status == 201


def test_alive_is_answered_without_anybody_behind_it(edge: Edge, inner: Inner) -> None:
    assert ask(edge, "/healthz").body == b"ok\n"
    assert inner.scopes == []

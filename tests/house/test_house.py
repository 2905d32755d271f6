"""The house rules that no linter knows: sizes, names, who may write, words that must not be on a screen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from config.env import ROOT

PACKAGES = ("config", "proxy_service", "enterprises", "catalogue", "journal", "notifications", "accounts", "common")
FILE_LINES, FUNCTION_LINES, TAIL_LINES = 400, 50, 30
BANNED_PARTS = ("utils", "helpers", "manager", "handler")
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
READERS = {"queries.py", "api.py", "rules.py", "flow.py", "schemas.py", "sentences.py", "views.py", "exports.py"}
# 国办函〔2026〕12号: no check-in, and nobody is ranked.
NOT_ON_SCREEN = re.compile(r"打卡|签到|排名|积分榜|龙虎榜")


def sources(*tops: str) -> list[Path]:
    found = (path for top in tops for path in (ROOT / top).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


OURS = sources(*PACKAGES)
ALL = [*OURS, *sources("deploy", "benchmarks", "tests")]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_file_is_longer_than_anybody_reads() -> None:
    long = {name(path): n for path in ALL if (n := len(path.read_text("utf-8").splitlines())) > FILE_LINES}
    assert not long, f"split along a noun: {long}"


def test_no_function_is_longer_than_a_screen() -> None:
    long = {f"{name(path)}:{node.name}": length(node) for path in ALL for node in functions(path)}
    long = {where: n for where, n in long.items() if n > FUNCTION_LINES}
    assert not long, f"give a part of it a name: {long}"


def test_nine_functions_in_ten_fit_into_thirty_lines() -> None:
    lengths = sorted(length(node) for path in OURS for node in functions(path))
    assert lengths[len(lengths) * 9 // 10] <= TAIL_LINES


def test_front_end_files_stay_short() -> None:
    files = [*(ROOT / "frontend" / "src").rglob("*.vue"), *(ROOT / "frontend" / "src").rglob("*.ts")]
    long = {name(path): n for path in files if (n := _lines(path)) > FILE_LINES and path.name != "schema.d.ts"}
    assert not long, f"move the logic into a composable: {long}"


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def test_modules_and_functions_are_named_by_the_domain() -> None:
    modules = [name(path) for path in OURS if any(part in path.stem for part in BANNED_PARTS)]
    named = [
        f"{name(path)}:{node.name}"
        for path in OURS
        for node in functions(path)
        if node.name.startswith(("process_", "do_")) or "helper" in node.name
    ]
    assert not modules + named


def test_no_class_is_called_a_service() -> None:
    """`ServiceCase` is the domain's word for a case; a class that ends in Service is a bag of functions."""
    bags = [
        f"{name(path)}:{node.name}"
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Service", "Manager", "Helper"))
        if not any("Manager" in ast.unparse(base) for base in node.bases)  # Django's own word for where rows come from
    ]
    assert not bags


def _writes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
            continue
        if _is_of_the_orm(node):
            yield f"{name(path)}:{node.lineno} .{node.func.attr}()"


def _is_of_the_orm(call: ast.Call) -> bool:
    """`found.update(x)` may be a dict's, `router.delete("/x")` a route; `.objects` makes it a table's."""
    assert isinstance(call.func, ast.Attribute)
    on, word = ast.unparse(call.func.value), call.func.attr
    if word == "delete" and "(" not in on:
        return not call.args
    if word in ("update", "create", "delete"):
        return ".objects" in on or ".filter(" in on
    return True


def test_readers_do_not_write() -> None:
    """Writes live in actions, notifications and journal; a screen, a rule or an operation asks one of them."""
    readers = [path for path in OURS if path.name in READERS and path.relative_to(ROOT).parts[0] not in _WRITERS]
    assert not [write for path in readers for write in _writes(path)]


_WRITERS = {"notifications", "journal"}


def test_the_search_for_writes_finds_one(tmp_path: Path) -> None:
    """The rule above can fail."""
    path = tmp_path / "queries.py"
    path.write_text("x.save()\nT.objects.filter(a=1).update(b=2)\nfacts.update(c=3)\nx.delete()\nrouter.delete('/x')\n")
    assert [line.split(":")[1] for line in _writes(path)] == ["1 .save()", "2 .update()", "4 .delete()"]


def _screen_texts() -> list[Path]:
    front = [path for kind in ("*.vue", "*.ts", "*.html") for path in (ROOT / "frontend" / "src").rglob(kind)]
    back = [path for package in PACKAGES for path in (ROOT / package).rglob("*.html")]
    return [*front, *back, *OURS]


def test_nobody_is_asked_to_check_in_and_nobody_is_ranked() -> None:
    """国办函〔2026〕12号: the words do not appear where a person could read them."""
    found = {name(path): sorted(set(NOT_ON_SCREEN.findall(path.read_text("utf-8")))) for path in _screen_texts()}
    assert not {where: words for where, words in found.items() if words}


def test_only_the_front_ends_door_talks_to_the_server() -> None:
    """No fetch outside api/ (and the socket's and the outbox's own places)."""
    allowed = {"api", "live", "outbox"}
    files = [path for kind in ("*.vue", "*.ts") for path in (ROOT / "frontend" / "src").rglob(kind)]
    talkers = [name(path) for path in files if re.search(r"(?<![\w.])fetch\(", path.read_text("utf-8"))]
    assert not [where for where in talkers if not allowed & set(Path(where).parts) and not where.endswith("sw.ts")]


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_target_of_make_is_explained() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z][a-z-]*):", text, re.M)
    explained = re.findall(r"^([a-z][a-z-]*):.*## .+", text, re.M)
    assert targets == explained


@pytest.mark.parametrize("lock", ["base", "build", "dev"])
def test_locks_carry_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    pins = re.findall(r"^[a-z0-9][\w.-]*(?:\[[\w,]+\])?==", text, re.M)
    assert pins
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text
    assert "index-url" not in text


def test_the_front_ends_lock_names_no_address() -> None:
    assert '"resolved"' not in (ROOT / "frontend" / "package-lock.json").read_text("utf-8")

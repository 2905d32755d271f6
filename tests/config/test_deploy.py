"""The deployment files can be read, and name what exists."""

from __future__ import annotations

import configparser
import re
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from config.env import ROOT, Env

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8")))


def test_the_topology_has_every_part() -> None:
    parts = {"prepare", "web-1", "web-2", "worker", "beat", "dispatcher", "postgres", "redis", "nginx"}
    assert parts <= set(compose()["services"])


def test_only_nginx_is_reached_from_outside() -> None:
    assert [name for name, part in compose()["services"].items() if "ports" in part] == ["nginx"]


def test_every_command_of_compose_and_systemd_exists() -> None:
    words = [" ".join(part.get("command", [])) for part in compose()["services"].values()]
    words += [unit.read_text("utf-8") for unit in UNITS]
    named = set(re.findall(r"manage\.py (\w+)", "\n".join(words)))
    assert {"prepare", "serve", "sms_dispatch"} <= named <= set(get_commands())


def test_the_example_environment_names_settings_that_exist() -> None:
    text = (DEPLOY / "env.example").read_text("utf-8")
    names = set(re.findall(r"^([A-Z_]+)=", text, re.M)) - {"POSTGRES_PASSWORD"}
    assert names <= {name.upper() for name in Env.model_fields}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_units_are_well_formed_and_hardened(unit: Any) -> None:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.read_string(unit.read_text("utf-8"))
    assert parsed["Service"]["NoNewPrivileges"] == "yes"
    assert parsed["Service"]["Restart"] == "always"


def test_the_image_holds_every_package() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"common"}
    assert {name for name in apps if f"COPY {name} {name}" not in text} == set()

"""The two READMEs name every setting, every picture they show exists, and every target they praise is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.env import Env

ROOT = Path(__file__).resolve().parents[2]
README = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", README)
def test_every_setting_is_explained(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not [field for field in Env.model_fields if f"`{field.upper()}`" not in text]


@pytest.mark.parametrize("name", README)
def test_every_file_it_links_to_exists(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8"))
    assert not [link for link in links if not (ROOT / link).exists()]


@pytest.mark.parametrize("name", README)
def test_every_make_target_it_names_is_there(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", (ROOT / name).read_text("utf-8"))) <= targets

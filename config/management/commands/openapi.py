"""Write the interface's OpenAPI document for the typed client: `manage.py openapi [--check]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

TARGET = settings.BASE_DIR / "frontend" / "openapi.json"


class Command(BaseCommand):
    """Deterministic, so that a difference is a change of the interface."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail when the file is out of date")

    def handle(self, *_args: Any, **options: Any) -> None:
        text = document()
        if not options["check"]:
            TARGET.write_text(text, "utf-8")
        elif not TARGET.exists() or TARGET.read_text("utf-8") != text:
            raise CommandError("frontend/openapi.json is out of date: run manage.py openapi and npm run schema")


def document() -> str:
    from config.api import api

    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

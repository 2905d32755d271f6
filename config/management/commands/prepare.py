"""Everything the database needs before the first start, in one process: a second run takes a moment."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

REFERENCE = settings.BASE_DIR / "catalogue" / "data"


class Command(BaseCommand):
    """Tables, reference data, and the demo's records where the demo is wanted and nothing is there."""

    help = __doc__ or ""

    def handle(self, *_args: Any, **_options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        self._load_reference()
        if settings.DEMO and not apps.get_model("proxy_service", "Project").objects.exists():
            self.stdout.write("==> demo data: invented names, twelve months of history")
            call_command("load_demo")

    def _load_reference(self) -> None:
        """Loaded again only when its files changed or the database is another one."""
        from catalogue.models import Catalogue

        stamp = settings.VAR_DIR / "reference.stamp"
        now = _fingerprint(REFERENCE) + str(settings.DATABASES["default"]["NAME"])
        if Catalogue.objects.exists() and stamp.exists() and stamp.read_text() == now:
            return
        call_command("load_reference")
        stamp.write_text(now)


def _fingerprint(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()

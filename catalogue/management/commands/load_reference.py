"""`manage.py load_reference`: districts, departments, catalogue, working-day calendar. Harmless to repeat."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalogue.actions.calendar import load_calendar
from catalogue.actions.catalogue import load_catalogue
from catalogue.actions.organisation import load_organisation


class Command(BaseCommand):
    help = "Load districts, departments, catalogue and working-day calendar; a second run changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        for what, written in (
            ("departments and districts", load_organisation()),
            ("catalogue versions", load_catalogue()),
            ("calendar notices", load_calendar()),
        ):
            self.stdout.write(f"{what}: {written} written")

"""`manage.py load_demo`: the demonstration's people, enterprises and projects with twelve months of history."""

from __future__ import annotations

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from common.errors import Problem
from proxy_service.demo import load, people, script
from proxy_service.demo.firms import TOUR_PHONE
from proxy_service.demo.reset import reset


class Command(BaseCommand):
    help = "Load the demo data; changes nothing where it is loaded already. Refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--reset",
            action="store_true",
            help="first throw away ALL projects, enterprises, messages and their journal",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        quiet = logging.root.manager.disable
        logging.disable(logging.INFO)  # else one line for each of some thousand acts
        try:
            if options["reset"]:
                reset()
            made = load.load()
        except Problem as refused:
            raise CommandError(str(refused)) from refused
        finally:
            logging.disable(quiet)
        if options["verbosity"]:
            self._print(made)

    def _print(self, made: load.Made | None) -> None:
        if made is None:
            self.stdout.write("demo data: already there")
            return
        for account in people.ACCOUNTS:
            place = account.department or account.district
            self.stdout.write(f"  {account.username:<14}{place:<8}{account.role.label}  {account.name}")
        self.stdout.write(f"  password: {people.password()}")
        self.stdout.write("  " + ", ".join(f"{name} {count}" for name, count in made.counts.items()))
        self.stdout.write(
            f"  tour (agent1, support1): query code CX-{script.TOUR_CODE}, phone ending {TOUR_PHONE[-4:]}"
        )
        self.stdout.write(f"  loaded in {made.seconds:.1f} s")

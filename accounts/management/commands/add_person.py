"""`manage.py add_person li --name 李示例 --role ADMIN`: an account, for an installation that has no one yet."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions.people import Newcomer, add_person
from accounts.roles import CITY, Role
from common.errors import Problem


class Command(BaseCommand):
    """Make an account. The password is asked for, or read from standard input: arguments can be seen by others."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="as it stands on screen")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--district", default=CITY, help="code of the city or of one of its county-level areas")
        parser.add_argument("--department", default="", help="code of the department; a SECTION needs one")

    def handle(self, *_args: Any, **options: Any) -> None:
        password = getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        given = {name: options[name] for name in ("username", "name", "role", "district", "department")}
        try:
            user = add_person(Newcomer(**given), password=password)
        except Problem as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"{user.username}: {user.get_role_display()}")

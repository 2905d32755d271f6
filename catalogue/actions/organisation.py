"""Districts and departments as they come with the product."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from accounts.models import Department, District
from catalogue import source


@transaction.atomic(durable=True)
def load_organisation() -> int:
    """Add what is missing; returns how many rows. What the bureau renamed stays renamed."""
    data = source.read("departments")
    known = {*District.objects.values_list("code", flat=True), *Department.objects.values_list("code", flat=True)}
    districts = [District(code=code, name=name) for code, name in data["districts"].items() if code not in known]
    departments = [
        Department(code=row["code"], name=row["name"].format(bureau=settings.BUREAU_NAME), short=row["short"])
        for row in data["departments"]
        if row["code"] not in known
    ]
    District.objects.bulk_create(districts)
    Department.objects.bulk_create(departments)
    return len(districts) + len(departments)

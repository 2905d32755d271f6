"""A digest over everything in a catalogue version, so that «frozen» can be proved and not only promised."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from django.db.models import QuerySet

from catalogue.models import ApprovalItem, Catalogue, ItemMaterial, TemplateLink, TemplateStep

_ITEM = (
    "code", "key", "name", "stage", "kind", "lead__code", "lead_text", "statutory_n", "statutory_unit",
    "statutory_extend", "statutory_variants", "statutory_basis", "committed", "committed_variants", "when", "result",
    "is_milestone", "outside_target",
)  # fmt: skip
_STEP = (
    "template__category", "item__code", "committed", "optional", "parallel", "condition", "committed_by",
    "statutory_by", "position",
)  # fmt: skip


def digest_of(catalogue: Catalogue) -> str:
    """SHA-256 over the content in a fixed order; keys of rows do not enter, so a restored copy has the same."""
    content = [sorted(map(_line, rows)) for rows in _content(catalogue)]
    return sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def is_intact(catalogue: Catalogue) -> bool:
    """Whether nothing was changed since publication."""
    return catalogue.frozen and digest_of(catalogue) == catalogue.digest


def _line(row: tuple[Any, ...]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def _content(catalogue: Catalogue) -> Iterator[QuerySet[Any, Any]]:
    yield catalogue.specials.values_list("code", "name", "stops_statutory", "basis")
    yield catalogue.items.values_list(*_ITEM)
    yield ApprovalItem.specials.through.objects.filter(approvalitem__catalogue=catalogue).values_list(
        "approvalitem__code", "specialprocedure__code"
    )
    yield catalogue.materials.values_list("key", "name", "source", "form", "once", "validity")
    yield ItemMaterial.objects.filter(item__catalogue=catalogue).values_list(
        "item__code", "material__key", "scenario", "position"
    )
    yield catalogue.questions.values_list("code", "text", "options", "default", "position")
    yield catalogue.templates.values_list("category", "name", "budget", "target_days")
    yield TemplateStep.objects.filter(template__catalogue=catalogue).values_list(*_STEP)
    yield TemplateLink.objects.filter(before__template__catalogue=catalogue).values_list(
        "before__template__category", "before__item__code", "after__item__code", "hard"
    )

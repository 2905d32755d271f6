"""Versions of the catalogue: written as a draft, published once, frozen from then on."""

from __future__ import annotations

import structlog
from django.db import transaction
from django.utils import timezone

import journal
from accounts.models import User
from accounts.roles import Capability
from catalogue import queries, seal, source
from catalogue.actions import draft
from catalogue.models import Catalogue
from common.errors import Forbidden, NotFound, Refused

log = structlog.get_logger(__name__)


@transaction.atomic(durable=True)
def load_catalogue() -> int:
    """Publish the product's own data as the next version, unless a version of this data exists; returns how many."""
    digest = source.digest()
    if Catalogue.objects.filter(source_digest=digest).exists():
        return 0
    last = Catalogue.objects.order_by("-version").values_list("version", flat=True).first() or 0
    catalogue = Catalogue.objects.create(version=last + 1, note="随产品提供的参考数据", source_digest=digest)
    draft.fill(catalogue)
    _publish(catalogue, actor=None)
    return 1


@transaction.atomic(durable=True)
def publish_catalogue(version: int, *, actor: User) -> Catalogue:
    """Freeze a draft; from now on new projects are planned from it.

    Raises Forbidden, NotFound, Refused("catalogue.frozen"), Invalid("flow.loop").
    """
    if not actor.may(Capability.CATALOGUE_WRITE):
        raise Forbidden("role.not-allowed", "只有系统管理员可以发布事项目录")
    catalogue = Catalogue.objects.select_for_update().filter(version=version).first()
    if catalogue is None:
        raise NotFound
    _publish(catalogue, actor=actor)
    return catalogue


def _publish(catalogue: Catalogue, *, actor: User | None) -> None:
    refuse_frozen(catalogue)
    for template in catalogue.templates.all():
        queries.flow_of(template)
    catalogue.published_at = timezone.now()
    catalogue.digest = seal.digest_of(catalogue)
    catalogue.save(update_fields=["published_at", "digest"])
    journal.append(
        "catalogue",
        "catalogue.published",
        payload={"version": catalogue.version, "digest": catalogue.digest},
        actor=actor,
        occurred_at=catalogue.published_at,
    )
    log.info("catalogue.published", version=catalogue.version)


def refuse_frozen(catalogue: Catalogue) -> None:
    """Every action that changes content asks this under the lock on the version."""
    if catalogue.frozen:
        raise Refused("catalogue.frozen", f"{catalogue}已发布，不能再改；请另建新版本")

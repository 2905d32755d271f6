"""Enterprises and the people there who are written to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import District, User
from accounts.roles import Scope


class Ownership(models.TextChoices):
    CENTRAL = "CENTRAL", "中省直企业"
    CITY = "CITY", "市属国有企业"
    PRIVATE = "PRIVATE", "民营企业"
    FOREIGN = "FOREIGN", "外商投资企业"
    AUTHORITY = "AUTHORITY", "机关事业单位"


class ContactRole(models.TextChoices):
    BOSS = "BOSS", "负责人"
    PROJECT = "PROJECT", "项目负责人"
    HANDLER = "HANDLER", "经办人"
    FINANCE = "FINANCE", "财务"


class Preference(models.TextChoices):
    """Which notices a contact wants by SMS."""

    ALL = "ALL", "全部通知"
    IMPORTANT = "IMPORTANT", "重要通知"
    FINISHED = "FINISHED", "仅办结通知"
    NONE = "NONE", "不接收"


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def visible_to(self, user: User) -> EnterpriseQuerySet:
        """Agents see the enterprises of their cases and those they registered; sections those whose steps they lead.

        The reverse names reach into the floor above without importing it.
        """
        if not user.is_active:
            return self.none()
        match user.scope:
            case Scope.ALL:
                return self
            case Scope.DISTRICT:
                return self.filter(district_id=user.district_id)
            case Scope.SECTION:
                # A subquery, not distinct(): PostgreSQL refuses FOR UPDATE with DISTINCT.
                led = Enterprise.objects.filter(projects__steps__department=user.department_id)
                return self.filter(pk__in=led.values("pk"))
            case Scope.OWN:
                return self.own_of(user)
            case Scope.NONE:
                return self.none()

    def own_of(self, user: User) -> EnterpriseQuerySet:
        """Those this person serves: by a case, as lead or support, or by having registered them."""
        served = Q(projects__case__lead_agent=user) | Q(projects__case__support_agent=user)
        own = Enterprise.objects.filter(served | Q(registered_by=user))
        return self.filter(pk__in=own.values("pk"))


class Enterprise(models.Model):
    """建设单位, or a liaison point (联系点). One row per 统一社会信用代码."""

    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=12)
    uscc = models.CharField(max_length=18, unique=True)
    ownership = models.CharField(max_length=10, choices=Ownership.choices)
    industry = models.CharField(max_length=40, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT)
    zone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=120, blank=True)
    is_liaison = models.BooleanField(default=False)
    agreement_signed_on = models.DateField(null=True, blank=True)
    is_demo = models.BooleanField(default=False)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(auto_now_add=True)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.CheckConstraint(
                name="agreement_only_with_liaison",
                condition=Q(agreement_signed_on__isnull=True) | Q(is_liaison=True),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at an enterprise. Never deleted: a contact who left is not active."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=8, choices=ContactRole.choices)
    phone = models.CharField(max_length=16)
    preference = models.CharField(max_length=10, choices=Preference.choices, default=Preference.ALL)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("enterprise", "phone"), name="contact_phone_once_per_enterprise")
        ]

    def __str__(self) -> str:
        return self.name

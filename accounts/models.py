"""People, where they work, and failed sign-ins."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from accounts.roles import Capability, Role, Scope, may, scope_of


class District(models.Model):
    """An administrative division (GB/T 2260): the city 210300 or one of its seven county-level areas."""

    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A department, or a section (科室) of the bureau, that leads approval items."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)
    short = models.CharField(max_length=20)
    is_section = models.BooleanField(default=False)
    district = models.ForeignKey(District, on_delete=models.PROTECT, default="210300")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A member of staff. One role each; the role decides rights, department and district decide reach."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=12, choices=Role.choices)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT)
    district = models.ForeignKey(District, on_delete=models.PROTECT, default="210300")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        ordering = ("username",)
        constraints = [
            models.CheckConstraint(
                name="section_contact_has_department",
                condition=~models.Q(role=Role.SECTION) | models.Q(department__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        return scope_of(self.role, self.district_id)

    def may(self, capability: Capability) -> bool:
        return may(self.role, capability)


class Attempt(models.Model):
    """Failures counted per door and key (an account, an address, a query code), for the lock-out."""

    door = models.CharField(max_length=20)
    key = models.CharField(max_length=120)
    failures = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("door", "key"), name="attempt_once_per_key")]


class Feedback(models.Model):
    """投诉建议: 国办函〔2026〕12号 asks for an entry that everybody reaches."""

    user = models.ForeignKey(User, on_delete=models.PROTECT)
    text = models.CharField(max_length=1000)
    page = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-at",)

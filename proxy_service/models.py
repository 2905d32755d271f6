"""Projects, their service case and mandate, and the plan: steps as a dependency graph."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Department, District, User
from accounts.roles import Scope
from catalogue.models import ApprovalItem, FlowTemplate
from enterprises.models import Enterprise
from proxy_service.flow import ACTIVE, STATE_CHOICES, State

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User) -> ProjectQuerySet:
        """What this person may know of; everything else looks as if it were not there."""
        if not user.is_active or user.scope is Scope.NONE:
            return self.none()
        if user.scope is Scope.ALL:
            return self
        if user.scope is Scope.DISTRICT:
            return self.filter(district_id=user.district_id)
        if user.scope is Scope.SECTION and user.department_id is not None:
            own = Step.objects.filter(project=OuterRef("pk"), department_id=user.department_id)
            return self.filter(Exists(own))
        return self.filter(Q(case__lead_agent=user) | Q(case__support_agent=user))


class Project(models.Model):
    """An investment project. `version` is the number of the last event on its stream `project-<id>`."""

    class Level(models.TextChoices):
        NATIONAL = "NATIONAL", "国家重点"
        PROVINCE = "PROVINCE", "省重点"
        CITY = "CITY", "市重点"
        COUNTY = "COUNTY", "县区重点"

    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=12)
    code = models.CharField(max_length=24, null=True, blank=True, unique=True)
    internal_no = models.CharField(max_length=20, unique=True)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="projects")
    district = models.ForeignKey(District, on_delete=models.PROTECT)
    template = models.ForeignKey(FlowTemplate, on_delete=models.PROTECT)
    answers = models.JSONField(default=dict, blank=True)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.CITY)
    investment_wan = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    opened_on = models.DateField()
    target_days = models.PositiveSmallIntegerField(default=70)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()
    is_demo = models.BooleanField(default=False)
    # From which day on each lamp holds, the earliest over the running steps. Dates do not go stale as flags do:
    # the lamp of a project is a comparison with today, answered by an index.
    blue_from = models.DateField(null=True, blank=True)
    yellow_from = models.DateField(null=True, blank=True)
    red_from = models.DateField(null=True, blank=True)
    dark_red_from = models.DateField(null=True, blank=True)
    doubt_from = models.DateField(null=True, blank=True)
    all_waiting = models.BooleanField(default=False)

    objects = ProjectQuerySet.as_manager()
    if TYPE_CHECKING:
        case: ServiceCase
        steps: RelatedManager[Step]

    class Meta:
        ordering = ("-updated_at", "-id")
        indexes = [
            models.Index(fields=("-updated_at", "-id")),
            models.Index(fields=("red_from",), name="project_red_from"),
            models.Index(fields=("district", "-updated_at")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        return f"project-{self.pk}"


class ServiceCase(models.Model):
    """帮办代办服务: ASSIST, the firm files and we help; PROXY, we file under a mandate."""

    class Kind(models.TextChoices):
        ASSIST = "ASSIST", "帮办"
        PROXY = "PROXY", "代办"

    class CaseState(models.TextChoices):
        RUNNING = "RUNNING", "办理中"
        PAUSED = "PAUSED", "已中止"
        COMPLETED = "COMPLETED", "已办结"
        TERMINATED = "TERMINATED", "已终止"

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="case")
    no = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.RUNNING)
    lead_agent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="led_cases")
    support_agent = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="supported_cases"
    )
    query_code = models.CharField(max_length=9, unique=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="support_is_not_lead",
                condition=Q(support_agent__isnull=True) | ~Q(support_agent=models.F("lead_agent")),
            )
        ]

    def __str__(self) -> str:
        return self.no


class Mandate(models.Model):
    """委托书 (民法典165): what we may do in the enterprise's name, in which stages, from when until when."""

    case = models.ForeignKey(ServiceCase, on_delete=models.PROTECT, related_name="mandates")
    no = models.CharField(max_length=20, unique=True)
    stages = models.JSONField()
    signed_on = models.DateField()
    ends_on = models.DateField()
    revoked_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="mandate_ends_after_it_began", condition=Q(ends_on__gte=models.F("signed_on")))
        ]

    def __str__(self) -> str:
        return self.no

    def covers(self, stage: int, day: date) -> bool:
        revoked = self.revoked_on is not None and day >= self.revoked_on
        return stage in self.stages and self.signed_on <= day <= self.ends_on and not revoked


def title(name: str) -> str:
    """An item's name without its bracketed explanation, for sentences and messages."""
    return name.split("(")[0].split("（")[0]


class Step(models.Model):
    """One approval item in the plan of one project. `version`: the project's version at its last move."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    stage = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    major = models.CharField(max_length=60, blank=True)  # 大项 of a task book, e.g. «03 用地»
    item = models.ForeignKey(ApprovalItem, null=True, blank=True, on_delete=models.PROTECT)
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
    is_milestone = models.BooleanField(default=False)
    parallel = models.BooleanField(default=False)
    committed = models.PositiveSmallIntegerField()  # working days
    statutory_n = models.PositiveSmallIntegerField(null=True, blank=True)
    statutory_unit = models.CharField(max_length=4, default="NONE")  # WD, ND, INST, NONE
    statutory_basis = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=24, choices=STATE_CHOICES, default=State.PENDING)
    held_state = models.CharField(max_length=24, blank=True)  # before a withdrawal was asked for
    version = models.PositiveIntegerField(default=0)
    moved_on = models.DateField(null=True, blank=True)
    submitted_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    statutory_due_on = models.DateField(null=True, blank=True)
    blue_from = models.DateField(null=True, blank=True)
    yellow_from = models.DateField(null=True, blank=True)
    doubt_from = models.DateField(null=True, blank=True)

    if TYPE_CHECKING:
        suspensions: RelatedManager[Suspension]

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=("project", "code"), name="step_code_once_per_project"),
            models.CheckConstraint(
                name="due_only_when_accepted", condition=Q(due_on__isnull=True) | Q(accepted_on__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=("due_on",), name="step_open_due", condition=Q(state__in=sorted(ACTIVE))),
            models.Index(fields=("department", "project"), name="step_department"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def at(self) -> State:
        return State(self.state)

    @property
    def title(self) -> str:
        return title(self.name)


class StepLink(models.Model):
    """`before` must be passed before `after` is filed; a soft link is a usual order, not a bar."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="links")
    before = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="+")
    after = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="+")
    hard = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("before", "after"), name="link_once")]


class Suspension(models.Model):
    """Time of a special procedure (行政许可法45), told to the applicant in advance as `announced_days` working days."""

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="suspensions")
    special = models.CharField(max_length=12)
    name = models.CharField(max_length=40)
    basis = models.CharField(max_length=200)
    stops_statutory = models.BooleanField()
    announced_days = models.PositiveSmallIntegerField()
    started_on = models.DateField()
    expected_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("started_on", "id")
        constraints = [
            models.UniqueConstraint(fields=("step",), name="one_open_suspension", condition=Q(ended_on__isnull=True)),
            models.CheckConstraint(
                name="suspension_ends_after_it_began",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("started_on")),
            ),
        ]


class InboxMark(models.Model):
    """How far a person has read the own inbox stream."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True)
    upto = models.PositiveIntegerField(default=0)


class Serial(models.Model):
    """The last number given out per kind and year; its row is locked while a number is taken, so none is doubled."""

    kind = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("kind", "year"), name="serial_once")]

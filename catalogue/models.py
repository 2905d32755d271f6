"""Reference data the bureau keeps: one version of the catalogue holds everything that a plan is made from."""

from __future__ import annotations

from django.db import models

from accounts.models import Department


class Category(models.TextChoices):
    """The five project categories (`domain/approvals.md` 3.2); `NATIONAL_CATEGORY` has the exchange codes."""

    GOV_HOUSE = "GOV_HOUSE", "政府投资房屋建筑类"
    GOV_LINEAR = "GOV_LINEAR", "政府投资城市基础设施类"
    SOC_GENERAL = "SOC_GENERAL", "一般社会投资类"
    SOC_SMALL = "SOC_SMALL", "中小型社会投资类"
    SOC_LANDPLAN = "SOC_LANDPLAN", "带方案出让用地类"


NATIONAL_CATEGORY: dict[str, str] = {
    Category.GOV_HOUSE: "1",
    Category.GOV_LINEAR: "2",
    Category.SOC_GENERAL: "3",
    Category.SOC_SMALL: "4",
    Category.SOC_LANDPLAN: "5",
}


class Stage(models.IntegerChoices):
    LAND = 1, "立项用地规划许可"
    WORKS = 2, "工程建设许可"
    BUILD = 3, "施工许可"
    ACCEPTANCE = 4, "竣工验收"


class Kind(models.TextChoices):
    PERMIT = "PERMIT", "行政许可"
    APPROVAL = "APPROVAL", "审批"
    FILING = "FILING", "备案"
    REVIEW = "REVIEW", "技术审查"
    MILESTONE = "MILESTONE", "里程碑"
    UTILITY = "UTILITY", "公用服务"
    JOINT = "JOINT", "联合验收"
    REGISTRATION = "REGISTRATION", "登记"


class Unit(models.TextChoices):
    WORKING_DAYS = "WD", "工作日"
    CALENDAR_DAYS = "ND", "自然日"
    INSTANT = "INST", "即时"
    NONE = "NONE", "无法定时限"


class Stops(models.TextChoices):
    """Whether a special procedure stops the statutory clock; ITEM = only where the item's own rule says so."""

    YES = "yes", "停止计时"
    NO = "no", "不停止计时"
    ITEM = "item", "依事项规定"


class Source(models.TextChoices):
    APPLICANT = "APPLICANT", "申请人自备"
    AUTHORITY = "AUTHORITY", "政府部门核发"
    INTERMEDIARY = "INTERMEDIARY", "中介机构出具"
    SHARED = "SHARED", "数据共享获取"


class Catalogue(models.Model):
    """One version of all reference data. Published = frozen: `digest` shows that nothing was changed since."""

    version = models.PositiveIntegerField(unique=True)
    note = models.CharField(max_length=200, blank=True)
    source_digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-version",)
        constraints = [
            models.CheckConstraint(
                name="published_catalogue_is_sealed",
                condition=models.Q(published_at__isnull=True, digest="")
                | models.Q(published_at__isnull=False) & ~models.Q(digest=""),
            )
        ]

    def __str__(self) -> str:
        return f"目录第{self.version}版"

    @property
    def frozen(self) -> bool:
        return self.published_at is not None


class SpecialProcedure(models.Model):
    """特别程序: time that may not count (行政许可法 art. 45)."""

    catalogue = models.ForeignKey(Catalogue, on_delete=models.PROTECT, related_name="specials")
    code = models.CharField(max_length=12)
    name = models.CharField(max_length=40)
    stops_statutory = models.CharField(max_length=4, choices=Stops.choices)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("catalogue", "code"), name="special_once")]

    def __str__(self) -> str:
        return self.name


class ApprovalItem(models.Model):
    """事项. `committed` are working days; a milestone has no department's clock."""

    catalogue = models.ForeignKey(Catalogue, on_delete=models.PROTECT, related_name="items")
    code = models.CharField(max_length=8)
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    stage = models.PositiveSmallIntegerField(choices=Stage.choices)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    lead = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="items")
    lead_text = models.CharField(max_length=60)
    statutory_n = models.PositiveSmallIntegerField(null=True, blank=True)
    statutory_unit = models.CharField(max_length=4, choices=Unit.choices)
    statutory_extend = models.PositiveSmallIntegerField(null=True, blank=True)
    statutory_variants = models.JSONField(default=dict, blank=True)
    statutory_basis = models.CharField(max_length=200, blank=True)
    committed = models.PositiveSmallIntegerField()
    committed_variants = models.JSONField(default=dict, blank=True)
    specials = models.ManyToManyField(SpecialProcedure, related_name="items", blank=True)
    when = models.CharField(max_length=120, blank=True)
    result = models.CharField(max_length=60, blank=True)
    is_milestone = models.BooleanField(default=False)
    outside_target = models.BooleanField(default=False)

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(fields=("catalogue", "code"), name="item_once"),
            models.CheckConstraint(name="item_stage", condition=models.Q(stage__gte=1, stage__lte=4)),
            models.CheckConstraint(
                name="item_limit_has_number",
                condition=models.Q(statutory_unit=Unit.NONE) | models.Q(statutory_n__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Material(models.Model):
    """申请材料. `once` = asked only at the first filing of a project (首次申报时提供)."""

    catalogue = models.ForeignKey(Catalogue, on_delete=models.PROTECT, related_name="materials")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    source = models.CharField(max_length=12, choices=Source.choices)
    form = models.CharField(max_length=8)
    once = models.BooleanField(default=False)
    validity = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("catalogue", "key"), name="material_once")]

    def __str__(self) -> str:
        return self.name


class ItemMaterial(models.Model):
    """A material of an item; `scenario` (情形) empty = always."""

    item = models.ForeignKey(ApprovalItem, on_delete=models.PROTECT, related_name="materials")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="uses")
    scenario = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("item", "position")
        constraints = [models.UniqueConstraint(fields=("item", "material"), name="item_material_once")]


class ScenarioQuestion(models.Model):
    """情形引导: its answer adds or removes steps. `options` = [{"code", "name"}]; `default` if unanswered."""

    catalogue = models.ForeignKey(Catalogue, on_delete=models.PROTECT, related_name="questions")
    code = models.SlugField(max_length=40)
    text = models.CharField(max_length=120)
    options = models.JSONField()
    default = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("catalogue", "code"), name="question_once")]

    def __str__(self) -> str:
        return self.text


class FlowTemplate(models.Model):
    """The flow of one category: steps and links. `budget` = working days per stage {"1": 20, …}."""

    catalogue = models.ForeignKey(Catalogue, on_delete=models.PROTECT, related_name="templates")
    category = models.CharField(max_length=16, choices=Category.choices)
    name = models.CharField(max_length=60)
    budget = models.JSONField()
    target_days = models.PositiveSmallIntegerField(default=70)

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=("catalogue", "category"), name="template_once")]

    def __str__(self) -> str:
        return self.name


class TemplateStep(models.Model):
    """An item in a flow.

    `condition` = {question: [answers]}: in the plan only if every answer fits. `committed_by` and `statutory_by` =
    {question: {answer: days}} where the promise or the law's limit depends on an answer.
    """

    template = models.ForeignKey(FlowTemplate, on_delete=models.PROTECT, related_name="steps")
    item = models.ForeignKey(ApprovalItem, on_delete=models.PROTECT, related_name="uses")
    committed = models.PositiveSmallIntegerField()
    optional = models.BooleanField(default=False)
    parallel = models.BooleanField(default=False)
    condition = models.JSONField(default=dict, blank=True)
    committed_by = models.JSONField(default=dict, blank=True)
    statutory_by = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("template", "position")
        constraints = [models.UniqueConstraint(fields=("template", "item"), name="template_step_once")]


class TemplateLink(models.Model):
    """`after` may be filed once `before` is closed; a soft link is a logical order only, outside the counted path."""

    before = models.ForeignKey(TemplateStep, on_delete=models.PROTECT, related_name="links_out")
    after = models.ForeignKey(TemplateStep, on_delete=models.PROTECT, related_name="links_in")
    hard = models.BooleanField(default=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("before", "after"), name="template_link_once"),
            models.CheckConstraint(name="template_link_not_itself", condition=~models.Q(before=models.F("after"))),
        ]


class CalendarNotice(models.Model):
    """Where the days of a year come from. A later revision replaces an earlier one, which stays for audit."""

    year = models.PositiveSmallIntegerField()
    revision = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=120)
    source = models.CharField(max_length=60)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("year", "revision")
        constraints = [models.UniqueConstraint(fields=("year", "revision"), name="notice_revision_once")]

    def __str__(self) -> str:
        return self.title


class CalendarDay(models.Model):
    """A day that a notice names: a day off, or a working weekend (调休). All other days are plain Mon–Fri."""

    notice = models.ForeignKey(CalendarNotice, on_delete=models.PROTECT, related_name="days")
    date = models.DateField()
    is_working = models.BooleanField()
    name = models.CharField(max_length=20)

    class Meta:
        ordering = ("date",)
        constraints = [models.UniqueConstraint(fields=("notice", "date"), name="calendar_day_once")]

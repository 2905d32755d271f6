"""Lets the script happen: every opening, move and end through the ordinary actions, in the order of their time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from accounts.models import User
from common.workdays import Calendar
from enterprises.models import Enterprise
from proxy_service.actions.project import Opening, change_case_state, open_project
from proxy_service.actions.step import move_step
from proxy_service.demo import book, papers
from proxy_service.demo.acts import Act
from proxy_service.demo.cast import CLIENTS
from proxy_service.demo.script import Story
from proxy_service.demo.travel import Watch
from proxy_service.models import Project, ServiceCase, Step

_MORNING, _NOON_BREAK = time(8, 40), 90  # minutes
_OFFICE_MINUTES = 420  # 8:40 to 11:40, 13:10 to 17:10
_SECTIONS = {"zjj": "section-zjj", "zrzy": "section-zrzy"}


@dataclass(frozen=True, slots=True)
class Days:
    """Working days before today as dates, and moments in office hours."""

    today: date
    calendar: Calendar

    def date(self, day: int) -> date:
        return self.calendar.back(self.today, -day) if day <= 0 else self.calendar.add(self.today, day)

    def at(self, day: int, minute: int) -> datetime:
        minute += _NOON_BREAK if minute >= 180 else 0
        moment = datetime.combine(self.date(day), _MORNING) + timedelta(minutes=minute)
        return moment.replace(tzinfo=timezone.get_default_timezone())


@dataclass(frozen=True, slots=True)
class Happening:
    """`act` None: the opening, or (with `ended`) the end of the service."""

    at: datetime
    story: int
    act: Act | None = None
    ended: bool = False


def happenings(stories: Sequence[Story], days: Days, rng: Random) -> list[Happening]:
    """All of it in the order in which it was entered."""
    found = [one for n, story in enumerate(stories) for one in _of_story(n, story, days, rng)]
    return sorted(found, key=lambda one: one.at)


def _of_story(n: int, story: Story, days: Days, rng: Random) -> Iterator[Happening]:
    yield Happening(days.at(story.opened, rng.randrange(_OFFICE_MINUTES)), n)
    by_day: dict[int, list[Act]] = {}
    for act in story.acts:  # already in the order that the links ask for
        by_day.setdefault(act.entered, []).append(act)
    for day, acts in by_day.items():
        minutes = sorted(rng.sample(range(_OFFICE_MINUTES), len(acts)))
        for minute, act in zip(minutes, acts, strict=True):
            yield Happening(days.at(day, minute), n, act)
    if story.ended is not None:
        yield Happening(days.at(story.ended, rng.randrange(_OFFICE_MINUTES)), n, ended=True)


@dataclass(slots=True)
class Stage:
    """Everything a happening needs."""

    stories: Sequence[Story]
    rows: Sequence[Enterprise]
    people: Mapping[str, User]
    days: Days
    rng: Random
    watch: Watch
    projects: dict[int, Project]
    departments: dict[int, dict[str, tuple[str, str]]]  # story → step → code and short name of its department

    def happen(self, one: Happening) -> None:
        self.watch.moment = one.at
        if one.act is not None:
            self._move(one, one.act)
        elif one.ended:
            self._end(self.stories[one.story], self.projects[one.story])
        else:
            self._open(one.story)

    def _open(self, n: int) -> None:
        story = self.stories[n]
        agent = self.people[story.agent]
        project = open_project(self._opening(n, story), actor=agent)
        # The action draws a code that nobody can guess; here everybody shall find the same one in the README.
        ServiceCase.objects.filter(project=project).update(query_code=story.query_code)
        if story.part.role == "book":
            book.adopt(project, actor=agent)
        steps = Step.objects.filter(project=project).values_list("code", "department__code", "department__short")
        self.projects[n] = project
        self.departments[n] = {code: (department, short) for code, department, short in steps}

    def _opening(self, n: int, story: Story) -> Opening:
        client, part = CLIENTS[story.client], story.part
        today = self.days.date(story.opened)
        mandate = (None, None) if client.assist else (today, _two_years_after(today))
        code = f"{today:%y%m}-{client.district}-04-0{1 + n % 2}-{self.rng.randint(100000, 999999)}" if n % 7 else ""
        return Opening(
            name=part.name,
            short_name=part.short_name,
            enterprise_id=self.rows[story.client].pk,
            category=part.category,
            district=client.district,
            kind="ASSIST" if client.assist else "PROXY",
            lead_agent_id=self.people[story.agent].pk,
            support_agent_id=self.people[story.support].pk,
            code=code,
            level=part.level,
            investment_wan=Decimal(part.wan),
            answers=part.answers,
            mandate_stages=() if client.assist else (1, 2, 3, 4),
            mandate_signed_on=mandate[0],
            mandate_ends_on=mandate[1],
            is_demo=True,
        )

    def _move(self, one: Happening, act: Act) -> None:
        story, project = self.stories[one.story], self.projects[one.story]
        department, short = self.departments[one.story][act.step]
        day = self.days.date(act.day)
        entry = papers.entry(act, day=day, asked_until=self.days.date(act.day + 5), rng=self.rng, department=short)
        occurred = self.days.at(act.day, self.rng.randrange(60)) if act.late else None
        key = f"demo-{one.story}-{act.step}-{act.move}-{act.day}"
        answer = move_step(
            project_id=project.pk,
            code=act.step,
            name=act.move,
            actor=self._who(story, act, department),
            entry=replace(entry, occurred_at=occurred, seen=project.version),
            key=key,
            fingerprint=key,
            calendar=self.days.calendar,
        )
        project.version = answer["version"]

    def _who(self, story: Story, act: Act, department: str) -> User:
        """Mostly the lead agent; now and then the support, or the section for what it decides itself."""
        dice = self.rng.random()
        if department in _SECTIONS and act.move not in ("submit", "achieve") and dice < 0.4:
            return self.people[_SECTIONS[department]]
        return self.people[story.support if dice > 0.85 else story.agent]

    def _end(self, story: Story, project: Project) -> None:
        note = story.part.why or "委托事项全部办结，证照原件已移交企业"
        state, actor = story.part.state, self.people["supervisor1"]
        change_case_state(project_id=project.pk, state=state, note=note, actor=actor, seen=project.version)


def _two_years_after(day: date) -> date:
    return date(day.year + 2, day.month, min(day.day, 28))

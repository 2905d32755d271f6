"""The enterprises: those served (`cast`) and the further liaison points, with the people there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from accounts.models import User
from common.workdays import Calendar
from enterprises.actions.enterprise import add_contact, change_enterprise, register_enterprise
from enterprises.models import Enterprise
from enterprises.rules import ContactFacts, EnterpriseFacts
from proxy_service.demo import cast
from proxy_service.demo.cast import CLIENTS, Client
from proxy_service.demo.names import Register

LIAISON = {"CENTRAL": 9, "CITY": 12, "PRIVATE": 26}
AGREEMENTS = 24
TOUR_PHONE = "13000005678"
_KINDS = (
    ("耐火材料", cast.STONE), ("轧钢", cast.STEEL), ("矿山机械", cast.SPECIAL), ("电缆", cast.MACHINE),
    ("化工", cast.CHEM), ("食品", cast.FOOD), ("包装", cast.CLOTH), ("物流", cast.STORE), ("环保科技", cast.ECO),
    ("软件", cast.TECH),
)  # fmt: skip
_CENTRAL = ("输油", "通信", "油品销售", "铁路货运", "电力勘测", "盐业", "邮政速递")
_CITY = ("公交", "燃气工程", "园林", "粮食储备", "旅游发展", "产业投资", "停车", "环卫")
_STREETS = ("砺新路", "云台街", "澄湖路", "槐荫街", "岱山路", "望舒街")
_DISTRICTS = (
    cast.TIEDONG, cast.TIEXI, cast.LISHAN, cast.QIANSHAN, cast.HAICHENG, cast.TAIAN, cast.XIUYAN,
    cast.LISHAN, cast.TIEXI,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Firm:
    facts: EnterpriseFacts
    contacts: tuple[ContactFacts, ...]
    signed_on: date | None


def invent(rng: Random, *, today: date, calendar: Calendar) -> list[Firm]:
    """Those of `CLIENTS` first and in their order, then the other liaison points."""
    names = Register(rng, taken="".join(client.name for client in CLIENTS))
    served = [(_client_facts(client, names, rng), client) for client in CLIENTS]
    had = Counter(client.ownership for client in CLIENTS if client.liaison)
    others = [
        _liaison_facts(ownership, n, names, rng)
        for ownership, total in LIAISON.items()
        for n in range(total - had[ownership])
    ]
    all_facts = [*(facts for facts, _ in served), *others]
    points = [n for n, facts in enumerate(all_facts) if facts.is_liaison]
    signed = {n: calendar.back(today, rng.randint(15, 235)) for n in rng.sample(points, AGREEMENTS)}
    return [Firm(facts, _people(n, names, rng), signed.get(n)) for n, facts in enumerate(all_facts)]


def _client_facts(client: Client, names: Register, rng: Random) -> EnterpriseFacts:
    kind = "12" if client.ownership == "AUTHORITY" else "91"
    return EnterpriseFacts(
        name=client.name,
        short_name=client.short_name,
        uscc=names.uscc(client.district, kind=kind),
        ownership=client.ownership,
        district=client.district,
        industry=client.industry,
        zone=client.zone,
        address=_address(rng),
        is_liaison=client.liaison,
        is_demo=True,
    )


def _liaison_facts(ownership: str, n: int, names: Register, rng: Random) -> EnterpriseFacts:
    brand, district = names.brand() if ownership == "PRIVATE" else "", rng.choice(_DISTRICTS)
    if ownership == "CENTRAL":
        name, short, industry = f"辽中昀{_CENTRAL[n]}有限公司鞍山分公司", f"辽中昀{_CENTRAL[n]}", cast.POWER
    elif ownership == "CITY":
        name, short, industry = f"鞍山市昀城{_CITY[n]}集团有限公司", f"昀城{_CITY[n]}", cast.ROAD
    else:
        word, industry = rng.choice(_KINDS)
        name, short = f"鞍山{brand}{word}有限公司", f"{brand}{word}"
    district = district if ownership == "PRIVATE" else cast.CITY
    return EnterpriseFacts(
        name=name, short_name=short, uscc=names.uscc(district), ownership=ownership, district=district,
        industry=industry, address=_address(rng), is_liaison=True, is_demo=True,
    )  # fmt: skip


def _address(rng: Random) -> str:
    return f"{rng.choice(_STREETS)}{rng.randint(1, 199)}号"


def _people(n: int, names: Register, rng: Random) -> tuple[ContactFacts, ...]:
    """Of those served two or three people; the clerks of what is going on want every notice, others results."""
    if n < len(CLIENTS) and any(part.role == "tour" for part in CLIENTS[n].parts):
        return (
            ContactFacts(names.person(), "HANDLER", TOUR_PHONE, "ALL"),
            ContactFacts(names.person(), "PROJECT", names.phone(), "ALL"),
        )
    if n >= len(CLIENTS):
        return (ContactFacts(names.person(), "BOSS", names.phone(), "FINISHED"),)
    going = [part.state for part in CLIENTS[n].parts] == ["RUNNING"]
    wish = "ALL" if going else "FINISHED" if CLIENTS[n].liaison and n % 3 == 0 else "NONE"
    clerk = ContactFacts(names.person(), "HANDLER", names.phone(), wish)
    lead = ContactFacts(
        names.person(), "PROJECT", names.phone(), rng.choice(("FINISHED", "NONE", "NONE", "NONE", "NONE", "NONE"))
    )
    boss = ContactFacts(names.person(), "BOSS", names.phone(), "FINISHED")
    return (clerk, lead, boss) if rng.random() < 0.3 else (clerk, lead)


def register(firms: Sequence[Firm], clerks: Sequence[User]) -> list[Enterprise]:
    """Through the ordinary actions, each by its clerk."""
    rows = []
    for firm, clerk in zip(firms, clerks, strict=True):
        row = register_enterprise(firm.facts, actor=clerk)
        for contact in firm.contacts:
            add_contact(row.pk, contact, actor=clerk)
        rows.append(row)
    return rows


def sign(firm: Firm, row: Enterprise, *, clerk: User) -> None:
    """The agreement of a liaison point, recorded on the day of signing."""
    change_enterprise(row.pk, replace(firm.facts, agreement_signed_on=firm.signed_on), actor=clerk)

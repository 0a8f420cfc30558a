"""A book of a fictitious CRM becomes accounts, pools and rules; what is dirty is reported.

Nothing is dropped silently: each row of the files is counted as taken or named as a problem.
"""

import csv
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from accounts.models import Account, Member, OwnerRole, Pool, PoolMember, Team
from accounts.ownership import assign
from config.access.models import User
from config.codes import slug

CHECKOUT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("PORTICO_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
FOLDER = SHARED / "crm"
SECTORS = (
    "technology",
    "medical",
    "retail",
    "software",
    "entertainment",
    "marketing",
    "telecommunications",
    "finance",
    "employment",
    "services",
)
COUNTRIES = {
    "United States": "US",
    "Kenya": "KE",
    "Philippines": "PH",
    "Japan": "JP",
    "Italy": "IT",
    "Norway": "NO",
    "Korea": "KR",
    "Jordan": "JO",
    "Brazil": "BR",
    "Germany": "DE",
    "Panama": "PA",
    "Belgium": "BE",
    "Romania": "RO",
    "Poland": "PL",
    "China": "CN",
}
SINCE = date(2016, 1, 1)


@dataclass
class Converted:
    """What came of the files: rows taken by file, problems by kind, and what was corrected."""

    taken: Counter = field(default_factory=Counter)
    read: Counter = field(default_factory=Counter)
    problems: dict[str, list[str]] = field(default_factory=dict)
    deals: list[dict] = field(default_factory=list)

    def tell(self, kind: str, row: str) -> None:
        self.problems.setdefault(kind, []).append(row)


def rows(name: str) -> list[dict]:
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def convert() -> Converted:
    """Accounts with their parents, one pool for each regional office, and deals with an owner."""
    found = Converted()
    accounts = _accounts(found)
    members = _members(found)
    products = {_plain(row["product"]): row["product"] for row in rows("products.csv")}
    for row in rows("sales_pipeline.csv"):
        found.read["sales_pipeline.csv"] += 1
        _deal(row, found, accounts, members, products)
    _owners(found, accounts, members)
    for name, member in members.items():
        if not any(deal["agent"] == name for deal in found.deals):
            found.tell("agent_without_deals", str(member.user))
    return found


def _plain(text: str) -> str:
    return text.replace(" ", "").lower()


def _meant(text: str, known, kind: str, found: Converted) -> str | None:
    """The known spelling that is meant; both a correction and a riddle are told."""
    if text in known or not text:
        return text or None
    guess = get_close_matches(text, list(known), n=1, cutoff=0.8)
    found.tell(f"{kind}_{'corrected' if guess else 'unknown'}", text)
    return guess[0] if guess else None


def _accounts(found: Converted) -> dict[str, Account]:
    made = {}
    for row in rows("accounts.csv"):
        found.read["accounts.csv"] += 1
        country = _meant(row["office_location"], COUNTRIES, "country", found)
        made[row["account"]] = Account.objects.create(
            code=slug(row["account"]),
            name=row["account"],
            industry=_meant(row["sector"], SECTORS, "sector", found) or "",
            employees=int(row["employees"]),
            country=COUNTRIES.get(country, ""),
            created_on=SINCE,
        )
        found.taken["accounts.csv"] += 1
    for row in rows("accounts.csv"):
        if row["subsidiary_of"]:
            account = made[row["account"]]
            account.parent = made[row["subsidiary_of"]]
            account.save()
    return made


def _members(found: Converted) -> dict[str, Member]:
    made = {}
    for row in rows("sales_teams.csv"):
        found.read["sales_teams.csv"] += 1
        office = row["regional_office"].strip()
        team, _ = Team.objects.get_or_create(code=slug(office), defaults={"name": office})
        pool, _ = Pool.objects.get_or_create(code=slug(office), defaults={"name": office})
        name = row["sales_agent"]
        user = User.objects.create(email=f"{slug(name).lower()}@example.org", name=name)
        made[name] = Member.objects.create(user=user, team=team, role=OwnerRole.AE, starts_on=SINCE)
        PoolMember.objects.create(pool=pool, member=made[name], position=pool.members.count() + 1)
        found.taken["sales_teams.csv"] += 1
    return made


def _deal(row: dict, found: Converted, accounts: dict, members: dict, products: dict) -> None:
    product = products.get(_plain(row["product"]))
    if product != row["product"]:
        found.tell("product_corrected" if product else "product_unknown", row["product"])
    if not row["engage_date"]:
        found.tell("deal_without_date", row["opportunity_id"])
    if not row["account"]:
        found.tell("deal_without_account", row["opportunity_id"])
        return
    if row["account"] not in accounts or row["sales_agent"] not in members:
        found.tell("deal_of_nobody", row["opportunity_id"])
        return
    found.taken["sales_pipeline.csv"] += 1
    found.deals.append({"account": row["account"], "agent": row["sales_agent"], "row": row})


def _owners(found: Converted, accounts: dict, members: dict) -> None:
    """Whoever has won most of an account's deals owns it; among equals the first by name."""
    won = Counter(
        (deal["account"], deal["agent"])
        for deal in found.deals
        if deal["row"]["deal_stage"] == "Won"
    )
    for name, account in accounts.items():
        by = sorted((-count, agent) for (of, agent), count in won.items() if of == name)
        if by:
            assign(
                account=account,
                role=OwnerRole.AE,
                member=members[by[0][1]],
                starts_on=date(2017, 1, 1),
            )

"""A real book of deals: six managers whose win rates say nothing about who is better."""

import csv
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from accounts.models import Opportunity
from portfolio.models import Motion
from tests.factories import AccountFactory, MemberFactory
from tests.factories.figures import figure

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("PORTICO_SHARED_DATA", CHECKOUT.parent / "shared" / "data"))
CRM = SHARED / "crm"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CRM.is_dir(), reason=f"no deals to read in {CRM}"),
]


def rows(name: str) -> list[dict]:
    with (CRM / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def decided() -> list[dict]:
    managers = {row["sales_agent"]: row["manager"] for row in rows("sales_teams")}
    deals = [row for row in rows("sales_pipeline") if row["deal_stage"] in ("Won", "Lost")]
    return [{**row, "manager": managers[row["sales_agent"]]} for row in deals]


def bring(deals: list[dict]) -> dict[str, int]:
    """The deals as offers of their managers; the number of the user of each manager."""
    owners = {name: MemberFactory() for name in sorted({row["manager"] for row in deals})}
    accounts = {name: AccountFactory() for name in {row["account"] for row in deals}}
    Opportunity.objects.bulk_create(
        Opportunity(
            code=row["opportunity_id"],
            account=accounts[row["account"]],
            motion=Motion.ADJACENT_CROSS_SELL,
            origin="import",
            owner=owners[row["manager"]],
            stage=row["deal_stage"].lower(),
            opened_on=date.fromisoformat(row["engage_date"]),
            stage_since=date.fromisoformat(row["close_date"]),
            decided_on=date.fromisoformat(row["close_date"]),
        )
        for row in deals
    )
    return {name: owner.user_id for name, owner in owners.items()}


def test_on_real_deals_no_ranking_of_managers_is_claimed(api):
    """4,238 of 6,711 won; every manager's interval holds the rate of all, so none is better."""
    deals = decided()
    users = bring(deals)
    counts = Counter((users[row["manager"]], row["deal_stage"]) for row in deals)

    answer = figure(
        api, "motion-conversion", start="2016-01-01", end="2018-01-01", group_by="owner"
    )

    assert (answer["numerator"], answer["denominator"]) == (4_238, 6_711)
    groups = {group["key"]["owner"]: group for group in answer["groups"]}
    assert {user: (each["won"], each["lost"]) for user, each in groups.items()} == {
        user: (counts[user, "Won"], counts[user, "Lost"]) for user in users.values()
    }
    assert list(groups) == sorted(groups)  # by number, not by rate
    for each in groups.values():
        assert each["interval"]["low"] < answer["value"] < each["interval"]["high"]
        assert not {"rank", "place", "best"} & each.keys()

"""Figures read what was kept at the last fold and what has changed since: together, the truth."""

from datetime import date, timedelta
from random import Random

import pytest
from django.core.cache import caches

from accounts.models import Account, SubscriptionLine
from accounts.profiles import classify
from accounts.subscriptions import end_line
from metrics.folding import fold
from metrics.registry import metrics
from portfolio.models import Segment
from tests.factories.books import bring
from tests.factories.figures import figure
from tests.metrics.test_elsewhere import CODES

pytestmark = pytest.mark.django_db
PRODUCTS = ["CRM", "MKT", "OPS"]
WINDOW = date(2025, 2, 11), date(2026, 1, 20)
SLICES = [{}, {"group_by": "segment"}, {"segment": "smb"}, {"region": "amer"}, {"product": "MKT"}]


def some_items(chance: Random, accounts: list[str]) -> str:
    rows = []
    for account in accounts:
        for product in chance.sample(PRODUCTS, chance.randint(1, 3)):
            day = date(2024, 1, 5) + timedelta(days=chance.randrange(500))
            for tier in ("base", "pro"):
                end = day + timedelta(days=chance.randint(40, 300))
                rows.append(f"{account} {product} {tier} {day} {end} {chance.choice((500, 1250))}")
                day = end + timedelta(days=chance.choice((0, 0, 30, 60)))
            rows.append(f"{account} {product} base {day} - {chance.choice((900, 30_000))}")
    return "\n".join(rows)


def customers(names: list[str]) -> str:
    places = ("smb emea", "ent emea", "smb amer")
    return "\n".join(f"{name} {places[at % 3]} 2023-06-01" for at, name in enumerate(names))


@pytest.fixture
def changed(tmp_path):
    """A book that was folded, and after that has new customers, leavers and movers."""
    chance, old, new = Random(5), [f"a{n}" for n in range(12)], ["n0", "n1"]  # noqa: S311
    bring(tmp_path, customers(old), some_items(chance, old))
    fold()
    bring(tmp_path, customers(new), some_items(chance, new))
    for line in SubscriptionLine.objects.filter(ends_on=None).order_by("account", "id")[:6]:
        end_line(line=line, on=max(date(2025, 11, 3), line.starts_on + timedelta(days=1)))
    other = Segment.objects.get(code="ent")
    for code in ("a0", "a9"):
        classify(
            account=Account.objects.get(code=code),
            segment=other,
            region=None,
            starts_on=date(2025, 6, 1),
        )


def answers(api, code: str) -> list[dict]:
    """Of the metric in each slice that it knows; nothing that was answered before."""
    caches["metrics"].clear()
    metric, (start, end) = metrics[code], WINDOW
    days = {"start": start, "end": end} if metric.reads.of_a_period else {"on": end}
    return [
        figure(api, code, **days, **some)
        for some in SLICES
        if {*some} <= {*metric.parameters} and some.get("group_by") in (None, *metric.reads.groups)
    ]


def test_what_changed_since_the_fold_is_in_every_figure(changed, api):
    since = {code: answers(api, code) for code in CODES}
    fold()

    assert {code: answers(api, code) for code in CODES} == since
    assert all(answer["n"] for code in CODES for answer in since[code][:1])

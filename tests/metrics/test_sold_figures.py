"""S44, S118, S124: what is paid below the list price, in which form products are sold, and which
rules notice what is worth a call."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from accounts.models import Opportunity, SubscriptionLine
from accounts.subscriptions import end_line
from portfolio.models import Threshold
from tests.accounts.priced import a_bundle, a_charge, sell
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    LineFactory,
    SubscriptionFactory,
    owned_by,
)
from tests.factories.deals import notice, offers
from tests.factories.figures import figure
from tests.factories.people import of_role, program_of
from tests.factories.signals import signal_rule

pytestmark = pytest.mark.django_db

ON = date(2026, 5, 1)
YEAR = {"start": "2024-01-01", "end": "2025-01-01"}


def discounted(amount: int, of: int, starts_on: date, account=None, **facts) -> SubscriptionLine:
    return LineFactory(
        subscription=SubscriptionFactory(account=account or AccountFactory()),
        amount=amount,
        list_amount=Decimal(of),
        starts_on=starts_on,
        **facts,
    )


def dependence(client, **asked) -> dict:
    return figure(client, "incentive-dependence", **{"on": ON, **asked})


def test_the_share_of_revenue_and_of_customers_below_the_list_price(api):
    discounted(80, 100, date(2026, 3, 2))
    discounted(100, 100, date(2026, 1, 1))
    account = discounted(50, 60, date(2025, 2, 1)).account
    discounted(70, 70, date(2025, 2, 1), account=account)

    answer = dependence(api)

    assert (answer["numerator"], answer["denominator"]) == (13_000, 30_000)
    assert answer["customers"]["value"] == pytest.approx(2 / 3)
    assert {row["months_from"]: (row["customers"], row["mrr"]) for row in answer["rows"]} == {
        0: (1, 8_000),
        3: (0, 0),
        6: (0, 0),
        12: (1, 5_000),
        24: (0, 0),
    }
    assert answer["longest_months"] == 15


@pytest.mark.parametrize(("since", "step"), [(2, 0), (1, 3)])
def test_a_month_counts_when_it_is_over(api, since, step):
    discounted(80, 100, date(2026, 2, since))

    assert [row["months_from"] for row in dependence(api)["rows"] if row["customers"]] == [step]


def test_the_threshold_stands_beside_the_months(api):
    discounted(80, 100, date(2026, 2, 1))
    Threshold.objects.filter(code="discount-months").update(value=7)

    assert dependence(api)["threshold_months"] == 7


def test_who_pays_nothing_depends_on_nothing(api):
    discounted(0, 100, date(2026, 2, 1))

    assert (dependence(api)["value"], dependence(api)["n"]) == (None, 0)


def test_a_seller_sees_the_discounts_of_their_customers(api):
    seller = of_role("sales")
    owned_by(seller, account=discounted(80, 100, date(2026, 3, 1)).account)
    discounted(100, 100, date(2026, 3, 1))

    assert dependence(program_of(seller))["value"] == 1
    assert dependence(api)["value"] == pytest.approx(80 / 180)


def share(client, **asked) -> dict:
    answer = figure(client, "bundle-share", **{**YEAR, **asked})
    return {**answer, "of": {row["form"]: row for row in answer["rows"]}}


def test_s47_and_s118_sold_in_a_bundle_by_a_platform_and_alone(api):
    parts = [a_charge(amount) for amount in (99, 79, 149)]
    sell(a_bundle(249, *parts))
    sell(a_bundle(300, *parts, kind="platform"))
    (line,) = sell(parts[0])
    sell(parts[1], subscription=line.subscription, on=date(2024, 8, 1))

    answer = share(api)

    assert {
        form: (row["mrr"], row["new"], row["expansion"]) for form, row in answer["of"].items()
    } == {
        "bundle": (24_900, 24_900, 0),
        "platform": (30_000, 30_000, 0),
        "alone": (17_800, 9_900, 7_900),
    }
    assert answer["value"] == pytest.approx(549 / 727)
    assert answer["parts"] == {"bundle": 24_900, "platform": 30_000, "alone": 17_800}


def test_a_product_that_moves_into_a_bundle_brings_only_what_it_costs_more(api):
    """At 50 alone; in a bundle at 120 its part is 60, and the other product's 60."""
    crm, desk = a_charge(100), a_charge(100)
    (alone,) = sell(crm, amount=Decimal(50))
    end_line(line=alone, on=date(2024, 9, 1))
    suite = a_bundle(120, crm, desk)
    sell(suite, subscription=alone.subscription, on=date(2024, 9, 1))

    assert share(api)["of"]["bundle"]["expansion"] == 1_000 + 6_000


def test_who_comes_back_is_counted_apart(api):
    charge = a_charge(90)
    (line,) = sell(charge, on=date(2023, 1, 1))
    end_line(line=line, on=date(2023, 6, 1))
    sell(charge, subscription=line.subscription, on=date(2024, 5, 1))

    answer = share(api)

    assert (answer["value"], answer["reactivation"]) == (None, 9_000)


def test_lines_that_nobody_decided_to_buy_are_not_sold(api):
    charge = ChargeFactory()
    line = discounted(80, 100, date(2023, 3, 1), charge=charge)
    SubscriptionLine.objects.filter(pk=line.pk).update(ends_on=date(2024, 3, 1))
    facts = {"plan": line.plan, "charge": charge, "product": line.product, "account": line.account}
    SubscriptionLine.objects.create(
        **facts,
        subscription=line.subscription,
        starts_on=date(2024, 3, 1),
        amount=100,
        mrr=10_000,
        previous=line,
        root=line,
        origin="discount_end",
    )

    assert share(api)["value"] is None


def test_forms_are_what_comparing_each_day_with_the_one_before_finds(api):
    """An oracle that knows lines only: product by product, today's money against yesterday's."""
    dice = Random(5)  # noqa: S311
    charges = [a_charge(amount) for amount in (30, 50, 70)]
    suite = a_bundle(120, *charges)
    for _ in range(12):
        begun = date(2023, 11, 1) + timedelta(days=dice.randrange(200))
        first = sell(dice.choice([suite, *charges]), on=begun)
        if dice.random() < 0.5:
            on = begun + timedelta(days=dice.randrange(1, 150))
            end_line(line=first[0], on=on)
            later = on + timedelta(days=dice.choice([0, 0, 40]))
            sell(dice.choice([suite, *charges]), subscription=first[0].subscription, on=later)
    expected: Counter = Counter()
    for account in {line.account for line in SubscriptionLine.objects.all()}:
        lines = list(account.lines.standing())
        for day in (date(2024, 1, 1) + timedelta(days=n) for n in range(366)):
            now = [x for x in lines if x.starts_on <= day and (not x.ends_on or day < x.ends_on)]
            eve = day - timedelta(days=1)
            was = [x for x in lines if x.starts_on <= eve and (not x.ends_on or eve < x.ends_on)]
            kind = (
                "expansion" if was else "back" if any(x.starts_on < day for x in lines) else "new"
            )
            for product in {line.product_id for line in now}:
                held = [x for x in now if x.product_id == product]
                gain = sum(x.mrr for x in held) - sum(x.mrr for x in was if x.product_id == product)
                if gain > 0:
                    form = "bundle" if held[-1].bundle_plan_id else "alone"
                    expected[form, kind] += gain

    found = share(api)

    for form in ("bundle", "alone"):
        row = found["of"][form]
        assert (row["new"], row["expansion"]) == (
            expected[form, "new"],
            expected[form, "expansion"],
        )
    assert found["reactivation"] == expected["bundle", "back"] + expected["alone", "back"]


def test_a_seller_sees_what_was_sold_to_their_customers(api):
    seller, charge = of_role("sales"), a_charge(90)
    (line,) = sell(charge)
    owned_by(seller, account=line.account)
    sell(charge)

    assert share(program_of(seller))["denominator"] == 9_000
    assert share(api)["denominator"] == 18_000


def test_s71_and_s124_the_quality_of_rules(api):
    rule = signal_rule("usage_limit", "capacity_upsell")
    silent = signal_rule("usage_limit", "capacity_upsell")
    for stage, days in [("won", 10), ("adopted", 30), ("lost", 5), ("engaged", 0)]:
        (offer,) = offers(
            stage, opened_on=ON, decided_on=ON + timedelta(days=days) if days else None
        )
        signal = notice(rule, offer.account, ON)
        Opportunity.objects.filter(pk=offer.pk).update(signal=signal)
    for _ in range(3):
        notice(rule, AccountFactory(), ON, reason="cooldown")

    answer = figure(api, "signal-quality", start="2026-01-01", end="2027-01-01")
    (row,) = answer["rows"]

    expected = {
        "rule": rule.code,
        "family": "usage",
        "fired": 4,
        "suppressed": 3,
        "suppressed_cooldown": 3,
        "opened": 4,
        "won": 2,
        "rate": 0.5,
        "median_days": 20,
    }
    assert {name: row[name] for name in expected} == expected
    assert (answer["value"], answer["numerator"], answer["denominator"]) == (0.5, 2, 4)
    assert silent.code not in [each["rule"] for each in answer["rows"]]

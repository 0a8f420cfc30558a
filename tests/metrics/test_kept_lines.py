"""What is kept of lines between folds answers as the lines do, whatever is written meanwhile."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.db.models import F

from accounts.models import SubscriptionLine
from accounts.profiles import classify
from accounts.subscriptions import end_line
from metrics.folding import fold
from metrics.invariants import columns_follow_from_their_rows
from metrics.models import Fold, KeptColumn, TouchedAccount
from metrics.versions import data_version
from tests.accounts.priced import a_bundle, a_charge, sell
from tests.factories import AccountFactory, LineFactory, SegmentFactory, SubscriptionFactory
from tests.factories.figures import facts, figure

pytestmark = pytest.mark.django_db

YEAR = {"start": "2024-01-01", "end": "2025-01-01"}


def sold(client, **asked) -> dict:
    return figure(client, "bundle-share", **YEAR, **asked)


def below(client, **asked) -> dict:
    return figure(client, "incentive-dependence", on="2024-12-01", **asked)


@pytest.fixture
def shop():
    """Three products and a bundle, sold to twelve customers in two segments; every third of
    them has a discount, too."""
    charges = [a_charge(amount) for amount in (30, 50, 70)]
    suite = a_bundle(120, *charges)
    segments = SegmentFactory.create_batch(2)
    for number in range(12):
        account = AccountFactory()
        segment = segments[number % 2]
        classify(account=account, segment=segment, region=None, starts_on=date(2024, 1, 1))
        subscription = SubscriptionFactory(account=account)
        day = date(2024, 1 + number % 6, 3)
        sell([suite, *charges][number % 4], subscription=subscription, on=day)
        if number % 3 == 0:
            LineFactory(
                subscription=SubscriptionFactory(account=account),
                amount=80,
                list_amount=Decimal(100),
                starts_on=day,
            )
    return charges, suite


def as_lines_say(ask, client, **asked) -> dict:
    """The answer without anything that was kept."""
    kept = Fold.objects.get().columns
    Fold.objects.update(columns=None)
    answer = facts(ask(client, **asked))
    Fold.objects.update(columns=kept)
    return answer


def test_slices_of_what_was_sold_add_up_to_the_whole(api, shop):
    charges, suite = shop
    whole = sold(api)["denominator"]

    for by in ("segment", "region", "product", "cohort", "currency"):
        assert sum(each["denominator"] for each in sold(api, group_by=by)["groups"]) == whole
    plans = [suite.plan, *(charge.plan for charge in charges)]
    of_plans = [sold(api, plan=plan.code)["denominator"] for plan in plans]
    # What a bundle sells is of its own plan, and of the plan of each product in it.
    assert sum(of_plans) < whole + of_plans[0]


@pytest.mark.parametrize("ask", [sold, below])
def test_answers_follow_what_is_written_after_columns_were_kept(api, shop, ask):
    fold()
    assert KeptColumn.objects.filter(name__in=["sold_gain", "given_mrr"]).count() == 2
    before = facts(ask(api, group_by="segment"))
    assert as_lines_say(ask, api, group_by="segment") == before

    line = SubscriptionLine.objects.filter(list_amount=100).order_by("pk")[0]
    end_line(line=line, on=date(2024, 9, 1))
    sell(shop[0][0], subscription=line.subscription, on=date(2024, 10, 1))

    after = facts(ask(api, group_by="segment"))
    assert after["denominator"] != before["denominator"]
    assert as_lines_say(ask, api, group_by="segment") == after


def test_what_changes_no_balance_is_told_by_the_accounts_that_were_touched(api, shop):
    """Nobody decided to buy what was migrated, and the ledger has no entry of it. The twin, to
    whom nobody tells of the touched account, still counts it."""
    fold()
    before, position = sold(api)["denominator"], data_version().position
    alone = SubscriptionLine.objects.filter(bundle_plan=None, list_amount=F("amount"))
    line = alone.order_by("pk")[0]

    SubscriptionLine.objects.filter(pk=line.pk).update(origin="migration")

    assert data_version().position == position
    assert list(TouchedAccount.objects.values_list("account", flat=True)) == [line.account_id]
    assert sold(api)["denominator"] == before - line.mrr
    TouchedAccount.objects.all().delete()
    SubscriptionLine.objects.filter(pk=0).update(origin="migration")  # touches nobody
    assert not TouchedAccount.objects.exists()
    caches["metrics"].clear()
    assert sold(api)["denominator"] == before
    assert list(columns_follow_from_their_rows()) == [f"Sold of account {line.account_id}"]


def test_what_is_written_while_columns_are_kept_stays_told(shop):
    """Another fold begins with forgetting who was touched: those that it reads afterwards are
    told again by whoever writes to them."""
    fold()
    (line,) = sell(shop[0][0])
    fold()
    assert not TouchedAccount.objects.exists()

    end_line(line=line, on=date(2024, 5, 1))

    assert TouchedAccount.objects.filter(account=line.account_id).exists()
    assert not list(columns_follow_from_their_rows())

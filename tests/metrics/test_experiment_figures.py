"""S123: what an experiment has shown, and when it is not to be believed."""

from collections import defaultdict
from datetime import date, timedelta
from math import erfc, exp, sqrt
from random import Random

import pytest

from accounts.models import Stage
from tests.factories import AccountFactory, owned_by
from tests.factories.deals import offers
from tests.factories.expansion import experiment
from tests.factories.figures import figure
from tests.factories.people import of_role, program_of

pytestmark = pytest.mark.django_db

BEGIN = date(2026, 1, 1)
ON = "2026-06-30"


def tried(variant, won: int, n: int, *, days: int = 1) -> None:
    """So many accounts of a variant, of which so many bought; begun one after another."""
    for place in range(n):
        stage = Stage.WON if place < won else Stage.LOST
        begun = BEGIN + timedelta(days=place % days)
        offers(stage, variant=variant, opened_on=begun, decided_on=begun)


def results(client, **asked) -> dict:
    return figure(client, "experiment-results", on=ON, **asked)


def test_s123_an_experiment_by_hand(api):
    """The second example of Newcombe 1998: 56 of 70 against 48 of 80."""
    first, second = experiment(weights=(53, 47)).variants.order_by("rank")
    tried(first, 48, 80)
    tried(second, 56, 70)

    answer = results(api)

    assert [(row["variant"], row["n"], row["won"], row["rate"]) for row in answer["rows"]] == [
        ("a", 80, 48, 0.6),
        ("b", 70, 56, 0.8),
    ]
    assert answer["value"] == answer["difference"] == pytest.approx(0.2)
    assert answer["interval"]["low"] == pytest.approx(0.0524, abs=5e-5)
    assert answer["interval"]["high"] == pytest.approx(0.3339, abs=5e-5)
    assert answer["relative_lift"] == pytest.approx(1 / 3)
    z = 0.2 / sqrt(104 / 150 * 46 / 150 * (1 / 70 + 1 / 80))
    assert answer["p_value"] == pytest.approx(erfc(z / sqrt(2)))
    assert answer["warnings"] == []


def test_an_account_in_two_arms_is_in_neither_and_counted(api):
    first, second = experiment().variants.order_by("rank")
    tried(first, 1, 2)
    tried(second, 1, 2)
    both = AccountFactory()
    offers(Stage.WON, variant=first, opened_on=BEGIN, account=both)
    offers(Stage.WON, variant=second, opened_on=BEGIN, account=both)

    answer = results(api)

    assert (answer["in_two_arms"], answer["n"]) == (1, 4)
    assert [(row["n"], row["won"]) for row in answer["rows"]] == [(2, 1), (2, 1)]


def test_an_account_counts_once_however_often_it_was_offered(api):
    first, second = experiment().variants.order_by("rank")
    tried(second, 0, 1)
    often = AccountFactory()
    offers(Stage.LOST, Stage.WON, Stage.WON, variant=first, opened_on=BEGIN, account=often)

    assert [(row["n"], row["won"]) for row in results(api)["rows"]] == [(1, 1), (1, 0)]


def test_s123_a_lopsided_split_comes_before_everything_else_and_few_accounts_are_said(api):
    first, second = experiment(weights=(50, 50)).variants.order_by("rank")
    tried(first, 1, 45)
    tried(second, 9, 15)

    codes = [warning["code"] for warning in results(api)["warnings"]]

    assert codes == ["SAMPLE_RATIO", "INSUFFICIENT_SUPPORT"]
    assert results(api)["sample_ratio_p"] == pytest.approx(1.08e-4, rel=0.01)


def test_the_always_valid_p_is_the_best_of_all_days(api):
    """An oracle in plain arithmetic that looks at the end of every day."""
    first, second = experiment().variants.order_by("rank")
    dice, seen = Random(3), defaultdict(list)  # noqa: S311
    for variant, rate in ((first, 0.1), (second, 0.7)):
        for _ in range(20):
            begun = BEGIN + timedelta(days=dice.randrange(30))
            decided = begun + timedelta(days=dice.randrange(20))
            won = dice.random() < rate
            stage = Stage.WON if won else Stage.LOST
            offers(stage, variant=variant, opened_on=begun, decided_on=decided)
            seen[variant].append((begun, decided if won else None))
    best, tau = 1.0, 0.05
    for day in (BEGIN + timedelta(days=days) for days in range(60)):
        counts = []
        for variant in (first, second):
            n = sum(begun <= day for begun, _ in seen[variant])
            counts.append((sum(bool(won) and won <= day for _, won in seen[variant]), n))
        if not all(n for _, n in counts):
            continue
        (p, n), (q, m) = ((won / n, n) for won, n in counts)
        v = p * (1 - p) / n + q * (1 - q) / m
        if v:
            ratio = exp((p - q) ** 2 * tau**2 / (2 * v * (v + tau**2)))
            best = min(best, 1 / (sqrt(v / (v + tau**2)) * ratio))

    assert best < 1
    assert results(api)["always_valid_p"] == pytest.approx(best)


def test_what_was_not_bought_by_the_day_does_not_count(api):
    first, _ = experiment().variants.order_by("rank")
    offers(Stage.WON, variant=first, opened_on=BEGIN, decided_on=date(2026, 8, 1))

    assert results(api)["rows"][0]["won"] == 0
    later = figure(api, "experiment-results", on="2026-08-01")
    assert (later["rows"][0]["won"], later["value"]) == (1, None)


def test_several_experiments_are_told_apart(api):
    for code, motion in (("one", "tier_upsell"), ("two", "feature_upsell")):
        first, second = experiment(code, motion).variants.order_by("rank")
        tried(first, 1, 2)
        tried(second, 2, 2)

    answer = results(api)
    assert (answer["value"], answer["n"]) == (None, 8)
    assert [(each["key"]["experiment"], each["value"]) for each in answer["groups"]] == [
        ("one", 0.5),
        ("two", 0.5),
    ]
    assert results(api, experiment="two")["value"] == 0.5
    refused = api.get("/api/v1/metrics/experiment-results/?experiment=three")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "unknown_code")


def test_three_variants_are_each_compared_with_the_first(api):
    variants = experiment(weights=(40, 30, 30)).variants.order_by("rank")
    for variant, won in zip(variants, (1, 2, 3), strict=True):
        tried(variant, won, 4)

    compared = results(api)["comparisons"]

    assert [(each["variant"], each["against"], each["difference"]) for each in compared] == [
        ("b", "a", 0.25),
        ("c", "a", 0.5),
    ]


def test_a_seller_sees_what_was_tried_on_their_customers(api):
    seller, account = of_role("sales"), AccountFactory()
    owned_by(seller, account=account)
    first, second = experiment().variants.order_by("rank")
    offers(Stage.WON, variant=first, opened_on=BEGIN, account=account)
    tried(second, 0, 3)

    assert results(program_of(seller))["n"] == 1
    assert results(api)["n"] == 4


def test_its_page_says_whether_it_can_be_believed_and_what_sells_better(admin_client):
    first, second = experiment(weights=(53, 47)).variants.order_by("rank")
    address = f"/admin/accounts/experiment/{first.experiment_id}/change/"
    assert "Sample ratio" not in admin_client.get(address).text
    tried(first, 48, 80)
    tried(second, 56, 70)

    page = admin_client.get(address, {"on": ON})
    (shown,) = [each["data"] for each in page.context["panels"] if "compared" in each["data"]]
    assert [(row["name"], row["n"], row["won"]) for row in shown["rows"]] == [
        (first.name, 80, 48),
        (second.name, 70, 56),
    ]
    text = " ".join(page.text.split())
    assert "20.0 % of customers, between 5.2 % and 33.4 %" in text.replace(" ", " ")
    assert "Sample ratio" in text
    tried(second, 0, 60)
    assert "are not what their weights say" in admin_client.get(address, {"on": ON}).text

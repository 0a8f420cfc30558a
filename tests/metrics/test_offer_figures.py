"""S115, S116: how often offers are won against published bands, and how quickly they pay."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from accounts.models import AccountProfile, Opportunity, Stage
from metrics.definitions.expansion_velocity import velocity
from metrics.definitions.motion_conversion import verdict
from metrics.registry import Interval
from portfolio.models import Benchmark, Motion
from tests.factories import AccountFactory, MemberFactory, ProductFactory, SegmentFactory, owned_by
from tests.factories.deals import offers
from tests.factories.figures import figure
from tests.factories.people import of_role, program_of

pytestmark = pytest.mark.django_db

YEAR = {"start": "2025-01-01", "end": "2026-01-01"}
DAY = date(2025, 3, 1)
TIER, CAPACITY = Motion.TIER_UPSELL, Motion.CAPACITY_UPSELL


def conversion(api, **asked) -> dict:
    answer = figure(api, "motion-conversion", **{**YEAR, **asked})
    return {**answer, "of": {row["motion"]: row for row in answer["rows"]}}


def test_s115_the_rate_is_of_those_decided_and_beside_it_of_all(api):
    offers(*[Stage.WON] * 2, Stage.ADOPTED, *[Stage.LOST] * 9, *[Stage.ENGAGED] * 3)
    offers(Stage.DISQUALIFIED, Stage.DISQUALIFIED)

    answer = conversion(api)

    assert (answer["value"], answer["numerator"], answer["denominator"]) == (0.25, 3, 12)
    row = answer["of"][TIER]
    assert {name: row[name] for name in ("offers", "won", "lost", "open", "rate")} == {
        "offers": 15,
        "won": 3,
        "lost": 9,
        "open": 3,
        "rate": 0.25,
    }
    assert row["won_of_all"] == answer["won_of_all"] == 0.2
    assert (row["band_low"], row["band_high"]) == (0.15, 0.25)


def test_the_share_won_within_a_year_follows_open_offers_and_keeps_lost_ones(api):
    """Of ten, two are won after 30 days, one after 400, three lost, four open since 100 days."""
    told = {"opened_on": date(2025, 1, 10)}
    offers(*[Stage.WON] * 2, *[Stage.LOST] * 3, **told)
    offers(Stage.WON, **told, decided_on=date(2026, 2, 14))
    offers(*[Stage.ENGAGED] * 4, opened_on=date(2025, 12, 1))

    def within(day: str) -> dict:
        return conversion(api, followed_to=day)["within_365"]

    # after 30 days two of ten; the late one counts when its day has come, and not within a year
    assert within("2026-03-11")["share"] == pytest.approx(0.2)
    assert within("2026-03-11")["at_risk"] == 4  # the late one, and the three that are lost
    assert within("2025-02-20")["share"] is None  # none was made a year ago
    assert (
        conversion(api, followed_to="2026-03-11")["of"][TIER]["within_365"]
        == within("2026-03-11")["share"]
    )


@pytest.mark.parametrize(
    ("won", "lost", "said"),
    [
        (5, 20, "insufficient"),
        (6, 24, "inconclusive"),
        (200, 800, "within"),
        (2, 98, "below"),
        (60, 40, "above"),
    ],
)
def test_s115_the_verdict_is_that_of_the_interval(api, won, lost, said):
    offers(*[Stage.WON] * won, *[Stage.LOST] * lost, account=AccountFactory())

    assert conversion(api)["of"][TIER]["verdict"] == said


def test_s115_the_edges_of_a_band_belong_to_it():
    band = (0.15, 0.25)
    says = {
        (low, high): verdict(Interval("wilson", 0.95, low, high), band)
        for low, high in [(0.15, 0.25), (0.10, 0.15), (0.10, 0.1499), (0.25, 0.3), (0.2501, 0.3)]
    }

    assert list(says.values()) == ["within", "inconclusive", "below", "inconclusive", "above"]
    assert verdict(Interval("wilson", 0.95, 0.1, 0.2), (None, None)) is None


def test_the_band_is_the_one_that_was_published_by_then(api):
    offers(*[Stage.WON] * 60, *[Stage.LOST] * 40, account=AccountFactory())
    known = Benchmark.objects.get(key="motion-tier_upsell")
    for day, low in ((date(2025, 6, 1), "0.5"), (date(2026, 6, 1), "0.9")):
        Benchmark.objects.create(
            key=known.key, name="Newer", low=low, high=low, source="A survey", published_on=day
        )
    known.delete()

    assert conversion(api)["of"][TIER]["band_low"] == 0.5


def test_segments_are_those_of_the_day_of_the_offer(api):
    small, large = SegmentFactory(code="small"), SegmentFactory(code="large")
    account = AccountFactory()
    for segment, starts_on, ends_on in (
        (small, date(2020, 1, 1), date(2025, 4, 1)),
        (large, date(2025, 4, 1), None),
    ):
        AccountProfile.objects.create(
            account=account, segment=segment, starts_on=starts_on, ends_on=ends_on
        )
    offers(Stage.WON, account=account)
    offers(Stage.LOST, Stage.LOST, account=account, opened_on=date(2025, 4, 1))

    groups = conversion(api, group_by="segment")["groups"]

    assert [(each["key"]["segment"], each["won"], each["lost"]) for each in groups] == [
        ("small", 1, 0),
        ("large", 0, 2),
    ]
    assert conversion(api, segment="large")["denominator"] == 2


def test_every_slice_is_what_walking_through_the_offers_counts(api):
    """An oracle that knows the offers only: by motion, product and month, and as filters."""
    dice = Random(7)  # noqa: S311
    products = [ProductFactory(code=f"p{n}") for n in range(3)]
    accounts = [AccountFactory(currency=dice.choice(["USD", "EUR"])) for _ in range(9)]
    stages = [Stage.WON, Stage.ADOPTED, Stage.LOST, Stage.LOST, Stage.QUALIFIED, Stage.DEFERRED]
    made = [
        offer
        for _ in range(150)
        for offer in offers(
            dice.choice(stages),
            motion=dice.choice(Motion.values),
            account=dice.choice(accounts),
            product=dice.choice(products),
            opened_on=date(2024, 12, 1) + timedelta(days=dice.randrange(430)),
        )
    ]
    inside = [each for each in made if each.opened_on.year == 2025]

    def counted(rows) -> tuple:
        counts = Counter("won" if r.stage in ("won", "adopted") else r.stage for r in rows)
        return counts["won"], counts["lost"], len(rows)

    def told(answer) -> tuple:
        return answer["won"], answer["lost"], answer["offers"]

    for by, key in (
        ("product", lambda r: r.product.code),
        ("motion", lambda r: str(r.motion)),
        ("currency", lambda r: r.account.currency),
    ):
        groups = {each["key"][by]: told(each) for each in conversion(api, group_by=by)["groups"]}
        assert groups == {
            name: counted([r for r in inside if key(r) == name]) for name in set(map(key, inside))
        }
        assert tuple(map(sum, zip(*groups.values(), strict=True))) == counted(inside)
        for name, expected in groups.items():
            assert told(conversion(api, **{by: name})) == expected
    months = conversion(api, interval="month")["series"]
    assert [told(month) for month in months] == [
        counted([r for r in inside if r.opened_on.month == number]) for number in range(1, 13)
    ]


def test_an_offer_that_is_decided_changes_the_answer_at_once(api):
    (offer,) = offers(Stage.ENGAGED, account=AccountFactory())
    assert conversion(api)["value"] is None
    Opportunity.objects.filter(pk=offer.pk).update(stage=Stage.WON, decided_on=DAY)

    assert conversion(api)["value"] == 1


@pytest.mark.parametrize(
    ("offered", "value", "rate", "days", "a_day"),
    [(40, 25_000, 0.25, 90, 2_777.78), (18, 42_000, 0.24, 78, 2_326.15)],
)
def test_s116_the_published_velocities(offered, value, rate, days, a_day):
    assert velocity(offered, rate, value, days) == pytest.approx(a_day, abs=0.005)


def test_s116_velocity_is_told_with_its_four_factors(api):
    """40 offers, a quarter of them won after 90 days for 25,000 a month each."""
    account = AccountFactory()
    facts = {"account": account, "decided_on": DAY + timedelta(days=90)}
    offers(*[Stage.WON] * 10, expected_mrr=2_500_000, **facts)
    offers(*[Stage.LOST] * 30, expected_mrr=99, **facts)

    answer = figure(api, "expansion-velocity", **YEAR)

    assert answer["value"] == pytest.approx(277_777.78, abs=0.005)
    assert (answer["unit"], answer["currency"]) == ("money_a_day", "USD")
    assert [answer[n] for n in ("offers", "win_rate", "mean_value", "mean_cycle_days")] == [
        40,
        0.25,
        2_500_000,
        90,
    ]


def test_s116_velocity_of_nothing_won_or_won_at_once_is_null(api):
    account = AccountFactory()
    offers(Stage.LOST, account=account)
    assert figure(api, "expansion-velocity", **YEAR)["value"] is None
    offers(Stage.WON, account=account, decided_on=DAY, expected_mrr=100)

    answer = figure(api, "expansion-velocity", **YEAR)

    assert (answer["value"], answer["win_rate"]) == (None, 0.5)
    assert [warning["code"] for warning in answer["warnings"]] == ["ZERO_DENOMINATOR"]


def test_velocities_in_several_currencies_are_not_added_up(api):
    for currency, value in (("USD", 300), ("EUR", 600)):
        offers(Stage.WON, account=AccountFactory(currency=currency), expected_mrr=value)

    answer = figure(api, "expansion-velocity", **YEAR)

    assert answer["warnings"][0]["code"] == "MIXED_CURRENCY"
    assert {each["currency"]: each["value"] for each in answer["groups"]} == {"USD": 10, "EUR": 20}


def test_a_seller_sees_the_offers_to_their_customers(api):
    seller, account = of_role("sales"), AccountFactory()
    owned_by(seller, account=account)
    offers(Stage.WON, account=account)
    offers(Stage.LOST, Stage.LOST)

    assert conversion(program_of(seller))["value"] == 1
    assert conversion(api)["denominator"] == 3


def test_offers_of_one_owner(api):
    member = MemberFactory()
    offers(Stage.WON, owner=member)
    offers(Stage.LOST)

    assert conversion(api, owner=member.user_id)["denominator"] == 1
    groups = conversion(api, group_by="owner")["groups"]
    assert [each["key"]["owner"] for each in groups] == [member.user_id, None]

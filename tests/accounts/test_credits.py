"""Credits: granted, used in one order, never beyond what there is unless somebody said so."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.credits.drawing import AlreadyCorrected, NotEnoughCredits, NoUse, correct
from accounts.credits.granting import KeyTaken, NothingLeft, NotOfThisPack, withdraw
from accounts.credits.statement import statements
from accounts.models import CreditAllocation, CreditDraw, CreditGrant
from config.invariants import invariants
from config.outbox.models import Event
from pricing.burning import NoBurnRate, end_rate
from pricing.models import OnEmpty, PriceInterval
from pricing.resolution import NoPrice
from tests.factories import AccountFactory, ChargeFactory, FeatureFactory, ProductFactory
from tests.factories.credits import (
    CreditTermsFactory,
    CreditUnitFactory,
    burn_table,
    drawn,
    granted,
    noon,
    rate,
)
from tests.factories.prices import PriceBookFactory, flat, published

pytestmark = pytest.mark.django_db

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
DAY = date(2026, 1, 15)


@pytest.fixture
def unit():
    return CreditUnitFactory(code="credits")


@pytest.fixture
def acme():
    return AccountFactory(code="acme")


@pytest.fixture
def features(unit):
    return burn_table(unit)


def statement(account, *, on=DAY):
    (found,) = statements(
        grants=CreditGrant.objects.filter(account=account),
        draws=CreditDraw.objects.filter(account=account),
        on=on,
    )
    return found


def paid_by(draw) -> list:
    rows = draw.allocations.order_by("id").values_list("grant__key", "credits")
    return [(key, int(credits)) for key, credits in rows]


def holds() -> list[str]:
    return [v for entry in invariants.values() for v in entry.violations()]


@pytest.fixture
def spent(acme, unit, features):
    """10,000 a month, all of them used: 2,000 x 1 + 800 x 5 + 200 x 20."""

    def spend(**facts):
        granted(acme, unit, 10_000, JAN, ends_on=FEB, **facts)
        for code, units in {"sends": 2_000, "contacts": 800, "lookups": 200}.items():
            drawn(acme, unit, features[code], units, DAY)

    return spend


def test_s39_ten_thousand_credits_are_used_to_the_last(acme, spent):
    spent()

    found = statement(acme)
    assert (found.granted, found.used, found.balance) == (10_000, 10_000, 0)
    assert list(CreditDraw.objects.values_list("credits", flat=True)) == [2_000, 4_000, 4_000]
    assert holds() == []


def test_s39_the_next_unit_is_refused_where_the_pack_blocks(acme, unit, features, spent):
    spent()
    with pytest.raises(NotEnoughCredits, match="1 credits short"):
        drawn(acme, unit, features["sends"], 1, DAY)

    assert CreditDraw.objects.count() == 3
    assert statement(acme).balance == 0


def test_s39_the_next_unit_is_allowed_where_the_pack_lets_it_and_the_next_grant_pays(
    acme, unit, features, spent
):
    pack = CreditTermsFactory(unit=unit, on_empty=OnEmpty.ALLOW_NEGATIVE).plan
    spent(plan=pack)
    ahead = drawn(acme, unit, features["lookups"], 2, DAY)

    assert (statement(acme).balance, statement(acme).owed) == (-40, 40)
    granted(acme, unit, 100, FEB, key="february")
    assert statement(acme, on=FEB).balance == 60
    assert paid_by(ahead) == [("february", 40)]
    assert statement(acme, on=DAY).balance == -40  # as it was
    assert holds() == []


def test_s39_the_next_unit_has_a_price_where_the_pack_says_so(acme, unit, features, spent):
    terms = CreditTermsFactory(unit=unit)
    charge = ChargeFactory(plan=terms.plan, code="overage", cadence="usage")
    terms.on_empty, terms.overage_charge = OnEmpty.OVERAGE, charge
    terms.full_clean()
    terms.save()
    published(
        PriceBookFactory(segment=None),
        flat(charge, None, model="per_unit", unit_amount=Decimal("0.025")),
    )
    spent(plan=terms.plan)
    over = drawn(acme, unit, features["lookups"], 1, DAY)

    assert (over.credits, over.overage, over.overage_amount) == (20, 20, Decimal("0.50"))
    assert over.overage_price.interval == PriceInterval.MONTH
    found = statement(acme)
    assert (found.balance, found.owed, found.overage_amount) == (0, 0, Decimal("0.50"))
    assert holds() == []


def test_without_the_price_nothing_is_drawn(acme, unit, features, spent):
    terms = CreditTermsFactory(unit=unit)
    charge = ChargeFactory(plan=terms.plan, code="overage", cadence="usage")
    type(terms).objects.update(on_empty=OnEmpty.OVERAGE, overage_charge=charge)
    spent(plan=terms.plan)

    with pytest.raises(NoPrice):
        drawn(acme, unit, features["sends"], 1, DAY)


def test_without_a_pack_the_unit_decides(acme, features, unit):
    with pytest.raises(NotEnoughCredits):
        drawn(acme, unit, features["sends"], 1, DAY)
    unit.on_empty = OnEmpty.ALLOW_NEGATIVE
    unit.save()

    drawn(acme, unit, features["sends"], 3, DAY)
    assert statement(acme).balance == -3


def test_grants_are_used_by_priority_then_free_narrow_ending_and_starting_first(acme, unit):
    product = ProductFactory()
    lookups = FeatureFactory(product=product)
    rate(unit, lookups)
    facts = {
        "late": {},
        "first": {"priority": 1, "cost": Decimal(9)},
        "paid": {"cost": Decimal(1), "ends_on": FEB},
        "ending": {"ends_on": FEB},
        "older": {"starts_on": date(2025, 1, 1)},
        "narrow": {"product": product},
        "elsewhere": {"product": ProductFactory()},
        "over": {"starts_on": date(2025, 1, 1), "ends_on": JAN},
        "to come": {"starts_on": FEB},
    }
    for key, each in facts.items():
        granted(acme, unit, 10, **{"starts_on": JAN, "key": key, **each})
    order = ["first", "narrow", "ending", "older", "late", "paid"]

    assert paid_by(drawn(acme, unit, lookups, 60, DAY)) == [(key, 10) for key in order]
    with pytest.raises(NotEnoughCredits):
        drawn(acme, unit, lookups, 1, DAY)


def test_a_use_that_is_too_large_takes_nothing(acme, unit, features):
    granted(acme, unit, 10, JAN)
    with pytest.raises(NotEnoughCredits, match="10 credits short"):
        drawn(acme, unit, features["lookups"], 1, DAY)

    assert not CreditAllocation.objects.exists()


def test_credits_end_unused(acme, unit):
    granted(acme, unit, 10, JAN, ends_on=FEB)

    assert statement(acme, on=date(2026, 1, 31)).balance == 10
    found = statement(acme, on=FEB)
    assert (found.balance, found.expired, found.granted) == (0, 10, 10)


def test_a_correction_gives_every_grant_back_what_it_paid(acme, unit, features):
    unit.on_empty = OnEmpty.ALLOW_NEGATIVE
    unit.save()
    granted(acme, unit, 10, JAN)
    granted(acme, unit, 5, JAN)
    use = drawn(acme, unit, features["lookups"], 1, DAY)
    assert statement(acme).balance == -5
    undone = correct(draw=use, reason="a test run", at=noon(FEB), on=FEB)

    assert (undone.credits, undone.corrects) == (-20, use)
    assert statement(acme, on=FEB).balance == 15
    assert statement(acme).balance == -5  # it was so, then
    with pytest.raises(AlreadyCorrected):
        correct(draw=use, reason="again", at=noon(FEB), on=FEB)
    with pytest.raises(NoUse):
        correct(draw=undone, reason="again", at=noon(FEB), on=FEB)
    assert holds() == []


def test_what_a_correction_frees_pays_for_what_is_owed(acme, unit, features):
    unit.on_empty = OnEmpty.ALLOW_NEGATIVE
    unit.save()
    granted(acme, unit, 20, JAN, key="all")
    use = drawn(acme, unit, features["lookups"], 1, DAY)
    ahead = drawn(acme, unit, features["sends"], 7, DAY)
    correct(draw=use, reason="never happened", at=noon(DAY), on=DAY)

    assert paid_by(ahead) == [("all", 7)]
    assert (statement(acme).balance, statement(acme).owed) == (13, 0)
    assert holds() == []


def test_what_is_left_of_a_grant_is_taken_back_with_a_reason(acme, unit, features):
    given = granted(acme, unit, 30, JAN)
    drawn(acme, unit, features["lookups"], 1, DAY)
    with pytest.raises(ValidationError, match="Say why"):
        withdraw(grant=given, reason="", at=noon(DAY), on=DAY)
    withdraw(grant=given, reason="granted by mistake", at=noon(DAY), on=DAY)

    found = statement(acme)
    assert (found.withdrawn, found.balance) == (10, 0)
    with pytest.raises(NothingLeft):
        withdraw(grant=given, reason="again", at=noon(DAY), on=DAY)


def test_a_key_stands_for_one_draw_and_one_grant_for_ever(acme, unit, features):
    first = granted(acme, unit, 10, JAN, key="k")
    assert granted(acme, unit, 10, JAN, key="k") == first
    use = drawn(acme, unit, features["sends"], 2, DAY, key="k")
    assert drawn(acme, unit, features["sends"], 2, DAY, key="k") == use

    with pytest.raises(KeyTaken):
        granted(acme, unit, 11, JAN, key="k")
    with pytest.raises(KeyTaken):
        drawn(acme, unit, features["sends"], 3, DAY, key="k")
    assert statement(acme).balance == 8


def test_a_use_costs_what_the_burn_table_says_on_its_day(acme, unit):
    feature = FeatureFactory()
    old = rate(unit, feature, 2)
    rate(unit, feature, 3, starts_on=FEB)
    granted(acme, unit, 100, JAN)
    early, late = (drawn(acme, unit, feature, 4, day) for day in (DAY, FEB))

    assert (early.credits, late.credits, early.rate) == (8, 12, old)
    with pytest.raises(NoBurnRate):
        drawn(acme, unit, FeatureFactory(), 1, DAY)


def test_a_rate_does_not_end_before_what_was_drawn_at_it(acme, unit, features):
    granted(acme, unit, 100, JAN)
    use = drawn(acme, unit, features["sends"], 1, DAY)

    with pytest.raises(IntegrityError, match="drawn at this rate"), transaction.atomic():
        end_rate(rate=use.rate, on=DAY)
    end_rate(rate=use.rate, on=date(2026, 1, 16))


def test_a_grant_of_a_plan_is_of_a_pack_of_the_unit(acme, unit):
    with pytest.raises(NotOfThisPack):
        granted(acme, unit, 10, plan=CreditTermsFactory().plan)


def test_credits_given_away_need_a_reason(acme, unit):
    with pytest.raises(ValidationError, match="given away"):
        granted(acme, unit, 10, reason="")


@pytest.mark.parametrize("table", ["creditgrant", "creditdraw", "creditallocation"])
def test_credits_are_never_edited(table, acme, unit, features):
    granted(acme, unit, 10, JAN)
    drawn(acme, unit, features["sends"], 1, DAY)
    for statement_ in (f"UPDATE accounts_{table} SET credits = 1", f"DELETE FROM accounts_{table}"):
        with (
            pytest.raises(IntegrityError, match="never edited"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement_)


def test_the_database_itself_refuses_to_overspend_a_grant(acme, unit, features):
    given = granted(acme, unit, 10, JAN)
    use = drawn(acme, unit, features["sends"], 1, DAY)

    with pytest.raises(IntegrityError, match="grantbalance_is_not_overspent"):
        CreditAllocation.objects.create(draw=use, grant=given, credits=10, counts_on=DAY)


def test_grants_and_the_last_credit_are_told(acme, unit, features):
    granted(acme, unit, 20, JAN)
    drawn(acme, unit, features["sends"], 19, DAY)
    drawn(acme, unit, features["sends"], 1, DAY)

    events = Event.objects.filter(kind__startswith="credits.").order_by("id")
    assert [(e.kind, e.payload["account"]) for e in events] == [
        ("credits.granted", "acme"),
        ("credits.used_up", "acme"),
    ]


def test_a_statement_costs_two_queries(acme, unit, features, django_assert_num_queries):
    for month in range(1, 6):
        granted(acme, unit, 10, date(2025, month, 1))
    drawn(acme, unit, features["sends"], 1, DAY)
    with django_assert_num_queries(2):
        assert statement(acme).balance == 49

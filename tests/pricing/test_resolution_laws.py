"""Laws of resolution, over any prices in any books."""

from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.models import Charge, Plan, Price, PriceBook
from pricing.offers import Market, Offer, PlanPrices
from pricing.resolution import Ask, Buyer, NoPrice, Resolved, Sheet

ON = date(2026, 6, 1)
SCOPES = [
    ("acme", None, None),
    (None, "smb", "emea"),
    (None, "smb", None),
    (None, None, "emea"),
    (None, None, None),
]
BOOKS = {scope: PriceBook(pk=n, code=f"book-{n}", name=f"b{n}") for n, scope in enumerate(SCOPES)}
PLAN = Plan(pk=1, code="plan", name="plan")
CHARGES = [Charge(pk=n, plan=PLAN, code=f"c{n}", cadence="recurring") for n in (1, 2, 3)]
BUYERS = [Buyer(a, s, r) for a in (None, "acme") for s in (None, "smb") for r in (None, "emea")]
AMOUNTS = st.decimals(0, 1000, places=6)
PRICES = st.dictionaries(st.tuples(st.sampled_from(SCOPES), st.sampled_from(CHARGES)), AMOUNTS)


def sheet(prices: dict) -> Sheet:
    known = {
        (BOOKS[scope].pk, charge.pk, "USD", "month"): Price(
            pk=BOOKS[scope].pk * 10 + charge.pk,
            book=BOOKS[scope],
            charge=charge,
            currency="USD",
            interval="month",
            model="per_unit",
            unit_amount=amount,
            starts_on=ON,
        )
        for (scope, charge), amount in prices.items()
    }
    return Sheet(BOOKS, known, ON)


def total(prices: dict, buyer: Buyer, charge: Charge) -> Decimal | None:
    found = sheet(prices).resolve(Ask(buyer, charge, "USD", "month"))
    return None if isinstance(found, NoPrice) else found.amount.total


def within(buyer: Buyer, scope: tuple) -> bool:
    mine = (buyer.account, buyer.segment, buyer.region)
    return all(wanted in (None, given) for wanted, given in zip(scope, mine, strict=True))


@settings(max_examples=150, deadline=None)
@given(PRICES, st.sampled_from(SCOPES), st.sampled_from(CHARGES), AMOUNTS)
def test_a_price_in_a_book_changes_nothing_outside_of_its_scope(prices, scope, charge, amount):
    after = {**prices, (scope, charge): amount}

    for buyer in BUYERS:
        for other in CHARGES:
            if other != charge or not within(buyer, scope):
                assert total(after, buyer, other) == total(prices, buyer, other)


@settings(max_examples=150, deadline=None)
@given(PRICES, st.sampled_from(BUYERS), st.sampled_from(CHARGES))
def test_the_trace_ends_with_the_price_that_applies(prices, buyer, charge):
    found = sheet(prices).resolve(Ask(buyer, charge, "USD", "month"))

    if isinstance(found, Resolved):
        *passed, taken = found.trace
        assert taken["matched"] == f"/prices/{found.price.pk}/"
        assert all(step["matched"] is None for step in passed)


@settings(max_examples=150, deadline=None)
@given(PRICES, st.sampled_from(BUYERS), st.decimals("0.000001", 99, places=6))
def test_a_total_is_the_sum_of_rounded_lines(prices, buyer, quantity):
    known = PlanPrices({PLAN.pk: CHARGES}, sheet(prices))
    found = known.offer(PLAN, Market(buyer, "USD", "month"), quantity)

    if isinstance(found, Offer):
        exact = [line.resolved.amount.exact for line in found.lines]
        assert len(exact) == len(CHARGES)
        assert found.total == sum(round_cent(amount) for amount in exact)


def round_cent(amount: Decimal) -> Decimal:
    return Decimal(int(amount * 100 + Decimal("0.5"))) / 100

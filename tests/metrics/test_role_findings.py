"""S5, S7, S9: whether customers treat products as the roles that these were given."""

from datetime import date

import pytest
from django.core.cache import caches

from accounts.subscriptions import end_line
from config.findings import Asked, Severity, asked_kinds, check
from metrics.catalog_figures import book
from metrics.folding import fold
from portfolio.models import Product, ProductRole, Threshold
from tests.factories import ChargeFactory, LineFactory, PortfolioFactory, ProductFactory, program
from tests.factories.people import of_role
from tests.portfolio.asking import ON, everything, found

pytestmark = pytest.mark.django_db

BEFORE = date(2025, 1, 10)
ANCHOR, ATTACH = ProductRole.ANCHOR, ProductRole.ATTACH


class Shop:
    """Products by code, and customers who hold them."""

    def product(self, code: str, role=ATTACH, **facts) -> Product:
        facts.setdefault("portfolio", PortfolioFactory(code="home"))
        made = ProductFactory(code=code, name=code, role=role, **facts)
        self.__dict__[code] = ChargeFactory(plan__product=made)
        return made

    def customer(self, *codes: str, starts_on: date = BEFORE, amount: int = 100) -> list:
        lines = []
        for code in codes:
            where = {"subscription": lines[0].subscription} if lines else {}
            facts = {"charge": getattr(self, code), "starts_on": starts_on, "amount": amount}
            lines.append(LineFactory(**facts, **where))
        return lines


@pytest.fixture
def shop() -> Shop:
    return Shop()


def minimum(customers: int) -> None:
    Threshold.objects.filter(code="minimum-support").update(value=customers)


def test_s5_the_entry_share_is_counted_from_first_products(shop, api):
    shop.product("crm", ANCHOR)
    shop.product("desk")
    shop.customer("crm")
    later = shop.customer("desk")
    shop.customer("desk")
    shop.customer("desk")
    LineFactory(
        subscription=later[0].subscription, charge=shop.crm, starts_on=date(2025, 6, 1), amount=9
    )

    (only,) = found("anchor-not-the-way-in")

    assert only.kind.severity == Severity.WARNING
    assert only.found.row.code == "crm"
    assert only.found.facts == {
        "entry_share": 0.25,
        "largest": "desk",
        "largest_share": 0.75,
        "accounts": 4,
    }
    body = api.get("/api/v1/portfolios/home/roles/?on=2026-06-01").json()
    shares = {each["product"]: each["entry_share"] for each in body["products"]}
    assert (body["accounts"], shares) == (4, {"crm": 0.25, "desk": 0.75})


def test_s5_an_anchor_with_the_largest_share_is_as_it_should_be(shop):
    shop.product("crm", ANCHOR)
    shop.product("desk")
    shop.customer("crm")
    shop.customer("desk")

    assert found("anchor-not-the-way-in") == []


def test_s5_who_begins_with_two_products_counts_for_both(shop):
    crm, desk = shop.product("crm", ANCHOR), shop.product("desk")
    shop.customer("crm", "desk")
    shop.customer("desk")

    entries = book(on=ON, months=6).entries

    assert (entries.share(crm), entries.share(desk)) == (0.5, 1.0)


def test_s5_what_is_not_yet_begun_on_the_day_does_not_count(shop):
    crm = shop.product("crm", ANCHOR)
    shop.customer("crm", starts_on=date(2026, 7, 1))

    assert book(on=ON, months=6).entries.share(crm) is None
    assert book(on=date(2026, 7, 1), months=6).entries.share(crm) == 1


def test_s5_a_corrected_beginning_counts_once(shop):
    """A line that is earlier than the first one takes the first entry back."""
    crm, desk = shop.product("crm", ANCHOR), shop.product("desk")
    (line,) = shop.customer("crm")
    LineFactory(
        subscription=line.subscription, charge=shop.desk, starts_on=date(2024, 1, 1), amount=9
    )

    entries = book(on=ON, months=6).entries

    assert (entries.accounts, entries.share(crm), entries.share(desk)) == (1, 0, 1)


@pytest.mark.parametrize(("both", "weak"), [(1, True), (2, False)])
def test_s7_the_best_attach_rate_from_an_anchor_is_judged(shop, both, weak):
    minimum(20)
    shop.product("crm", ANCHOR)
    shop.product("rare", ANCHOR)
    shop.product("voice")
    for number in range(20):
        shop.customer("crm", *["voice"] * (number < both))
    shop.customer("rare", "voice")  # too few to judge

    rows = found("attach-without-affinity")

    assert bool(rows) == weak
    if weak:
        assert rows[0].found.facts == {
            "anchor": "crm",
            "rate": 0.05,
            "holders": 20,
            "both": 1,
            "weak": 0.05,
        }


def test_s7_a_product_that_nobody_holds_is_attached_by_nobody(shop):
    minimum(2)
    shop.product("crm", ANCHOR)
    shop.product("voice")
    shop.customer("crm")
    shop.customer("crm")

    (only,) = found("attach-without-affinity")

    assert only.found.facts["rate"] == 0


def test_s7_too_few_customers_say_nothing(shop, api):
    shop.product("crm", ANCHOR)
    shop.product("voice")
    shop.customer("crm")

    assert found("attach-without-affinity") == []
    body = api.get("/api/v1/portfolios/home/roles/?on=2026-06-01").json()
    assert [each["best_attach"] for each in body["products"]] == [None, None]


@pytest.fixture
def fading(shop):
    """A product that one small customer is left of, beside one that many hold."""
    minimum(2)
    shop.product("crm", ANCHOR)
    fax = shop.product("fax")
    for _ in range(60):
        shop.customer("crm")
    (gone,) = shop.customer("fax")
    end_line(line=gone, on=date(2026, 3, 1))
    shop.customer("fax")
    return fax


def test_s9_a_product_that_drains_is_suggested_for_its_end(fading):
    (only,) = found("sunset-suggested")

    assert only.kind.severity == Severity.INFO
    assert only.found.row == fading
    assert list(only.found.facts) == ["role", "revenue", "accounts", "affinity"]
    assert only.found.facts["revenue"] == {"shares": {"USD": 100 / 6100}, "below": 0.02}
    assert only.found.facts["accounts"]["accounts"] == [2, 2, 2, 1, 1, 1, 1]
    fading.refresh_from_db()
    assert fading.role == ATTACH


@pytest.mark.parametrize("role", ["anchor", "strategic"])
def test_s9_anchors_and_strategic_products_are_never_suggested(fading, role):
    Product.objects.filter(pk=fading.pk).update(role=role)

    assert found("sunset-suggested") == []


def test_s9_each_condition_alone_keeps_a_product(fading, shop, api):
    def holding() -> dict[str, bool]:
        caches["metrics"].clear()
        body = api.get("/api/v1/portfolios/home/roles/?on=2026-06-01").json()
        ending = next(each for each in body["products"] if each["product"] == "fax")["ending"]
        assert ending["suggested"] == all(each["holds"] for each in ending["conditions"])
        return {each["name"]: each["holds"] for each in ending["conditions"]}

    every = {"role": True, "revenue": True, "accounts": True, "affinity": True}
    assert holding() == every
    Threshold.objects.filter(code="sunset-revenue-share").update(value="0.001")
    assert holding() == {**every, "revenue": False}
    Threshold.objects.filter(code="sunset-revenue-share").update(value="0.9")
    Threshold.objects.filter(code="sunset-falling-months").update(value=1)
    assert holding() == {**every, "accounts": False}
    Threshold.objects.filter(code="sunset-falling-months").update(value=6)
    shop.product("paper")
    for _ in range(2):
        shop.customer("fax", "paper", starts_on=date(2026, 2, 1), amount=1)
    assert holding()["affinity"] is False


def test_a_fold_changes_nothing(fading):
    before = [each.found for each in found()]
    fold()
    caches["metrics"].clear()

    assert [each.found for each in found()] == before


def test_who_sees_some_customers_only_is_told_nothing_about_all_of_them(fading):
    asked = Asked(of_role("sales"), ON)

    codes = {kind.code for kind in asked_kinds(asked)}

    assert "modular-without-plan" in codes
    assert not codes & {"anchor-not-the-way-in", "attach-without-affinity", "sunset-suggested"}
    assert "sunset-suggested" not in {each.kind.code for each in check(asked)}


def test_a_key_without_the_scope_of_figures_gets_no_finding_that_stands_on_them(fading):
    def told(client) -> set[str]:
        rows = client.get("/api/v1/findings/?on=2026-06-01").json()["results"]
        return {row["kind"] for row in rows}

    assert "sunset-suggested" in told(program("viewer", "catalog:read", "metrics:read"))
    assert "sunset-suggested" not in told(program("viewer", "catalog:read"))


def test_the_page_of_a_product_says_what_speaks_for_its_end(fading, admin_client):
    page = admin_client.get(f"/admin/portfolio/product/{fading.pk}/change/?on=2026-06-01")

    assert "Does it play its part?" in page.text
    assert "Customers who hold it: 1, and 2 6 months before." in page.text


def test_evidence_is_of_everybodys_customers(shop):
    assert program("sales").get("/api/v1/portfolios/home/roles/").status_code == 403
    assert check(everything()) == []

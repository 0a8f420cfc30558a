"""S24: the asset with most matching tags, then the newest."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from portfolio.assets import best_asset
from portfolio.models import Asset
from tests.factories import AccountFactory, AssetFactory, ProductFactory, owned_by
from tests.factories.people import of_role, program_of

pytestmark = pytest.mark.django_db

ON = date(2026, 6, 1)
BANK = {"industry": "Banking", "employees": 800}


@pytest.fixture
def crm():
    return ProductFactory(code="crm")


def best(crm, **facts):
    return best_asset(**{"product": crm, "on": ON, **BANK, **facts}).asset


def test_s24_most_matching_tags_win(crm):
    AssetFactory(product=crm, published_on=date(2026, 5, 1))
    AssetFactory(product=crm, industry="Banking")
    both = AssetFactory(product=crm, industry="banking", employees_from=500, employees_to=800)

    match = best_asset(product=crm, on=ON, **BANK)

    assert match.asset == both
    assert match.matched == ["product", "industry", "size"]


def test_s24_of_equally_many_the_newest(crm):
    AssetFactory(product=crm, industry="Banking", published_on=date(2026, 1, 1))
    newest = AssetFactory(product=crm, employees_to=1000, published_on=date(2026, 2, 1))
    AssetFactory(product=crm, industry="Banking", published_on=date(2026, 7, 1))

    assert best(crm) == newest


@pytest.mark.parametrize(
    "tags",
    [
        {"industry": "Retail"},
        {"employees_from": 801},
        {"employees_to": 799},
        {"published_on": date(2026, 6, 2)},
    ],
)
def test_an_asset_for_others_is_not_shown(crm, tags):
    AssetFactory(product=crm, **tags)

    assert best(crm) is None


def test_tags_do_not_suit_customers_of_whom_nothing_is_known(crm):
    AssetFactory(product=crm, industry="Banking")
    AssetFactory(product=crm, employees_to=100)
    plain = AssetFactory(product=crm, published_on=date(2020, 1, 1))

    assert best(crm, industry="", employees=None) == plain


def test_a_pair_is_shown_by_what_is_about_the_pair(crm):
    desk, voice = ProductFactory(code="desk"), ProductFactory()
    AssetFactory(product=crm)
    about_both = AssetFactory(product=desk, other_product=crm)
    AssetFactory(product=crm, other_product=voice)

    assert best(crm, other_product=desk) == about_both
    assert best(crm) != about_both


def test_a_kind_is_asked_for(crm):
    AssetFactory(product=crm, kind="demo")
    video = AssetFactory(product=crm, kind="video")

    assert best(crm, kind="video") == video
    assert best(crm, kind="calculator") is None


def test_the_trace_names_every_asset(crm):
    AssetFactory(product=crm, name="Old")
    AssetFactory(product=crm, name="Bank", industry="Banking")
    AssetFactory(product=crm, name="Shop", industry="Retail")

    steps = {step["considered"]: step for step in best_asset(product=crm, on=ON, **BANK).trace}

    assert steps["Bank"]["matched"]
    assert steps["Shop"]["reason"] == "It is for Retail, not Banking."
    assert "Fewer tags match" in steps["Old"]["reason"]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"employees_from": 10, "employees_to": 9}, "cannot be below the smallest"),
        ({"other_product": "itself"}, "must be another one"),
        ({"url": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_a_wrong_asset_is_refused_in_words(crm, facts, sentence):
    if "other_product" in facts:
        facts = {"other_product": crm}
    facts = {"url": "https://example.org/", **facts}

    with pytest.raises(ValidationError, match=sentence):
        Asset(name="A", kind="demo", product=crm, published_on=ON, **facts).full_clean()


def test_the_best_asset_for_an_account(api, crm):
    AccountFactory(code="acme", industry="Banking", employees=800)
    ProductFactory(code="desk")
    asset = AssetFactory(product=crm, industry="Banking")

    answer = api.get("/api/v1/accounts/acme/best-asset/?product=crm&on=2026-06-01")

    assert answer.status_code == 200
    assert answer.json()["asset"]["id"] == asset.pk
    assert answer.json()["matched"] == ["product", "industry"]
    nothing = api.get("/api/v1/accounts/acme/best-asset/?product=desk").json()
    assert (nothing["asset"], nothing["trace"]) == (None, [])
    assert api.get("/api/v1/accounts/acme/best-asset/").status_code == 400


def test_another_ones_account_is_absent(crm):
    seller = of_role("sales")
    mine, other = owned_by(seller), AccountFactory()
    client = program_of(seller)

    assert client.get(f"/api/v1/accounts/{mine.code}/best-asset/?product=crm").status_code == 200
    assert client.get(f"/api/v1/accounts/{other.code}/best-asset/?product=crm").status_code == 404


def test_s24_the_page_of_an_account_shows_what_suits_it(admin_client, crm):
    bank = AccountFactory(industry="Banking", employees=800)
    AssetFactory(product=crm, name="For anybody")
    AssetFactory(product=crm, name="For banks", industry="Banking")
    AssetFactory(product=crm, name="For shops", industry="Retail")

    text = admin_client.get(f"/admin/accounts/account/{bank.pk}/change/").text

    assert text.index("For banks") < text.index("For anybody")
    assert "For shops" not in text

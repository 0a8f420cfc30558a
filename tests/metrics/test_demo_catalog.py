from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Account, SubscriptionLine
from config.access.models import User
from config.codes import slug
from metrics.demo import stock
from metrics.demo.book import make_book
from metrics.demo.catalog import PRODUCTS
from metrics.demo.checks import no_demo_password
from metrics.demo.loading import load_catalog
from metrics.demo.offers import EXTRAS
from metrics.demo.people import PASSWORD, PERSONAS, make_people
from portfolio.models import Product, ProductStatus, Region, Segment
from pricing.bundles import composition
from pricing.comparison import compare
from pricing.models import Charge, Plan, PlanKind, PlanVersion
from tests.metrics.test_demo_figures import held, paid

TODAY = date(2026, 6, 30)


@pytest.fixture
def catalog(db):
    load_catalog(on=TODAY)


def test_the_catalog_is_complete(catalog):
    tiers = sum(len(product.tiers) for product in PRODUCTS)

    assert Product.objects.count() == len(PRODUCTS)
    plans = tiers + len(EXTRAS)
    assert Plan.objects.count() == Charge.objects.count() == plans
    assert PlanVersion.objects.filter(number=1).count() == plans
    assert Plan.objects.filter(kind=PlanKind.TIER).count() == tiers
    assert (Segment.objects.count(), Region.objects.count()) == (3, 4)


def test_every_tier_says_what_it_grants_of_every_feature(catalog):
    for product in Product.objects.exclude(code="mailroom"):
        found = compare(product=product, on=TODAY)

        assert found.rows
        assert all(cell is not None for row in found.rows for cell in row.cells)


def test_the_platform_contains_everything_on_sale(catalog):
    found = composition(plan=Plan.objects.get(code="larkfield-one"), on=TODAY)

    assert len(found.members) == len(PRODUCTS) - 1
    assert all(member.in_version for member in found.members)


def test_the_bundle_has_a_second_version_from_next_month_on(catalog):
    plan = Plan.objects.get(code="front-office")
    first, second = plan.versions.order_by("number")
    parts = [{item.plan.code for item in each.items.all()} for each in (first, second)]

    assert first.ends_on == second.starts_on == date(2026, 7, 1)
    assert second.existing_treatment == "next_boundary"
    assert parts[1] - parts[0] == {"answers-standard"}
    assert parts[0] < parts[1]


def test_loading_it_again_adds_nothing(catalog):
    assert load_catalog(on=date(2027, 1, 1)) == 0


def test_what_somebody_changed_stays_changed(catalog):
    Product.objects.filter(code="crm").update(name="Ours now")

    load_catalog(on=TODAY)

    assert Product.objects.get(code="crm").name == "Ours now"


def test_the_old_product_was_closed_within_the_past_year(catalog):
    mailroom = Product.objects.get(code="mailroom")

    assert date(2025, 6, 30) < mailroom.end_of_sale_on < TODAY < mailroom.end_of_life_on
    assert mailroom.status(on=TODAY) == ProductStatus.CLOSED


def test_codes_are_what_an_import_makes_of_the_texts():
    for product in PRODUCTS:
        assert slug(product.code) == product.code
        assert all(slug(tier.code) == tier.code for tier in product.tiers)


def test_higher_tiers_cost_more():
    for product in PRODUCTS:
        prices = [tier.price for tier in product.tiers]
        assert prices == sorted(set(prices))


def test_the_book_goes_in_as_it_was_made(db):
    book = make_book(on=TODAY, accounts=60)

    stock.load(book, on=TODAY)

    holdings = held(book, TODAY).values()
    live = SubscriptionLine.objects.live(on=TODAY)
    assert live.count() == sum(map(len, holdings))
    assert sum(live.values_list("mrr", flat=True)) == sum(map(paid, holdings))
    assert dict(Account.objects.values_list("code", "name")) == book.names


def test_the_book_adds_nothing_to_the_catalog(db):
    stock.load(make_book(on=TODAY, accounts=60), on=TODAY)

    assert Product.objects.count() == len(PRODUCTS)
    assert not Product.objects.filter(role=None).exists()


def test_every_role_has_somebody_who_can_sign_in(db):
    make_people()

    for persona in PERSONAS:
        user = User.objects.get(email=persona.email)
        assert [group.name for group in user.groups.all()] == [persona.role] * bool(persona.role)
        form = {"login": persona.email, "password": PASSWORD}
        assert Client().post("/signin/", form)["Location"] == "/admin/"


def test_people_who_are_there_stay_as_they_are(db):
    make_people()
    User.objects.filter(email=PERSONAS[1].email).update(name="Renamed")

    assert make_people() == 0
    assert User.objects.get(email=PERSONAS[1].email).name == "Renamed"


def test_a_demo_password_is_an_error_with_debug_off(db, settings):
    make_people()
    settings.DEBUG = False

    (error,) = no_demo_password()

    assert error.id == "metrics.E001"
    assert PERSONAS[0].email in error.msg


def test_a_demo_password_is_fine_with_debug_on(db, settings):
    make_people()
    settings.DEBUG = True

    assert no_demo_password() == []


def test_changed_passwords_and_inactive_people_are_fine(db, settings):
    make_people()
    User.objects.update(is_active=False)
    admin = User.objects.get(email=PERSONAS[0].email)
    admin.set_password("a better one")
    admin.is_active = True
    admin.save()
    settings.DEBUG = False

    assert no_demo_password() == []


def test_the_command_refuses_with_debug_off(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="DEBUG on only"):
        call_command("demo", no_serve=True, stdout=StringIO())

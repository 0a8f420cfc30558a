"""A bundle that is dearer than its parts is never published, whichever of them changes."""

from datetime import date

import pytest

from pricing import publication, versioning
from pricing.dearer import DearerThanItsParts
from pricing.models import PlanVersion, Price
from pricing.publication import NotReady, publish, submit
from pricing.versioning import draft_next
from tests.factories import (
    AccountFactory,
    BundleFactory,
    PlanFactory,
    RegionFactory,
    SegmentFactory,
    UserFactory,
)
from tests.factories.prices import PriceBookFactory, approved, drafted, flat, published
from tests.pricing.offers import DAY, bundled, price_list, priced, sold, three

pytestmark = pytest.mark.django_db

JULY, SEP = date(2026, 7, 1), date(2026, 9, 1)


@pytest.fixture
def parts():
    return three()


@pytest.fixture
def bundle(parts):
    return bundled("bundle", 249, *parts)


def line(plan, amount, **facts):
    return flat(plan.charges.get(), amount, **facts)


def refused(*lines, book=None, on=DAY) -> str:
    release = drafted(book or price_list(), *lines, on=on)
    with pytest.raises(NotReady) as found:
        submit(release=release, by=release.author)
    return str(found.value)


def test_a_bundle_at_328_for_parts_of_327_is_not_submitted(bundle):
    assert refused(line(bundle, 328)) == (
        "bundle would cost 328.00 USD a month from 2026-06-01 on for everybody, and its parts "
        "327.00 separately: it must not be dearer."
    )
    priced(bundle, 327, on=DAY)


def test_a_part_that_becomes_too_cheap_is_not_submitted(bundle, parts):
    _, _, crm = parts

    assert "its parts 248.00 separately" in refused(line(crm, 70))
    priced(crm, 71, on=DAY)


def test_what_changed_since_the_approval_is_looked_at_before_publication(bundle, parts):
    email, analytics, _ = parts
    release = approved(drafted(price_list(), line(email, 30), on=JULY))
    priced(analytics, 10, on=DAY)

    with pytest.raises(NotReady, match=r"its parts 189.00 separately"):
        publish(release=release, by=release.approver, on=DAY)


def test_a_later_change_that_is_published_already_counts(bundle, parts):
    _, _, crm = parts
    priced(crm, 75, on=SEP)

    assert "from 2026-09-01 on" in refused(line(bundle, 260), on=JULY)


def test_the_same_release_may_change_both(bundle, parts):
    _, _, crm = parts
    published(price_list(), line(bundle, 150), line(crm, 50), on=DAY)

    assert Price.objects.live().filter(charge__plan=crm, starts_on=DAY).exists()


def test_books_fall_through_to_the_parts_of_others(bundle, parts):
    smb, emea = SegmentFactory(code="smb"), RegionFactory(code="emea")
    book = PriceBookFactory(segment=smb)

    assert "for segment smb" in refused(line(bundle, 400), book=book)
    priced(bundle, 320, book=book)
    regional = PriceBookFactory(segment=None, region=emea)
    assert "for segment smb in region emea" in refused(line(parts[0], 90), book=regional)
    AccountFactory(code="acme")
    contract = PriceBookFactory(segment=None, account_code="acme")
    assert "for the customer acme" in refused(line(parts[2], 50), book=contract)


def test_each_currency_and_interval_is_held_against_its_own(bundle, parts):
    yearly = {"interval": "year"}
    lines = [line(part, 1000, **yearly) for part in parts]

    assert "3001.00 USD a year" in refused(line(bundle, 3001, **yearly), *lines)
    published(price_list(), line(bundle, 9999, currency="EUR"), on=DAY)  # no part has EUR


def test_a_version_with_less_in_it_is_not_published(bundle, parts):
    drafted_version = draft_next(version=bundle.versions.get(), starts_on=DAY)
    drafted_version.items.filter(plan__code="crm").delete()

    with pytest.raises(DearerThanItsParts, match=r"its parts 178.00 separately"):
        versioning.publish(version=drafted_version, existing_treatment="keep")
    drafted_version.refresh_from_db()
    assert drafted_version.state == "draft"
    assert PlanVersion.objects.get(number=1, plan=bundle).ends_on is None


def test_a_part_counts_in_the_quantity_that_the_bundle_has_of_it(parts):
    email, _, crm = parts
    seats = {"model": "per_unit", "unit_amount": 149}
    priced(crm, None, on=date(2026, 2, 1), **seats)
    bundle = bundled("bundle", None, email, crm, crm=2)
    priced(bundle, 397, on=date(2026, 2, 1))

    assert "its parts 397.00 separately" in refused(line(bundle, 398))


def test_without_a_price_for_every_part_there_is_nothing_to_compare(parts):
    bundle = bundled("bundle", 10_000, *parts, PlanFactory())

    assert bundle.charges.get().prices.live().exists()


def test_a_platform_is_held_against_what_is_on_sale(parts):
    platform = BundleFactory(code="one", kind="platform", portfolio=parts[0].product.portfolio)
    priced(platform, 327)
    sold("meet", 20)

    priced(platform, 347, on=DAY)
    assert "its parts 347.00" in refused(line(platform, 348), on=JULY)


def test_a_check_costs_the_same_for_many_lines(bundle, parts, django_assert_max_num_queries):
    for count in (1, 3):
        lines = [line(part, 100) for part in parts[:count]]
        release = drafted(price_list(), *lines, on=DAY)
        with django_assert_max_num_queries(40):
            submit(release=release, by=UserFactory())
    assert publication.PriceRelease.objects.filter(state="in_review").count() == 2

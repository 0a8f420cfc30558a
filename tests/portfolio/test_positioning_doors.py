"""Rows of positioning over REST and in the admin: made, changed, refused in words, told of."""

import pytest

from config.outbox.models import Event
from portfolio.models import Region
from tests.factories import (
    ChannelFactory,
    PlanFactory,
    ProductFactory,
    RegionCountryFactory,
    RegionFactory,
    SegmentFactory,
    SunsetPlanFactory,
    TargetingFactory,
)

pytestmark = pytest.mark.django_db

JSON = "application/json"
ROWS = {
    "region-countries": ({"region": "emea", "country": "DE"}, {"country": "FR"}),
    "targetings": (
        {"product": "crm", "segment": "smb", "posture": "lead", "max_products": 2},
        {"posture": "exclude"},
    ),
    "channels": (
        {"product": "crm", "segment": "smb", "motion": "tier_upsell", "owner_model": "csm_led"},
        {"motion": None},
    ),
    "assets": (
        {
            "name": "A tour",
            "kind": "demo",
            "product": "crm",
            "other_product": "desk",
            "industry": "Retail",
            "employees_from": 10,
            "employees_to": 500,
            "url": "https://example.org/tour",
            "message": "Begin here.",
            "published_on": "2026-01-01",
        },
        {"other_product": None},
    ),
    "sunset-plans": (
        {
            "product": "desk",
            "successor": "crm",
            "no_successor": False,
            "reason": "Old",
            "notice_days": 90,
            "announced_on": "2026-01-01",
        },
        {"successor": None, "no_successor": True},
    ),
    "segment-enablements": (
        {"product": "crm", "segment": "smb", "note": "Because"},
        {"note": ""},
    ),
    "plan-enablements": ({"product": "crm", "plan": "pro", "note": "Because"}, {"note": ""}),
}


@pytest.fixture
def catalog():
    SegmentFactory(code="smb")
    RegionFactory(code="emea")
    ProductFactory(code="crm")
    ProductFactory(code="desk")
    PlanFactory(code="pro")


@pytest.mark.parametrize("path", ROWS)
def test_a_row_is_made_read_changed_and_deleted(api, catalog, path):
    facts, change = ROWS[path]
    url = f"/api/v1/{path}/"

    made = api.post(url, facts, JSON)
    row = f"{url}{made.json()['id']}/"
    changed = api.patch(row, change, JSON)

    assert made.status_code == 201
    assert {name: made.json()[name] for name in facts} == facts
    assert changed.json() == {**made.json(), **change}
    assert api.get(url).json()["results"] == [changed.json()]
    assert api.delete(row).status_code == 204
    subjects = Event.objects.filter(subject=row.removeprefix("/api/v1"))
    assert [event.payload["change"] for event in subjects.order_by("id")] == [
        "added",
        "changed",
        "deleted",
    ]


@pytest.mark.parametrize("path", sorted(ROWS.keys() - {"assets"}))
def test_the_same_row_twice_is_a_conflict(api, catalog, path):
    facts, _ = ROWS[path]
    api.post(f"/api/v1/{path}/", facts, JSON)

    assert api.post(f"/api/v1/{path}/", facts, JSON).status_code == 409


@pytest.mark.parametrize(
    ("path", "facts", "status", "words"),
    [
        ("region-countries", {"region": "emea", "country": "de"}, 400, "Two capital letters"),
        ("channels", {"owner_model": "csm_led"}, 400, "Name a product, a segment or a motion"),
        ("channels", {"motion": "", "product": "crm", "owner_model": "csm_led"}, 400, "motion"),
        ("channels", {"product": "crm", "owner_model": "boss"}, 400, "owner_model"),
        (
            "sunset-plans",
            {"product": "crm", "reason": "x", "notice_days": 1},
            400,
            "Name a successor, or say that there is none.",
        ),
        (
            "sunset-plans",
            {"product": "crm", "successor": "crm", "reason": "x", "notice_days": 1},
            400,
            "cannot be its own successor",
        ),
        (
            "sunset-plans",
            {"product": "crm", "no_successor": True, "reason": "x", "notice_days": -1},
            400,
            "notice_days",
        ),
    ],
)
def test_wrong_rows_are_refused_in_words(api, catalog, path, facts, status, words):
    answer = api.post(f"/api/v1/{path}/", facts, JSON)

    assert answer.status_code == status
    assert words in str(answer.json())


def test_a_country_is_in_one_region(api, catalog):
    RegionCountryFactory(country="DE")

    answer = api.post("/api/v1/region-countries/", {"region": "emea", "country": "DE"}, JSON)

    assert answer.status_code == 409
    assert "This country is in a region already." in answer.json()["detail"]


def test_the_region_of_a_country():
    there = RegionCountryFactory(country="DE").region

    assert list(Region.objects.of_country("DE")) == [there]
    assert list(Region.objects.of_country("FR")) == []


def test_what_others_name_stays(api, catalog):
    TargetingFactory(product=ProductFactory(code="kept"))

    answer = api.delete("/api/v1/products/kept/")

    assert (answer.status_code, answer.json()["code"]) == (409, "in_use")


def test_a_channel_that_is_there_already_says_so_beside_a_field(admin_client):
    there = ChannelFactory(segment=SegmentFactory())

    answer = admin_client.post(
        "/admin/portfolio/channel/add/",
        {"product": there.product_id, "segment": there.segment_id, "owner_model": "hybrid"},
    )

    assert "Another channel has the same product, segment and motion" in answer.text
    assert list(answer.context["adminform"].form.errors) == ["segment"]


def test_a_targeting_without_a_product_is_changed_in_the_admin(admin_client):
    row = TargetingFactory(product=None)

    answer = admin_client.post(
        f"/admin/portfolio/targeting/{row.pk}/change/",
        {"opened": row.version, "segment": row.segment_id, "posture": "lead", "max_products": 2},
    )

    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.posture, row.max_products) == ("lead", 2)


def test_a_plan_without_successor_says_so_beside_the_field(admin_client):
    product = ProductFactory()

    answer = admin_client.post(
        "/admin/portfolio/sunsetplan/add/",
        {"product": product.pk, "reason": "Old", "notice_days": 30},
    )

    found = answer.context["adminform"].form.errors
    assert list(found) == ["successor"]
    assert "Name a successor, or say that there is none." in str(found)


def test_countries_are_kept_on_the_page_of_their_region(admin_client):
    region = RegionFactory()

    admin_client.post(
        f"/admin/portfolio/region/{region.pk}/change/",
        {
            "opened": region.version,
            "name": region.name,
            "rank": region.rank,
            "countries-TOTAL_FORMS": 1,
            "countries-INITIAL_FORMS": 0,
            "countries-0-country": "DE",
            "countries-0-region": region.pk,
        },
    )

    assert [row.country for row in region.countries.all()] == ["DE"]


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("targeting", "Say for each segment what to lead with"),
        ("channel", "Until a channel says otherwise"),
        ("asset", "something to show to a customer"),
        ("sunsetplan", "say here what its customers get instead"),
    ],
)
def test_an_empty_list_says_what_to_do(admin_client, model, hint):
    assert hint in admin_client.get(f"/admin/portfolio/{model}/").text


def test_the_page_of_a_product_shows_where_it_is_offered(admin_client):
    row = TargetingFactory(segment=SegmentFactory(name="Small firms"), posture="lead")

    page = admin_client.get(f"/admin/portfolio/product/{row.product_id}/change/")

    assert "Small firms" in page.text
    assert "Lead with it" in page.text


def test_a_strategic_product_is_asked_what_it_enables(admin_client):
    product = ProductFactory(role="strategic")

    page = admin_client.get(f"/admin/portfolio/product/{product.pk}/change/")

    assert f"/admin/portfolio/segmentenablement/add/?product={product.pk}" in page.text
    assert f"/admin/pricing/planenablement/add/?product={product.pk}" in page.text


def test_sunset_plans_are_filtered(api, catalog):
    plan = SunsetPlanFactory()

    rows = api.get(f"/api/v1/sunset-plans/?product={plan.product.code}&no_successor=true").json()

    assert [row["id"] for row in rows["results"]] == [plan.pk]

"""Publishing a version is a decision: the one before ends, and what is published is kept."""

from datetime import date

import pytest
from django.urls import reverse

from config.outbox.models import Event
from pricing.models import BundleItem, PlanVersion
from pricing.versioning import (
    AlreadyPublished,
    DayTaken,
    EmptyBundle,
    NoTreatment,
    draft_next,
    publish,
)
from tests.factories import (
    BundleFactory,
    BundleItemFactory,
    EntitlementFactory,
    PlanFactory,
    PlanVersionFactory,
    UserFactory,
    published,
)
from tests.factories.people import Program

pytestmark = pytest.mark.django_db

JSON = "application/json"
LATER = date(2026, 1, 1)


def days(plan) -> list[tuple]:
    rows = PlanVersion.objects.filter(plan=plan).order_by("number")
    return [(row.state, row.starts_on, row.ends_on) for row in rows]


def test_the_version_before_ends_where_the_new_one_begins():
    plan = published(PlanFactory()).plan
    draft = PlanVersionFactory(plan=plan, number=2, starts_on=LATER)

    publish(version=draft, existing_treatment="keep")

    assert days(plan) == [
        ("published", date(2020, 1, 1), LATER),
        ("published", LATER, None),
    ]


def test_a_version_before_a_later_one_ends_where_that_begins():
    plan = published(PlanFactory(), starts_on=LATER, number=2).plan
    draft = PlanVersionFactory(plan=plan, existing_treatment="policy")

    publish(version=draft)

    assert days(plan)[0] == ("published", date(2020, 1, 1), LATER)


def test_who_publishes_says_what_happens_to_existing_customers():
    draft = PlanVersionFactory()

    with pytest.raises(NoTreatment):
        publish(version=draft)
    assert publish(version=draft, existing_treatment="gains_only").existing_treatment


def test_nothing_is_published_twice_nor_two_on_one_day():
    version = published(PlanFactory())

    with pytest.raises(AlreadyPublished):
        publish(version=version, existing_treatment="keep")
    with pytest.raises(DayTaken):
        publish(version=PlanVersionFactory(plan=version.plan, number=2), existing_treatment="keep")


def test_an_empty_bundle_is_not_published():
    draft = PlanVersionFactory(plan=BundleFactory())

    with pytest.raises(EmptyBundle):
        publish(version=draft, existing_treatment="keep")


def test_other_systems_are_told():
    plan = published(PlanFactory()).plan
    Event.objects.all().delete()

    publish(
        version=PlanVersionFactory(plan=plan, number=2, starts_on=LATER),
        existing_treatment="keep",
    )

    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["plan_version.changed", "plan_version.changed", "plan_version.published"]
    assert Event.objects.latest("id").payload == {
        "plan": plan.code,
        "number": 2,
        "starts_on": "2026-01-01",
        "ends_on": None,
    }


def test_the_next_draft_grants_what_the_version_does():
    item = BundleItemFactory(quantity=3)
    version = EntitlementFactory(plan_version=item.plan_version).plan_version
    BundleItem.objects.create(plan_version=version, plan=PlanFactory(), is_composed=True)
    publish(version=version, existing_treatment="keep")

    draft = draft_next(version=version, starts_on=LATER)

    assert (draft.number, draft.state, draft.existing_treatment) == (2, "draft", None)
    assert draft.entitlements.get().quantity == 10
    assert (draft.items.get().plan, draft.items.get().quantity) == (item.plan, 3)
    assert version.entitlements.count() == 1


@pytest.fixture
def person(db):
    """A person with a session who may do everything, as careful as a program."""
    client = Program(raise_request_exception=False)
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def test_a_person_publishes_over_rest(person):
    draft = PlanVersionFactory()
    place = f"/api/v1/plan-versions/{draft.pk}/"
    tag = {"If-Match": person.get(place).headers["ETag"]}

    answer = person.post(
        f"{place}publish/", {"existing_treatment": "keep"}, content_type=JSON, headers=tag
    )

    assert (answer.status_code, answer.json()["state"]) == (200, "published")
    again = person.post(f"{place}publish/", {}, content_type=JSON, headers={"If-Match": "*"})
    assert (again.status_code, again.json()["code"]) == (409, "already_published")


def test_a_key_never_publishes(api):
    draft = PlanVersionFactory(existing_treatment="keep")

    answer = api.post(f"/api/v1/plan-versions/{draft.pk}/publish/", {}, content_type=JSON)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert PlanVersion.objects.get().state == "draft"


def test_a_program_drafts_the_next_version(api):
    version = published(PlanFactory())
    place = f"/api/v1/plan-versions/{version.pk}/"
    tag = {"If-Match": api.get(place).headers["ETag"]}

    answer = api.post(f"{place}draft/", {"starts_on": "2026-01-01"}, content_type=JSON, headers=tag)

    assert answer.status_code == 201
    assert answer.json().items() >= {"number": 2, "state": "draft"}.items()


def page(name: str, *args) -> str:
    return reverse(f"admin:pricing_planversion_{name}", args=args)


def test_a_version_is_published_on_its_page(admin_client):
    draft = PlanVersionFactory()

    asked = admin_client.get(page("publish", draft.pk))
    admin_client.post(page("publish", draft.pk), {"existing_treatment": "keep"})

    assert "nothing of it can be changed" in asked.text
    assert PlanVersion.objects.get().state == "published"


def test_a_refused_publication_says_why_and_loses_nothing(admin_client):
    version = published(PlanFactory())

    answer = admin_client.post(page("publish", version.pk), {"existing_treatment": "policy"})

    assert "is published since 2020-01-01 already" in answer.text
    assert '<option value="policy" selected' in answer.text


def test_the_next_version_is_drafted_on_the_page(admin_client):
    version = published(PlanFactory())

    admin_client.post(page("draft_next", version.pk), {"starts_on": "2026-01-01"})

    assert days(version.plan)[1] == ("draft", LATER, None)


def test_what_a_published_version_grants_is_only_looked_at(admin_client):
    row = EntitlementFactory()
    inputs = 'name="entitlements-0-quantity"'

    assert inputs in admin_client.get(page("change", row.plan_version_id)).text
    publish(version=row.plan_version, existing_treatment="keep")
    shown = admin_client.get(page("change", row.plan_version_id)).text
    assert inputs not in shown
    assert row.feature.name in shown

"""Taking less: what would be lost of what is used, what would be exceeded, and what they did."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.downgrades import AlreadyDecided, NothingHeld, OtherProduct, decided, impact, show
from accounts.models import DowngradeReminder, SubscriptionFeedback
from config.audit.history import history_of
from config.outbox.models import Event
from tests.accounts.priced import a_charge, sell
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    FeatureFactory,
    PlanFactory,
    ProductFactory,
    SubscriptionFactory,
    UsageDayFactory,
    program,
    published,
)
from tests.factories.protection import locked

pytestmark = pytest.mark.django_db

JSON = "application/json"
ON = date(2026, 5, 1)


@pytest.fixture
def plans():
    crm = ProductFactory(code="crm")
    for code, kind, facts in (
        ("users", "quantity", {}),
        ("storage", "quantity", {"on_exceed": "grace", "grace_days": 30}),
        ("seats", "quantity", {"on_exceed": "read_only"}),
        ("api", "flag", {}),
        ("audit", "flag", {}),
    ):
        FeatureFactory(code=code, product=crm, value_type=kind, **facts)
    found = {}
    for rank, (code, grants) in enumerate(
        {
            "basic": {"users": 5, "storage": 10, "seats": 3},
            "pro": {"users": 25, "storage": 100, "seats": 9, "api": True, "audit": True},
        }.items(),
        start=1,
    ):
        found[code] = PlanFactory(code=code, product=crm, rank=rank)
        published(found[code], **grants)
    return found


@pytest.fixture
def agreement(plans):
    account = AccountFactory(code="acme")
    subscription = SubscriptionFactory(account=account, code="acme-1", starts_on=date(2024, 3, 1))
    sell(a_charge(99, plan=plans["pro"]), subscription=subscription)
    return subscription


def use(agreement, code: str, value, *, days_ago: int = 0):
    feature = FeatureFactory._meta.model.objects.get(code=code)
    day = ON - timedelta(days=days_ago)
    UsageDayFactory(account=agreement.account, feature=feature, day=day, value=value)


def test_s93_what_is_used_and_would_be_lost_is_told_by_days(agreement, plans):
    for days_ago in (0, 29, 30, 89, 90):
        use(agreement, "api", 2, days_ago=days_ago)

    found = impact(subscription=agreement, to_plan=plans["basic"], on=ON)

    (loss,) = found.used_losses
    assert (loss.feature.code, loss.use.days_30, loss.use.days_90) == ("api", 2, 4)
    assert (loss.use.total_30, loss.use.total_90) == (4, 8)
    assert {each.feature.code for each in found.losses} == {
        "users",
        "storage",
        "seats",
        "api",
        "audit",
    }


def test_s62_and_s93_limits_that_would_be_exceeded_say_what_happens_and_none_is_deleted(
    agreement, plans
):
    use(agreement, "users", 6)
    use(agreement, "storage", 11)
    use(agreement, "seats", 3)

    found = impact(subscription=agreement, to_plan=plans["basic"], on=ON)

    assert [(e.feature.code, e.used, e.limit, e.behaviour, e.grace_until) for e in found.exceeded] \
        == [
            ("users", 6, 5, "block_new", None),
            ("storage", 11, 10, "grace", date(2026, 5, 31)),
        ]  # fmt: skip


def test_s62_without_a_plan_everything_that_the_subscription_grants_is_lost(agreement):
    use(agreement, "seats", 1)

    found = impact(subscription=agreement, to_plan=None, on=ON)

    assert [(e.feature.code, e.limit, e.behaviour) for e in found.exceeded] == [
        ("seats", 0, "read_only")
    ]


def test_what_another_subscription_grants_stays(agreement, plans):
    use(agreement, "api", 1)
    other = SubscriptionFactory(account=agreement.account, starts_on=date(2024, 3, 1))
    sell(ChargeFactory(plan=plans["pro"], code="again"), subscription=other, amount=Decimal(1))

    assert impact(subscription=agreement, to_plan=plans["basic"], on=ON).losses == []


def test_s93_locks_that_would_be_lost_are_named(agreement, plans):
    locked(agreement.lines.get())

    found = impact(subscription=agreement, to_plan=plans["basic"], on=ON)
    assert "price" in {lock["protects"] for lock in found.locks}


def test_only_a_tier_of_a_product_that_they_hold_can_be_instead(agreement, plans):
    with pytest.raises(OtherProduct):
        impact(subscription=agreement, to_plan=PlanFactory(), on=ON)
    with pytest.raises(NothingHeld):
        impact(subscription=agreement, to_plan=plans["basic"], on=date(2024, 2, 1))


def test_looking_is_kept_once_a_day_and_the_outcome_once(agreement, plans):
    use(agreement, "api", 1)
    found = impact(subscription=agreement, to_plan=plans["basic"], on=ON)
    reminder = show(found=found)

    assert show(found=found) == reminder
    assert (reminder.features_lost, reminder.limits_exceeded) == (["api"], [])
    decided(reminder=reminder, outcome="kept", on=ON)
    decided(reminder=reminder, outcome="kept", on=ON)
    with pytest.raises(AlreadyDecided):
        decided(reminder=reminder, outcome="downgraded", on=ON)
    event = Event.objects.get(kind="downgrade.decided")
    assert event.payload == {"subscription": "acme-1", "to": "basic", "outcome": "kept"}


def test_s93_the_impact_over_rest_is_kept_as_shown_and_answered(agreement):
    use(agreement, "api", 1)
    client = program("revops")
    page = "/api/v1/subscriptions/acme-1/downgrade-impact/?to=basic&on=2026-05-01"

    unseen = client.get(f"{page}&shown=false")
    assert unseen.json()["reminder"] is None
    assert not DowngradeReminder.objects.exists()
    seen = client.get(page)
    again = client.get(page)

    assert seen.status_code == 200
    assert [loss["feature"] for loss in seen.json()["used_losses"]] == ["api"]
    assert seen.json()["reminder"] == again.json()["reminder"]
    reminder = DowngradeReminder.objects.get()
    assert history_of(reminder)[0].actor
    row = f"/api/v1/downgrade-reminders/{reminder.pk}/"
    body = {"outcome": "kept", "on": "2026-05-02"}
    answer = client.post(f"{row}outcome/", body, content_type=JSON)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "kept")
    other = client.get(f"/api/v1/subscriptions/acme-1/downgrade-impact/?to={PlanFactory().code}")
    assert (other.status_code, other.json()["code"]) == (409, "other_product")


def test_the_admin_shows_the_impact_and_keeps_that_it_was_shown(agreement, plans, admin_client):
    use(agreement, "users", 6)
    page = reverse("admin:accounts_subscription_take_less", args=[agreement.pk])

    seen = admin_client.post(page, {"to": plans["basic"].pk})
    assert "What they would lose" in seen.text
    admin_client.post(page, {"to": plans["basic"].pk, "shown": "1"})

    reminder = DowngradeReminder.objects.get()
    decide = reverse("admin:accounts_downgradereminder_decide", args=[reminder.pk])
    admin_client.post(decide, {"outcome": "downgraded", "on": "2026-05-02"})
    reminder.refresh_from_db()
    assert reminder.outcome == "downgraded"


def test_s94_why_a_customer_leaves_is_kept_with_what_they_missed(agreement):
    client = program("revops")
    body = {
        "account": "acme",
        "subscription": "acme-1",
        "kind": "downgrade",
        "reason": "missing_feature",
        "text": "No export.",
        "given_on": "2026-05-01",
        "missing": ["audit", "api"],
    }
    made = client.post("/api/v1/subscription-feedback/", body, content_type=JSON)

    assert made.status_code == 201
    assert made.json() == {"id": made.json()["id"], **body, "missing": ["api", "audit"]}
    row = SubscriptionFeedback.objects.get()
    assert row.missing.count() == 2
    changed = client.patch(
        f"/api/v1/subscription-feedback/{row.pk}/", {"missing": ["api"]}, content_type=JSON
    )
    assert changed.json()["missing"] == ["api"]
    for facts, path in (
        ({"reason": "weather"}, "reason"),
        ({"missing": ["nothing"]}, "missing"),
        ({"subscription": SubscriptionFactory().code}, "subscription"),
    ):
        answer = client.post("/api/v1/subscription-feedback/", {**body, **facts}, content_type=JSON)
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, path)

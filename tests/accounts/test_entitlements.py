"""What an account may do on a day: versions, add-ons, trials, overrides, use, and what next."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.entitlements import effective, usage_ratios
from accounts.locks import protections_of
from accounts.models import SubscriptionLine
from accounts.moments import tell_moments
from accounts.trials import start_trial
from config.outbox.models import Event
from pricing.models import PlanKind
from tests.accounts.priced import costs, sell
from tests.factories import (
    AccountFactory,
    ChargeFactory,
    EntitlementOverrideFactory,
    FeatureFactory,
    LineFactory,
    PlanFactory,
    ProductFactory,
    SubscriptionFactory,
    UsageDayFactory,
    program,
    published,
)
from tests.factories.protection import locked

pytestmark = pytest.mark.django_db

SINCE, ON = date(2020, 1, 1), date(2026, 5, 1)


@pytest.fixture
def shop():
    """Basic, Pro and Enterprise of a product at 29, 99 and 299, an add-on and a pack."""
    crm = ProductFactory(code="crm")
    for rank, (code, kind, facts) in enumerate(
        [
            ("users", "quantity", {}),
            ("storage", "quantity", {"unit": "GB"}),
            ("reports", "level", {"levels": ["basic", "advanced", "customisable"]}),
            ("api", "flag", {}),
            ("audit", "flag", {}),
        ]
    ):
        FeatureFactory(code=code, product=crm, value_type=kind, rank=rank, **facts)
    charges = {}
    for code, kind, rank, price, grants in (
        ("basic", "tier", 1, 29, {"users": 5, "storage": 10, "reports": "basic", "api": False}),
        ("pro", "tier", 2, 99, {"users": 25, "storage": 100, "reports": "advanced", "api": True}),
        (
            "enterprise",
            "tier",
            3,
            299,
            {"users": None, "storage": 1000, "reports": "customisable", "api": True, "audit": True},
        ),
        ("seats", "capacity", 4, 20, {"users": 10}),
        ("auditing", "add_on", 5, 15, {"audit": True}),
    ):
        plan = PlanFactory(code=code, product=crm, kind=PlanKind(kind), rank=rank)
        published(plan, **grants)
        charges[code] = ChargeFactory(plan=plan)
        costs(charges[code], price)
    return charges


@pytest.fixture
def acme(shop):
    """An account that holds Basic since 2024."""
    account = AccountFactory(code="acme")
    subscription = SubscriptionFactory(account=account, code="acme-1", starts_on=date(2024, 3, 1))
    sell(shop["basic"], subscription=subscription)
    return account


def found(account, code: str, *, on=ON):
    return next(each for each in effective(account=account, on=on) if each.feature.code == code)


def hold(account, charge, **facts):
    subscription = account.subscriptions.get()
    return sell(charge, subscription=subscription, **facts)[0]


def feature(code: str):
    return FeatureFactory._meta.model.objects.get(code=code)


def use(account, code: str, value, day=ON, **facts):
    return UsageDayFactory(account=account, feature=feature(code), day=day, value=value, **facts)


def test_a_limit_is_told_with_what_is_used_and_left_and_what_would_allow_more(acme):
    use(acme, "users", 4, day=date(2026, 4, 20))
    use(acme, "users", 3, day=date(2026, 4, 1))

    users = found(acme, "users")

    assert (users.state, users.grant.quantity, users.used, users.remaining) == ("limited", 5, 4, 1)
    assert users.nearness == "approaching"
    assert (users.cheapest.plan.code, users.cheapest.amount) == ("seats", 20)


@pytest.mark.parametrize(
    ("used", "nearness", "remaining"),
    [("7.99", None, "2.01"), ("8", "approaching", 2), ("9", "urgent", 1), ("10", "urgent", 0),
     ("10.5", "exceeded", 0)],
)  # fmt: skip
def test_use_is_near_a_limit_from_80_percent_and_urgent_from_90(acme, used, nearness, remaining):
    use(acme, "storage", used)

    storage = found(acme, "storage")
    assert (storage.nearness, storage.remaining) == (nearness, Decimal(remaining))


def test_use_that_was_told_long_ago_is_not_known(acme):
    use(acme, "users", 4, day=date(2026, 4, 1))

    assert found(acme, "users").used is None
    assert found(acme, "users", on=date(2026, 4, 30)).used == 4


def test_s57_what_is_denied_names_the_cheapest_plan_that_has_it_at_the_prices_they_get(acme):
    api, audit = found(acme, "api"), found(acme, "audit")

    assert (api.state, api.cheapest.plan.code, api.cheapest.amount) == ("denied", "pro", 99)
    assert (audit.state, audit.cheapest.plan.code, audit.cheapest.amount) == (
        "denied",
        "auditing",
        15,
    )
    stranger = AccountFactory()
    assert found(stranger, "audit").cheapest.plan.code == "enterprise"
    assert found(stranger, "users").cheapest.plan.code == "basic"


def test_levels_say_which_and_what_would_be_higher(acme):
    reports = found(acme, "reports")

    assert (reports.state, reports.grant.level) == ("allowed", "basic")
    assert reports.cheapest.plan.code == "pro"


def test_the_most_of_tiers_and_the_sum_of_packs(acme, shop):
    hold(acme, shop["seats"], quantity=Decimal(3))

    users = found(acme, "users")

    assert users.grant.quantity == 35
    assert [(s.plan.code, s.grant.quantity, s.adds) for s in users.sources] == [
        ("basic", 5, False),
        ("seats", 30, True),
    ]
    hold(acme, shop["pro"], on=date(2024, 6, 1))
    assert found(acme, "users").grant.quantity == 55
    hold(acme, shop["enterprise"], on=date(2024, 7, 1))
    assert found(acme, "users").grant.unlimited
    assert (found(acme, "users").state, found(acme, "users").remaining) == ("allowed", None)


def test_a_plan_counts_once_however_many_charges_it_has(acme, shop):
    per_seat = ChargeFactory(plan=shop["seats"].plan, code="each", feature=feature("users"))
    subscription = acme.subscriptions.get()
    for charge, quantity in ((shop["seats"], 2), (per_seat, 1)):
        LineFactory(
            subscription=subscription, charge=charge, quantity=quantity, starts_on=date(2024, 3, 1)
        )

    assert found(acme, "users").grant.quantity == 25


def versions(shop):
    """Basic is published anew: less storage, more users."""
    plan = shop["basic"].plan
    old = plan.versions.get()
    type(old).objects.filter(pk=old.pk).update(ends_on=date(2025, 1, 1))
    new = published(plan, starts_on=date(2025, 1, 1), number=2, users=8, storage=6)
    return old, new


def test_a_pinned_line_keeps_its_version_and_an_imported_one_follows_the_plan(acme, shop):
    old, _ = versions(shop)
    line = SubscriptionLine.objects.get(account=acme)
    assert line.plan_version == old

    assert found(acme, "users").grant.quantity == 5
    assert found(acme, "users").sources[0].version == old
    SubscriptionLine.objects.filter(pk=line.pk).update(plan_version=None)
    assert found(acme, "users").grant.quantity == 8
    assert found(acme, "storage").grant.quantity == 6


def test_with_a_floor_the_better_of_both_counts_feature_by_feature(acme, shop):
    old, new = versions(shop)
    lines = SubscriptionLine.objects.filter(account=acme)
    lines.update(plan_version=new, floor_version=old)

    assert found(acme, "users").grant.quantity == 8
    assert found(acme, "storage").grant.quantity == 10
    lines.update(floor_version=None)
    assert found(acme, "storage").grant.quantity == 6


def test_a_day_before_and_after_they_hold_it(acme):
    line = SubscriptionLine.objects.get(account=acme)
    line.ends_on = date(2026, 6, 1)
    line.save()

    states = [
        found(acme, "users", on=date(*day)).state
        for day in ((2024, 2, 29), (2024, 3, 1), (2026, 5, 31), (2026, 6, 1))
    ]
    assert states == ["denied", "limited", "limited", "denied"]


def test_a_trial_of_a_feature_and_of_a_plan_is_told_apart_from_what_they_hold(acme, shop):
    start_trial(account=acme, feature=feature("api"), starts_on=ON, days=14)
    start_trial(account=acme, plan=shop["pro"].plan, starts_on=ON, days=14)

    assert found(acme, "api").state == "trial"
    users = found(acme, "users")
    assert (users.state, users.grant.quantity) == ("trial", 25)
    assert found(acme, "api", on=date(2026, 5, 15)).state == "denied"
    assert found(acme, "users", on=date(2026, 5, 15)).grant.quantity == 5


def test_an_override_has_the_last_word_in_both_directions(acme):
    EntitlementOverrideFactory(account=acme, feature=feature("users"), quantity=50)
    EntitlementOverrideFactory(
        account=acme, feature=feature("reports"), quantity=None, level="customisable"
    )
    EntitlementOverrideFactory(account=acme, feature=feature("storage"), quantity=0)

    assert found(acme, "users").grant.quantity == 50
    assert found(acme, "users").trace[-1]["reason"] == "An override has the last word: 50."
    assert found(acme, "reports").grant.level == "customisable"
    assert found(acme, "storage").state == "denied"
    assert found(acme, "users", on=date(2030, 1, 1)).grant.quantity == 5


def test_the_trace_says_where_it_comes_from(acme):
    line = SubscriptionLine.objects.get(account=acme)

    assert found(acme, "users").trace == [
        {
            "step": "line",
            "subject": f"/subscription-lines/{line.pk}/",
            "considered": "basic",
            "matched": True,
            "reason": "basic v1 grants 5.",
        },
        {
            "step": "together",
            "subject": None,
            "considered": 1,
            "matched": True,
            "reason": "Together: 5.",
        },
    ]


def test_what_is_answered_costs_the_same_however_much_they_hold(acme, shop):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            effective(account=acme, on=ON)
        return len(queries)

    one = cost()
    hold(acme, shop["pro"], on=date(2024, 6, 1))
    hold(acme, shop["seats"])
    for number in range(10):
        published(PlanFactory(product=shop["pro"].plan.product, rank=50 + number), users=30)
    assert cost() <= one


def test_ratios_of_everybody_come_in_one_query_and_agree_with_each_account(acme, shop):
    other = AccountFactory(code="other")
    subscription = SubscriptionFactory(account=other, starts_on=date(2024, 3, 1))
    sell(shop["pro"], subscription=subscription)
    use(acme, "users", 4)
    use(acme, "storage", 11)
    use(other, "users", 5)
    use(other, "api", 7)

    with CaptureQueriesContext(connection) as queries:
        ratios = usage_ratios(on=ON)
    assert len(queries) == 2
    told = {(r.account, r.feature): (r.used, r.limit, r.ratio) for r in ratios}
    assert told == {
        (account.pk, each.feature.pk): (each.used, each.limit, each.used / each.limit)
        for account in (acme, other)
        for each in effective(account=account, on=ON, with_cheapest=False)
        if each.limit and each.used
    }
    assert sorted(r.ratio for r in usage_ratios(on=ON, at_least=Decimal("0.8"))) == [
        Decimal("0.8"),
        Decimal("1.1"),
    ]


def test_s96_moments_are_told_once(acme):
    use(acme, "storage", 9)
    for day in range(1, 31):
        use(acme, "api", 1, day=date(2026, 4, day))

    assert (tell_moments(on=ON), tell_moments(on=ON), tell_moments(on=date(2026, 5, 2))) == (
        2,
        0,
        0,
    )
    told = Event.objects.filter(kind="usage.moment").values_list("subject", "payload")
    assert sorted((s, p["kind"], p["feature"]) for s, p in told) == [
        ("/accounts/acme/", "habit", "api"),
        ("/accounts/acme/", "near_full", "storage"),
    ]


def test_s57_entitlements_over_rest_say_what_is_allowed_whence_and_what_would_allow_it(acme):
    use(acme, "users", 4)
    start_trial(account=acme, feature=feature("audit"), starts_on=ON, days=14)

    answer = program("viewer").get("/api/v1/accounts/acme/entitlements/?on=2026-05-01")

    assert answer.status_code == 200
    rows = {row["feature"]: row for row in answer.json()["results"]}
    users = rows["users"]
    assert (users["state"], users["used"], users["remaining"]) == ("limited", "4", "1")
    assert users["value"] == {
        "flag": None,
        "quantity": "5",
        "unlimited": False,
        "level": None,
        "text": "5",
    }
    assert rows["api"]["cheapest"]["price"] == {"amount": "99.00", "currency": "USD"}
    assert {code: row["state"] for code, row in rows.items()} == {
        "users": "limited",
        "storage": "limited",
        "reports": "allowed",
        "api": "denied",
        "audit": "trial",
    }
    assert rows["api"]["cheapest"]["plan"] == "pro"
    assert [(each["source"], each["plan"]) for each in users["sources"]] == [("line", "basic")]
    assert rows["audit"]["sources"][0]["source"] == "trial"


def test_overrides_over_rest_end_and_fit_their_feature(acme):
    client = program("revops")

    def post(**facts):
        body = {
            "account": "acme",
            "feature": "users",
            "quantity": "50",
            "reason": "Agreed",
            "starts_on": "2026-05-01",
            "ends_on": "2026-06-01",
            **facts,
        }
        return client.post("/api/v1/entitlement-overrides/", body, content_type="application/json")

    assert post().status_code == 201
    assert post(starts_on="2026-05-31", ends_on="2026-07-01").status_code == 409
    for facts, path in (
        ({"ends_on": None, "feature": "api", "quantity": None, "flag": True}, "ends_on"),
        ({"feature": "api"}, "quantity"),
        ({"feature": "reports", "quantity": None, "level": "best"}, "level"),
    ):
        answer = post(**facts)
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, path)


def test_the_page_of_an_account_says_what_they_may_do_and_why(acme, admin_client):
    use(acme, "users", 4)

    page = admin_client.get(reverse("admin:accounts_account_change", args=[acme.pk])).text

    assert "What they may do" in page
    assert "basic v1 grants 5." in page


@pytest.mark.parametrize(("mode", "storage", "users"), [("pin", 10, 5), ("floor", 10, 8)])
def test_a_lock_pins_the_old_set_or_is_a_floor_below_the_new_one(acme, shop, mode, storage, users):
    old, new = versions(shop)
    line = SubscriptionLine.objects.get(account=acme)
    locked(line, freeze_price=False, freeze_entitlements=True, entitlement_mode=mode)
    SubscriptionLine.objects.filter(pk=line.pk).update(plan_version=new)

    assert found(acme, "storage").grant.quantity == storage
    assert found(acme, "users").grant.quantity == users
    assert found(acme, "users", on=date(2024, 3, 1)).grant.quantity == 8
    assert old != new


@pytest.mark.parametrize("ends", ["plan", "product"])
def test_the_end_of_life_of_plan_or_product_ends_every_lock(acme, shop, ends):
    _, new = versions(shop)
    line = SubscriptionLine.objects.get(account=acme)
    locked(line, freeze_entitlements=True, entitlement_mode="pin")
    SubscriptionLine.objects.filter(pk=line.pk).update(plan_version=new)
    row, over = getattr(line, ends), date(2026, 6, 1)
    row.end_of_sale_on, row.end_of_life_on = ON, over
    row.save()
    (held,) = SubscriptionLine.objects.with_terms().filter(pk=line.pk)
    protection = protections_of([[held]])[held.pk]

    assert [found(acme, "users", on=day).grant.quantity for day in (ON, over)] == [5, 8]
    assert [len(protection.in_force(on=day)) for day in (ON, over)] == [2, 0]

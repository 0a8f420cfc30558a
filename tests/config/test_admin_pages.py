"""Every page of the admin opens, and a list costs the same with one row and with a hundred."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import (
    AccountProfile,
    EntitlementLock,
    Experiment,
    GrandfatheringException,
    Playbook,
    PriceLock,
)
from accounts.profiles import classify
from config.access.keys import issue
from config.access.models import User
from config.access.scopes import Scope
from config.audit.models import Event as Audited
from config.outbox import emit
from config.outbox.models import Event, WebhookDelivery, WebhookEndpoint
from tests.factories import (
    AccountFactory,
    AssetFactory,
    BenchmarkFactory,
    BundleFactory,
    ChannelFactory,
    ChargeFactory,
    ContactFactory,
    EntitlementOverrideFactory,
    FeatureFactory,
    HealthScoreFactory,
    IntegrationFactory,
    LineFactory,
    MigrationPathFactory,
    NeedFactory,
    OverrideFactory,
    PersonaFactory,
    PlanEnablementFactory,
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
    RegionFactory,
    ReminderFactory,
    SegmentEnablementFactory,
    SegmentFactory,
    SegmentRuleFactory,
    StepFactory,
    SubscriptionFactory,
    SubscriptionFeedbackFactory,
    SunsetPlanFactory,
    TargetingFactory,
    TeamFactory,
    ThresholdFactory,
    TrialFactory,
    UsageDayFactory,
    UserFactory,
    WorkflowEdgeFactory,
    owned_by,
)
from tests.factories.expansion import experiment, playbook
from tests.factories.prices import PriceBookFactory, PriceReleaseFactory, drafted, flat
from tests.factories.protection import PolicyFactory
from tests.permissions import rows

SINCE = date(2020, 1, 1)
PRICE = Decimal(100)


def profile():
    return classify(account=AccountFactory(), segment=None, region=None, starts_on=SINCE)


def price():
    return drafted(PriceBookFactory(), flat(ChargeFactory(), PRICE)).lines.get()


def key():
    return issue(name="A program", owner=UserFactory(), scopes=[Scope.METRICS_READ])[0]


def endpoint():
    return WebhookEndpoint.objects.create(
        url="https://r.example.org/", owner=UserFactory(), active=False
    )


def event():
    emit("product.changed", f"/products/{ProductFactory().code}/", {"change": "added"})
    return Event.objects.last()


def delivery():
    return WebhookDelivery.objects.create(
        endpoint=endpoint(), event=event(), next_attempt_at=timezone.now()
    )


def assignment():
    return owned_by(UserFactory()).assignments.get()


def another_experiment():
    year = 2020 + Experiment.objects.count()
    days = {"starts_on": date(year, 1, 1), "ends_on": date(year, 7, 1)}
    return experiment(code=f"in-{year}", **days)


def excepted():
    return GrandfatheringException.objects.create(
        policy=PolicyFactory(),
        account=AccountFactory(),
        kind="exclude",
        reason="Asked for it",
        expires_on=date(2030, 1, 1),
        author=UserFactory(),
    )


def protected(kind):
    line = LineFactory(amount=Decimal(29))
    facts = {"account": line.account, "root": line, "policy": PolicyFactory()}
    if kind is EntitlementLock:
        version = PlanVersionFactory(plan=line.plan)
        return kind.objects.create(
            **facts, plan_version=version, mode="pin", starts_on=line.starts_on
        )
    price = drafted(PriceBookFactory(), flat(line.charge, 29)).lines.get()
    terms = {"price": price, "quantity": 1, "amount": 29}
    return kind.objects.create(**facts, **terms, starts_on=line.starts_on)


MAKERS = {
    "portfolio.portfolio": lambda: PortfolioFactory(code=f"p-{User.objects.count()}"),
    "portfolio.product": ProductFactory,
    "portfolio.segment": SegmentFactory,
    "portfolio.region": RegionFactory,
    "portfolio.threshold": ThresholdFactory,
    "portfolio.persona": PersonaFactory,
    "portfolio.customerneed": NeedFactory,
    "portfolio.integration": IntegrationFactory,
    "portfolio.workflowedge": WorkflowEdgeFactory,
    "portfolio.sequence": StepFactory,
    "portfolio.coherenceoverride": OverrideFactory,
    "portfolio.targeting": TargetingFactory,
    "portfolio.channel": ChannelFactory,
    "portfolio.asset": AssetFactory,
    "portfolio.sunsetplan": SunsetPlanFactory,
    "portfolio.segmentenablement": SegmentEnablementFactory,
    "portfolio.benchmark": BenchmarkFactory,
    "pricing.planenablement": PlanEnablementFactory,
    "pricing.plan": PlanFactory,
    "pricing.planversion": PlanVersionFactory,
    "pricing.charge": ChargeFactory,
    "pricing.tier": PlanFactory,
    "pricing.addon": lambda: PlanFactory(kind="add_on"),
    "pricing.capacity": lambda: PlanFactory(kind="capacity"),
    "pricing.bundle": BundleFactory,
    "pricing.platform": lambda: BundleFactory(kind="platform"),
    "pricing.creditpack": lambda: BundleFactory(kind="credit_pack"),
    "pricing.feature": FeatureFactory,
    "pricing.migrationpath": MigrationPathFactory,
    "pricing.pricebook": PriceBookFactory,
    "pricing.pricerelease": PriceReleaseFactory,
    "pricing.price": price,
    "accounts.account": AccountFactory,
    "accounts.accountprofile": profile,
    "accounts.contact": ContactFactory,
    "accounts.segmentrule": SegmentRuleFactory,
    "accounts.entitlementoverride": EntitlementOverrideFactory,
    "accounts.trial": TrialFactory,
    "accounts.downgradereminder": ReminderFactory,
    "accounts.subscriptionfeedback": SubscriptionFeedbackFactory,
    "accounts.usageday": UsageDayFactory,
    "accounts.healthscore": HealthScoreFactory,
    "accounts.subscription": SubscriptionFactory,
    "accounts.subscriptionline": lambda: LineFactory(amount=PRICE),
    "accounts.ledgerentry": lambda: LineFactory(amount=PRICE),
    "accounts.assignment": assignment,
    "accounts.team": TeamFactory,
    "access.user": UserFactory,
    "access.apikey": key,
    "pricing.grandfatheringpolicy": PolicyFactory,
    "accounts.grandfatheringexception": excepted,
    "accounts.pricelock": lambda: protected(PriceLock),
    "accounts.entitlementlock": lambda: protected(EntitlementLock),
    "outbox.webhookendpoint": endpoint,
    "outbox.webhookdelivery": delivery,
    "outbox.event": event,
    "audit.event": lambda: SegmentFactory() and Audited.objects.last(),
}
ELSEWHERE = (  # made for the table of permissions
    "accounts.absence",
    "accounts.behaviourevent",
    "accounts.creditdraw",
    "accounts.creditgrant",
    "accounts.experiment",
    "accounts.exposure",
    "accounts.incentiveredemption",
    "accounts.member",
    "accounts.namedaccount",
    "accounts.opportunity",
    "accounts.playbook",
    "accounts.pool",
    "accounts.rebalancingproposal",
    "accounts.routingdecision",
    "accounts.routingruleset",
    "accounts.signal",
    "accounts.signalrule",
    "accounts.valueoutcome",
    "pricing.burnrate",
    "pricing.creditunit",
    "pricing.exchangerate",
    "pricing.incentive",
    "pricing.ratetable",
)
MAKERS |= {label: rows.MAKERS[label] for label in ELSEWHERE}
MAKERS["accounts.playbook"] = lambda: playbook(number=Playbook.objects.count() + 1)
MAKERS["accounts.experiment"] = another_experiment
READ_ONLY = {
    "accounts.behaviourevent",
    "accounts.creditdraw",
    "accounts.creditgrant",
    "accounts.incentiveredemption",
    "accounts.member",
    "accounts.rebalancingproposal",
    "accounts.routingdecision",
    "accounts.signal",
    "pricing.burnrate",
    "pricing.plan",
    "pricing.price",
    "accounts.subscriptionline",
    "accounts.ledgerentry",
    "accounts.assignment",
    "accounts.downgradereminder",
    "accounts.grandfatheringexception",
    "accounts.pricelock",
    "accounts.entitlementlock",
    "outbox.webhookdelivery",
    "outbox.event",
    "audit.event",
}
MODELS = {model._meta.label_lower: model for model in admin.site._registry}


def page(label: str, name: str, *args) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{name}", args=args)


def cost(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_s125_every_model_of_the_admin_is_tested_here():
    assert MODELS.keys() == MAKERS.keys()


@pytest.mark.parametrize("label", MAKERS)
def test_a_list_costs_the_same_with_one_row_and_with_many(label, admin_client):
    MAKERS[label]()
    admin_client.get(page(label, "changelist"))  # caches of content types and sessions
    one = cost(admin_client, page(label, "changelist"))
    for _ in range(60):
        MAKERS[label]()

    assert cost(admin_client, page(label, "changelist")) <= one


@pytest.mark.parametrize("label", sorted(MAKERS.keys() - READ_ONLY))
def test_the_form_for_a_new_row_opens(label, admin_client):
    assert admin_client.get(page(label, "add")).status_code == 200


@pytest.mark.parametrize("label", MAKERS)
def test_the_page_of_a_row_opens(label, admin_client):
    MAKERS[label]()
    row = MODELS[label].objects.first()

    # Plans lead to the page of their kind.
    assert admin_client.get(page(label, "change", row.pk), follow=True).status_code == 200
    assert admin_client.get(page(label, "history", row.pk)).status_code == 200


@pytest.mark.parametrize("label", sorted(READ_ONLY))
def test_what_decisions_write_is_not_written_here(label, admin_client):
    assert admin_client.get(page(label, "add")).status_code in (403, 404)


@pytest.mark.parametrize("label", ["accounts.account", "accounts.subscription"])
def test_the_page_of_a_row_costs_the_same_with_one_line_and_with_many(label, admin_client):
    line = LineFactory(amount=PRICE)
    row = getattr(line, label.split(".")[1])
    admin_client.get(page(label, "change", row.pk))
    one = cost(admin_client, page(label, "change", row.pk))
    for _ in range(20):
        LineFactory(subscription=line.subscription, amount=PRICE)
    admin_client.get(page(label, "change", row.pk))  # new products are read once by a process

    assert cost(admin_client, page(label, "change", row.pk)) <= one


def test_an_empty_list_says_what_to_do(admin_client):
    answer = admin_client.get(page("accounts.account", "changelist"))

    assert "No accounts yet" in answer.text
    assert "manage.py import_book" in answer.text


def test_a_row_that_others_need_has_no_delete_button_but_a_reason(admin_client):
    charge = ChargeFactory()

    answer = admin_client.get(page("portfolio.product", "change", charge.plan.product_id))

    assert "It cannot be deleted: plans refer to it." in answer.text
    assert admin_client.post(page("pricing.tier", "delete", charge.plan_id)).status_code == 403


def test_a_row_that_nobody_needs_can_be_deleted(admin_client):
    product = ProductFactory()

    admin_client.post(page("portfolio.product", "delete", product.pk), {"post": "yes"})

    assert not type(product).objects.filter(pk=product.pk).exists()


def test_the_palette_finds_rows(admin_client):
    ProductFactory(code="crm", name="Ringbook")

    answer = admin_client.get(reverse("admin:search"), {"s": "ringb", "extended": "1"})

    assert "Ringbook" in answer.text


def test_putting_an_account_into_a_segment_keeps_its_history(admin_client):
    account, small, large = AccountFactory(), SegmentFactory(), SegmentFactory()
    classify(account=account, segment=small, region=None, starts_on=SINCE)

    admin_client.post(
        page("accounts.accountprofile", "add"),
        {"account": account.pk, "segment": large.pk, "starts_on": "2025-01-01"},
    )

    told = AccountProfile.objects.filter(account=account).values_list("segment", "ends_on")
    assert list(told) == [(small.pk, date(2025, 1, 1)), (large.pk, None)]


def test_a_profile_before_a_later_one_is_refused_in_words(admin_client):
    account, segment = AccountFactory(), SegmentFactory()
    classify(account=account, segment=segment, region=None, starts_on=date(2025, 1, 1))

    answer = admin_client.post(
        page("accounts.accountprofile", "add"),
        {"account": account.pk, "segment": segment.pk, "starts_on": "2024-01-01"},
    )

    assert "has a profile from 2025-01-01 on already" in answer.text
    assert 'value="2024-01-01"' in answer.text

"""What is noticed about customers, and what is done about it: once, and only if it makes sense."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.jobs import evaluate_signal_rules
from accounts.models import Opportunity, Signal, SignalRule, Stage
from accounts.opportunities.qualification import NotQualified
from accounts.opportunities.reports import COLUMNS, as_rows
from accounts.opportunities.stages import move
from accounts.signals.evaluation import evaluate
from accounts.signals.source import Family, sources
from config.outbox.models import Event
from portfolio.models import Motion, Threshold
from tests.factories import (
    AccountFactory,
    BundleFactory,
    ChargeFactory,
    FeatureFactory,
    IntegrationFactory,
    ProductFactory,
    published,
)
from tests.factories.expansion import holding, priced, ready, tier
from tests.factories.signals import DAY, did, signal_rule, using

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=1)


class Shop:
    """A product with two tiers, an add-on and a pack, and a customer of the lower tier."""

    def __init__(self):
        self.crm = ProductFactory(code="crm")
        self.storage = FeatureFactory(code="storage", product=self.crm, unit="GB")
        self.sso = FeatureFactory(code="sso", product=self.crm, value_type="flag")
        self.basic = self._plan("basic", rank=1, storage=100, sso=False)
        self.pro = self._plan("pro", rank=2, storage=1000, sso=True)
        self.account = ready(self.basic)

    def _plan(self, code, grants=True, **facts):
        granted = {name: facts.pop(name) for name in ("storage", "sso") if name in facts}
        plan = tier(code, self.crm, **facts)
        published(plan, **granted)
        return plan

    def pack(self):
        return self._plan("pack", kind="capacity", rank=3, storage=500)

    def add_on(self):
        return self._plan("single-sign-on", kind="add_on", rank=4, sso=True)


@pytest.fixture
def shop():
    return Shop()


def told(**only) -> list[tuple]:
    rows = Signal.objects.filter(**only).order_by("id")
    return [(row.state, row.reason or row.grade) for row in rows]


def opened() -> list[tuple]:
    rows = Opportunity.objects.order_by("id")
    return [(row.motion, row.target_plan.code) for row in rows]


@pytest.mark.parametrize(
    ("used", "grade"),
    [
        (79, None),
        (80, "approaching"),
        (89, "approaching"),
        (90, "urgent"),
        (100, "urgent"),
        (101, "exceeded"),
    ],
)
def test_s67_use_is_approaching_from_80_urgent_from_90_and_exceeded_above_100(shop, used, grade):
    signal_rule("usage_limit", "capacity_upsell")
    using(shop.account, shop.storage, used)

    evaluate(on=DAY)

    assert told() == ([("fired", grade)] if grade else [])
    assert opened() == ([("capacity_upsell", "basic")] if grade else [])


def test_s100_a_signal_says_what_was_seen_and_its_opportunity_what_opened_it(shop):
    rule = signal_rule("usage_limit", "capacity_upsell")
    pack = shop.pack()
    using(shop.account, shop.storage, 85)

    evaluate(on=DAY)

    signal, opportunity = Signal.objects.get(), Opportunity.objects.get()
    assert signal.why == "85 of 100 GB storage in use, 85 %: approaching."
    assert (signal.value, signal.rule, signal.opportunity) == (Decimal("0.85"), rule, opportunity)
    assert (opportunity.signal, opportunity.origin) == (signal, "signal")
    assert opportunity.target_plan == pack
    assert rule.family == Family.USAGE
    assert next(iter(as_rows([opportunity])))[COLUMNS.index("noticed")] == signal.why


def test_s76_evaluating_a_day_twice_changes_nothing_in_whatever_order_rules_were_added(shop):
    first = signal_rule("usage_limit", "capacity_upsell", rank=20)
    signal_rule("gate_hits", "tier_upsell", rank=10)
    using(shop.account, shop.storage, 95)
    using(shop.account, shop.storage, 5, kind="gate_hit")

    evaluate(on=DAY)
    before = (told(), opened(), Event.objects.count())
    again = evaluate(on=DAY)

    assert opened() == [("tier_upsell", "pro"), ("capacity_upsell", "basic")]
    assert (told(), opened(), Event.objects.count()) == before
    assert not again.is_news
    assert first.signals.count() == 1


def test_each_grade_is_told_once_in_a_stretch_and_speaks_for_what_is_open(shop):
    signal_rule("usage_limit", "capacity_upsell")
    using(shop.account, shop.storage, 85)
    evaluate(on=DAY)
    using(shop.account, shop.storage, 92, LATER)

    evaluate(on=LATER)
    evaluate(on=LATER + timedelta(days=1))

    assert told() == [("fired", "approaching"), ("suppressed", "already_open")]
    assert set(Signal.objects.values_list("opportunity", flat=True)) == {
        Opportunity.objects.get().pk
    }


def test_s74_five_gate_hits_in_fourteen_days_are_a_tier_upsell(shop):
    signal_rule("gate_hits", threshold=5, days=14)
    other = ready(shop.basic)
    for back in (0, 13):
        using(shop.account, shop.sso, 3, DAY - timedelta(days=back), kind="gate_hit")
    for back in (0, 14):
        using(other, shop.sso, 3, DAY - timedelta(days=back), kind="gate_hit")

    evaluate(on=DAY)

    signal = Signal.objects.get()
    assert (signal.account, signal.value) == (shop.account, 6)
    assert opened() == [("tier_upsell", "pro")]


def test_s65_value_realised_and_growing_needs_are_both_needed_for_a_tier_upsell(shop):
    signal_rule("growing_value", threshold="0.2", days=30)
    grows_only, valued_only = holding(shop.basic), ready(shop.basic)
    for account, now in ((shop.account, 12), (grows_only, 12), (valued_only, 11)):
        using(account, shop.storage, 10, DAY - timedelta(days=30))
        using(account, shop.storage, now, DAY)

    evaluate(on=DAY)

    assert [signal.account for signal in Signal.objects.all()] == [shop.account]
    assert "20 % more of storage" in Signal.objects.get().why


def test_s66_a_lacking_feature_is_offered_as_an_add_on_before_the_tier(shop):
    signal_rule("feature_request", "feature_upsell")
    did(shop.account, "feature_request", feature=shop.sso)

    with transaction.atomic():
        evaluate(on=DAY)
        assert opened() == [("tier_upsell", "pro")]  # nobody sells it alone
        transaction.set_rollback(True)
    shop.add_on()
    evaluate(on=DAY)

    assert opened() == [("feature_upsell", "single-sign-on")]


def test_asking_for_what_they_have_is_no_signal(shop):
    signal_rule("feature_request", "feature_upsell")
    did(shop.account, "feature_request", feature=shop.storage)
    did(shop.account, "feature_request", day=DAY - timedelta(days=14), feature=shop.sso)

    evaluate(on=DAY)

    assert told() == []


@pytest.mark.parametrize(
    "kind", ["export_to_other_tool", "duplicate_work", "integration_complaint"]
)
def test_s68_workflow_friction_leads_to_a_product_beside(shop, kind):
    desk = ProductFactory(code="desk")
    target = tier("desk-basic", desk, rank=1)
    IntegrationFactory(product_a=shop.crm, product_b=desk, syncs_workflow=True)
    priced((target, 10), (shop.basic, 5))
    signal_rule("behaviour", "adjacent_cross_sell", behaviour=kind)
    did(shop.account, kind)

    evaluate(on=DAY)

    assert opened() == [("adjacent_cross_sell", "desk-basic")]


def test_s70_an_initiative_leads_to_the_platform_and_that_to_an_executive(shop):
    one = BundleFactory(kind="platform")
    ChargeFactory(plan=one)
    priced((one, 99), (shop.basic, 5))
    signal_rule("behaviour", "platform_cross_sell", behaviour="initiative")
    did(shop.account, "initiative")

    evaluate(on=DAY)

    assert opened() == [("platform_cross_sell", one.code)]
    with pytest.raises(NotQualified, match="executive"):
        move(opportunity=Opportunity.objects.get(), by=None, to="qualified", on=DAY)


@pytest.mark.parametrize(
    "kind",
    [
        "feature_request",
        "higher_tier_question",
        "webinar",
        "upgrade_page_visit",
        "credential_sharing",
        "premium_trial_use",
    ],
)
def test_s73_s74_what_customers_do_leads_to_a_higher_tier(shop, kind):
    signal_rule("behaviour", behaviour=kind)
    did(shop.account, kind)

    evaluate(on=DAY)

    assert opened() == [("tier_upsell", "pro")]


def test_s69_enough_power_users_lead_to_a_complementary_product(shop):
    desk = ProductFactory(code="desk")
    tier("desk-basic", desk, rank=1)
    signal_rule("power_users", "complementary_cross_sell", threshold=5, product=desk)
    other = ready(shop.basic)
    using(shop.account, shop.storage, 5, kind="power_users")
    using(other, shop.storage, 4, kind="power_users")

    evaluate(on=DAY)

    (signal,) = Signal.objects.all()
    assert signal.account == shop.account
    assert signal.why == "5 people use storage more than 90 % of its users do."
    assert opened() == [("complementary_cross_sell", "desk-basic")]
    Threshold.objects.filter(code="power-user-percentile").update(value="0.95")
    evaluate(on=DAY + timedelta(days=29))
    assert "more than 95 %" in Signal.objects.latest("id").why


def test_the_wrong_kind_of_motion_is_refused_and_listed_with_the_reason(shop):
    desk = ProductFactory(code="desk")
    tier("desk-basic", desk, rank=1)
    signal_rule("behaviour", "adjacent_cross_sell", behaviour="webinar", product=desk)
    did(shop.account, "webinar")

    evaluate(on=DAY)

    signal = Signal.objects.get()
    assert (signal.state, signal.reason) == ("suppressed", "misclassified")
    assert "no work flows" in signal.said
    assert opened() == []


@pytest.mark.parametrize("days", [90, 60, 30])
def test_s72_a_renewal_is_noticed_90_60_and_30_days_before(shop, days):
    signal_rule("renewal", days=days)
    subscription = shop.account.subscriptions.get()
    subscription.term_months, subscription.starts_on = 12, date(2025, 8, 31)
    subscription.save()
    due = date(2026, 8, 31)

    for back, count in ((days + 1, 0), (days, 1), (days - 6, 1), (days - 7, 1)):
        evaluate(on=due - timedelta(days=back))
        assert Signal.objects.filter(occurrence=str(due)).count() == count


def test_months_of_different_lengths_do_not_hide_a_renewal(shop):
    """Of anchors on every day around a month's end, the boundary is found on the day it is due."""
    rule = signal_rule("renewal", days=30, threshold=1)
    subscription = shop.account.subscriptions.get()
    for anchor in (date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 30)):
        subscription.term_months, subscription.starts_on = 3, anchor
        subscription.save()
        expected = subscription.renews_on(after=date(2026, 1, 15))

        evaluate(on=expected - timedelta(days=30))

        assert rule.signals.filter(occurrence=str(expected)).exists(), anchor


def test_what_will_not_renew_is_no_renewal(shop):
    signal_rule("renewal", days=30)
    subscription = shop.account.subscriptions.get()
    subscription.term_months, subscription.starts_on = 12, date(2025, 6, 1)
    subscription.ends_on = date(2026, 6, 1)
    subscription.save()

    evaluate(on=date(2026, 5, 2))

    assert told() == []


def test_s72_a_fiscal_year_is_noticed_60_days_before_once(shop):
    signal_rule("fiscal_year")
    shop.account.fiscal_year_starts = 7
    shop.account.save()
    july = date(2026, 7, 1)

    for back, count in ((61, 0), (60, 1), (55, 1)):
        evaluate(on=july - timedelta(days=back))
        assert Signal.objects.count() == count


def test_s72_quarters_are_those_of_the_fiscal_year(shop):
    signal_rule("quarterly_planning", days=21)
    ready(shop.basic)  # whose fiscal year nobody knows: quarters of the calendar
    shop.account.fiscal_year_starts = 2
    shop.account.save()

    evaluate(on=date(2026, 5, 1) - timedelta(days=21))

    assert [signal.account for signal in Signal.objects.all()] == [shop.account]


def test_s72_team_growth_is_one_signal_for_each_occurrence(shop):
    rule = signal_rule("team_growth")
    did(shop.account, "team_growth")

    for day in (DAY, LATER):
        evaluate(on=day)

    assert (rule.family, rule.signals.count()) == ("time", 1)


def test_s78_after_a_loss_the_motion_is_quiet_for_90_days(shop):
    signal_rule("behaviour", behaviour="upgrade_page_visit", days=1)
    did(shop.account, "upgrade_page_visit")
    evaluate(on=DAY)
    move(opportunity=Opportunity.objects.get(), by=None, to="lost", on=DAY, loss_reason="timing")
    day_90 = DAY + timedelta(days=90)
    for day in (day_90 - timedelta(days=1), day_90):
        did(shop.account, "upgrade_page_visit", day)

    evaluate(on=day_90 - timedelta(days=1))
    evaluate(on=day_90)

    assert told()[1:] == [("suppressed", "cooldown"), ("fired", "")]
    assert f"not before {day_90}" in Signal.objects.get(reason="cooldown").said


def test_a_rule_may_have_its_own_cooldown_and_its_own_frequency(shop):
    signal_rule("behaviour", behaviour="webinar", days=1, cooldown_days=2, frequency_days=10)
    for back in (0, 3, 10):
        did(shop.account, "webinar", DAY + timedelta(days=back))
        evaluate(on=DAY + timedelta(days=back))
        Opportunity.objects.filter(stage=Stage.IDENTIFIED).update(
            stage=Stage.LOST, loss_reason="timing", decided_on=DAY
        )

    assert told() == [("fired", ""), ("suppressed", "frequency"), ("fired", "")]


def test_too_early_is_deferred_and_whoever_holds_nothing_is_not_noticed(shop):
    signal_rule("behaviour", behaviour="webinar")
    premature = holding(shop.basic)
    for account in (premature, AccountFactory()):
        did(account, "webinar")

    evaluate(on=DAY)

    opportunity = Opportunity.objects.get()
    assert (opportunity.stage, opportunity.defer_reason) == ("deferred", "premature")


def test_nothing_to_offer_is_a_reason(shop):
    signal_rule("behaviour", behaviour="webinar")
    account = ready(shop.pro)
    did(account, "webinar")

    evaluate(on=DAY)

    assert told() == [("suppressed", "nothing_to_offer")]


def test_one_event_tells_of_the_evaluation_and_one_of_each_opportunity(shop):
    signal_rule("behaviour", behaviour="webinar")
    for account in (shop.account, ready(shop.basic), ready(shop.pro)):
        did(account, "webinar")

    evaluate(on=DAY)

    kinds = list(Event.objects.values_list("kind", flat=True))
    assert (kinds.count("signals.evaluated"), kinds.count("opportunity.opened")) == (1, 2)
    assert Event.objects.get(kind="signals.evaluated").payload == {
        "on": str(DAY),
        "opened": 2,
        "suppressed": 1,
    }


def test_noticing_costs_the_same_questions_for_one_account_and_for_twenty(shop):
    signal_rule("behaviour", behaviour="webinar")
    did(shop.account, "webinar")
    evaluate(on=DAY)
    with CaptureQueriesContext(connection) as one:
        evaluate(on=DAY)
    for _ in range(20):
        account = ready(shop.pro)
        Signal.objects.create(
            rule=SignalRule.objects.get(),
            account=account,
            on=DAY,
            occurrence=f"event {did(account, 'webinar').pk}",
            why="They came.",
            state="suppressed",
            reason="nothing_to_offer",
        )

    with CaptureQueriesContext(connection) as twenty:
        evaluate(on=DAY)

    assert len(one) == len(twenty)


@pytest.mark.parametrize("code", list(sources))
def test_s71_every_way_to_notice_has_a_family_and_answers_for_a_book_with_nothing_in_it(code):
    """The contract: a new file in accounts/signals/sources/ is covered on the day it lands."""
    found = sources[code]
    facts = {"behaviour": "webinar"} if "behaviour" in found.needs else {}
    signal_rule(code, **facts)

    evaluate(on=DAY)

    assert found.family in Family.values
    assert found.name
    assert told() == []


@pytest.mark.parametrize(
    ("source", "facts", "field"),
    [
        ("behaviour", {}, "behaviour"),
        ("renewal", {"behaviour": "webinar"}, "behaviour"),
        ("usage_limit", {"frequency_days": None}, "frequency_days"),
        ("fiscal_year", {"threshold": 3}, "threshold"),
        ("renewal", {"days": 0}, "days"),
    ],
)
def test_a_rule_says_what_its_way_to_notice_needs_and_nothing_else(source, facts, field):
    with pytest.raises(ValidationError) as refusal:
        signal_rule(source, **facts)

    assert field in refusal.value.message_dict


def test_what_a_rule_notices_stays(shop):
    rule = signal_rule("gate_hits")

    with pytest.raises(IntegrityError, match="add another one"), transaction.atomic():
        SignalRule.objects.filter(pk=rule.pk).update(motion=Motion.FEATURE_UPSELL)


def test_the_night_evaluates_the_day_before(shop):
    signal_rule("behaviour", behaviour="webinar")
    did(shop.account, "webinar", timezone.localdate() - timedelta(days=1))

    assert evaluate_signal_rules(now=timezone.now()).startswith("1 opportunities opened")

"""How well an account does with what it has, as far as it decides about opportunities."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.health import RED, Scored, record_health
from accounts.models import Stage
from accounts.opportunities import facts
from accounts.opportunities.opening import open_opportunity
from accounts.opportunities.qualification import NotQualified
from accounts.opportunities.stages import NotAdopted, move
from portfolio.models import ProductRole, Threshold
from portfolio.sequencing import usual_adoption
from pricing.models import Feature
from tests.factories import (
    FeatureFactory,
    HealthScoreFactory,
    ProductFactory,
    StepFactory,
    UsageDayFactory,
)
from tests.factories.expansion import MAY, bring_to, holding, ready, tier, upsell, valued
from tests.factories.plans import published

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm():
    """A tier that grants five features."""
    product = ProductFactory(code="crm")
    plan = tier("crm-basic", product)
    for number in range(5):
        FeatureFactory(code=f"f{number}", product=product)
    published(plan, f0=1, f1=1, f2=1, f3=1, f4=1)
    return plan


def used(account, plan, number, day=MAY):
    for feature in Feature.objects.filter(product=plan.product).order_by("code")[:number]:
        UsageDayFactory(account=account, feature=feature, day=day, value=3)


def sick(account, score=20):
    HealthScoreFactory(account=account, day=MAY, score=score, band="red")


def test_adoption_is_the_share_of_what_is_granted_that_is_used_lately(crm):
    account = holding(crm)
    used(account, crm, 3)
    used(account, crm, 4, day=MAY - timedelta(days=30))

    found = facts.adoption(account=account, products=[crm.product_id], on=MAY)
    assert found == {crm.product_id: Decimal("0.6")}
    later = facts.adoption(account=account, products=[crm.product_id], on=MAY + timedelta(days=30))
    assert later == {crm.product_id: 0}


def test_what_nobody_measures_has_no_adoption(crm):
    assert facts.adoption(account=holding(crm), products=[crm.product_id], on=MAY) == {}


@pytest.mark.parametrize(("features", "stage"), [(3, Stage.IDENTIFIED), (2, Stage.DEFERRED)])
def test_enough_use_is_value(features, stage, crm):
    account = holding(crm)
    used(account, crm, features)

    opened = open_opportunity(account=account, target_plan=tier("desk"), on=MAY)
    assert opened.stage == stage


@pytest.mark.parametrize(
    ("below", "found"),
    [(1, (Stage.DEFERRED, "anchor_unhealthy")), (0, (Stage.IDENTIFIED, ""))],
)
def test_s6_and_s77_below_the_red_limit_an_attach_product_waits(below, found, crm):
    account = ready(crm)
    Threshold.objects.update_or_create(code=RED, defaults={"value": 40})
    record_health([Scored(account.pk, MAY, 40 - below)])
    desk = tier("desk", ProductFactory(role=ProductRole.ATTACH))

    opened = open_opportunity(account=account, target_plan=desk, on=MAY)
    assert (opened.stage, opened.defer_reason) == found


@pytest.mark.parametrize(("features", "reason"), [(3, ""), (2, "value_not_realised")])
def test_s16_what_comes_before_is_used_to_60_percent(features, reason, crm):
    """The voice product gives them value in any case; only the predecessor is in question."""
    desk, voice = tier("desk"), tier("voice")
    StepFactory(before=crm.product, after=desk.product, min_adoption=usual_adoption(on=MAY))
    account = holding(crm, voice)
    valued(account, voice.product)
    used(account, crm, features)

    opened = open_opportunity(account=account, target_plan=desk, on=MAY)
    assert opened.defer_reason == reason


def test_an_unhealthy_account_is_not_qualified():
    opportunity = upsell()
    sick(opportunity.account)

    with pytest.raises(NotQualified, match="is red") as refusal:
        move(opportunity=opportunity, by=None, to="qualified", on=MAY)
    assert refusal.value.code == "anchor_unhealthy"


def test_who_uses_what_was_won_has_adopted_it(crm):
    won = bring_to(
        open_opportunity(account=ready(tier("voice")), target_plan=crm, on=MAY), Stage.WON
    )
    used(won.account, crm, 2)
    with pytest.raises(NotAdopted):
        move(opportunity=won, by=None, to="adopted", on=MAY)
    used(won.account, crm, 3, day=MAY + timedelta(days=1))

    moved = move(opportunity=won, by=None, to="adopted", on=MAY + timedelta(days=1))
    assert moved.stage == Stage.ADOPTED

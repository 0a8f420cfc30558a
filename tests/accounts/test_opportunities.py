"""Opening opportunities: classified, checked, priced, assigned."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Opportunity, OwnerRole, Stage
from accounts.opportunities.classification import Misclassified, NoMotion, NotACustomer
from accounts.opportunities.opening import (
    AlreadyOpen,
    Excluded,
    MissingPredecessor,
    NotForSale,
    WeakPair,
    open_opportunity,
)
from accounts.opportunities.stages import move
from accounts.profiles import classify
from portfolio.models import Motion, Posture, ProductRole, Threshold
from tests.factories import (
    AccountFactory,
    BundleFactory,
    ChargeFactory,
    FeatureFactory,
    MemberFactory,
    PlanFactory,
    ProductFactory,
    SegmentFactory,
    StepFactory,
    TargetingFactory,
    UserFactory,
    WorkflowEdgeFactory,
    owned_by,
)
from tests.factories.expansion import MAY, bring_to, holding, priced, ready, tier, upsell, valued
from tests.factories.prices import PriceBookFactory, flat
from tests.factories.prices import published as release

pytestmark = pytest.mark.django_db


def opened(account, plan, **facts) -> Opportunity:
    return open_opportunity(account=account, target_plan=plan, on=MAY, **facts)


@pytest.fixture
def crm():
    return ProductFactory(code="crm")


@pytest.fixture
def basic(crm):
    return tier("crm-basic", crm, rank=1)


@pytest.fixture
def pro(crm):
    return tier("crm-pro", crm, rank=2)


@pytest.fixture
def desk():
    return tier("desk-pro", ProductFactory(code="desk", role=ProductRole.ATTACH))


def test_s64_a_higher_tier_of_what_is_owned_is_a_tier_upsell(basic, pro):
    opportunity = opened(ready(basic), pro)

    assert (opportunity.motion, opportunity.from_plan) == (Motion.TIER_UPSELL, basic)
    assert opportunity.stage == Stage.IDENTIFIED


def test_s64_an_add_on_of_what_is_owned_is_a_feature_upsell(basic, crm):
    add_on = tier("crm-sandbox", crm, kind="add_on", rank=None)

    assert opened(ready(basic), add_on).motion == Motion.FEATURE_UPSELL


@pytest.mark.parametrize("kind", ["tier", "capacity"])
def test_s64_more_of_the_same_is_a_capacity_upsell(kind, basic, crm):
    plan = basic if kind == "tier" else tier("crm-storage", crm, kind="capacity", rank=None)

    assert opened(ready(basic), plan).motion == Motion.CAPACITY_UPSELL


def test_s64_another_product_is_adjacent_where_work_flows_and_complementary_else(basic, crm, desk):
    other = tier("voice")
    WorkflowEdgeFactory(from_product=crm, to_product=desk.product)
    account = ready(basic)

    assert opened(account, desk).motion == Motion.ADJACENT_CROSS_SELL
    assert opened(account, other).motion == Motion.COMPLEMENTARY_CROSS_SELL


def test_s64_several_products_at_once_are_a_platform_cross_sell(basic):
    one = BundleFactory(kind="platform")
    ChargeFactory(plan=one)

    assert opened(ready(basic), one).motion == Motion.PLATFORM_CROSS_SELL


@pytest.mark.parametrize("said", [m for m in Motion if m != Motion.TIER_UPSELL])
def test_s64_a_misclassified_entry_is_refused(said, basic, pro):
    with pytest.raises(Misclassified, match=r"crm-pro is a tier upsell for .* crm already"):
        opened(ready(basic), pro, motion=said)
    assert not Opportunity.objects.exists()


def test_who_owns_nothing_is_new_business(pro):
    with pytest.raises(NotACustomer):
        opened(AccountFactory(), pro)


def test_a_lower_tier_is_no_upsell_and_an_add_on_needs_its_product(basic, pro, desk):
    account = ready(pro)

    with pytest.raises(NoMotion, match="above"):
        opened(account, basic)
    with pytest.raises(NoMotion, match="offer a tier"):
        opened(account, PlanFactory(product=desk.product, kind="add_on", rank=None))


def test_the_database_refuses_an_upsell_of_what_is_not_owned(basic, pro, desk):
    row = opened(ready(basic), pro)

    with pytest.raises(IntegrityError, match="account owns"), transaction.atomic():
        Opportunity.objects.create(
            code="x",
            account=row.account,
            motion=Motion.TIER_UPSELL,
            target_plan=desk,
            opened_on=MAY,
            stage_since=MAY,
        )


def test_two_open_for_one_account_motion_and_target_are_refused(basic, pro):
    account = ready(basic)
    first = opened(account, pro)

    with pytest.raises(AlreadyOpen, match=first.code):
        opened(account, pro)
    move(opportunity=first, by=None, to=Stage.LOST, on=MAY, loss_reason="timing")
    assert opened(account, pro).stage == Stage.DEFERRED  # a loss cools down first


def test_its_price_is_that_of_the_accounts_own_book_less_what_it_replaces(basic, pro):
    priced((basic, 29), (pro, 99))
    opportunity = opened(ready(basic, amount=29), pro)

    assert opportunity.expected_mrr == 7000
    assert opportunity.price_trace[-1]["matched"].startswith("/prices/")


def test_an_upsell_is_priced_for_as_many_as_they_have(crm):
    """30 seats from 29 to 99: 2,100 more a month, not 99 less 870."""
    seats = [
        ChargeFactory(plan=PlanFactory(product=crm, rank=rank), feature=FeatureFactory())
        for rank in (1, 2)
    ]
    book = PriceBookFactory(code="standard", segment=None)
    amounts = zip(seats, (29, 99), strict=True)
    release(book, *(flat(c, None, model="per_unit", unit_amount=Decimal(n)) for c, n in amounts))
    basic, pro = (charge.plan for charge in seats)
    account = ready(basic, amount=870, quantity=Decimal(30))

    assert opened(account, pro).expected_mrr == 2100_00
    account = ready(basic, amount=870, quantity=Decimal(30))
    assert opened(account, pro, quantity=Decimal(40)).expected_mrr == 3090_00


def test_what_they_pay_more_for_already_is_not_told_as_nothing(basic, pro):
    """The list says 99, they pay 870, and nobody knows for how many: not 0 more, but unknown."""
    priced((basic, 29), (pro, 99))
    account = ready(basic, amount=870)
    opportunity = opened(account, pro)

    assert opportunity.expected_mrr is None
    assert opportunity.price_trace[-1] == {
        "step": "quantity",
        "reason": f"They pay more for {basic} already, and how many they have is not known.",
    }
    move(opportunity=opportunity, by=None, to=Stage.DISQUALIFIED, on=MAY, reason="Once more.")
    assert opened(account, pro, quantity=Decimal(1)).expected_mrr == 0


def test_without_a_price_it_says_which_books_were_asked(basic, pro):
    opportunity = opened(ready(basic), pro)

    assert opportunity.expected_mrr is None
    assert "Price books asked" in opportunity.price_trace[0]["reason"]


def test_whoever_looks_after_the_account_owns_it(basic, pro):
    account, ann = ready(basic), UserFactory()
    owned_by(ann, account=account, role=OwnerRole.CSM)
    owned_by(UserFactory(), account=account, role=OwnerRole.AM)

    assert opened(account, pro).owner.assignments.get().role == OwnerRole.AM


def test_whoever_opens_it_has_sourced_it(basic, pro):
    member = MemberFactory()

    assert opened(ready(basic), pro, by=member.user).sourced_by == member


@pytest.mark.parametrize("what", ["plan", "product"])
def test_what_is_not_on_sale_is_not_offered(what, basic, pro, crm):
    account = ready(basic)
    row = pro if what == "plan" else crm
    row.end_of_sale_on = MAY
    row.save()

    with pytest.raises(NotForSale):
        opened(account, pro)


def test_what_is_excluded_in_the_segment_is_not_offered(basic, desk):
    account, smb = ready(basic), SegmentFactory(name="SMB")
    classify(account=account, segment=smb, region=None, starts_on=MAY)
    TargetingFactory(product=desk.product, segment=smb, posture=Posture.EXCLUDE)

    with pytest.raises(Excluded, match="desk is never offered to SMB"):
        opened(account, desk)


def test_what_builds_on_something_missing_names_it(basic, desk):
    StepFactory(before=ProductFactory(name="Warehouse"), after=desk.product)

    with pytest.raises(MissingPredecessor, match="first Warehouse"):
        opened(ready(basic), desk)


def test_s14_a_weak_pair_needs_a_reason_which_is_kept(basic, desk):
    Threshold.objects.filter(code="minimum-support").update(value=20)
    account = ready(basic)
    holding(basic, desk)
    for _ in range(18):
        holding(basic)

    with pytest.raises(WeakPair, match="1 of 20"):  # exactly 5 %
        opened(account, desk, weak_pair_reason="  ")
    assert opened(account, desk, weak_pair_reason="They asked.").weak_pair_reason == "They asked."


def test_s14_few_holders_are_no_weak_pair(basic, desk):
    assert opened(ready(basic), desk).stage == Stage.IDENTIFIED


def test_s77_without_value_it_is_deferred_as_premature(basic, pro):
    opportunity = opened(holding(basic), pro)

    assert (opportunity.stage, opportunity.defer_reason) == (Stage.DEFERRED, "premature")
    assert opportunity.transitions.get().reason == opportunity.note


def test_s16_a_predecessor_that_is_not_adopted_defers_it(basic, crm, desk):
    other = tier("voice")
    StepFactory(before=crm, after=desk.product)
    account = holding(basic, other)
    valued(account, other.product)

    assert opened(account, desk).defer_reason == "value_not_realised"
    valued(account, crm)
    assert opened(account, tier("desk-plus", desk.product, rank=9)).stage == Stage.IDENTIFIED


def test_s78_after_a_loss_the_motion_cools_down(basic, pro):
    account = ready(basic)
    lost = opened(account, pro)
    move(opportunity=lost, by=None, to=Stage.LOST, on=MAY, loss_reason="price")

    again = {"account": account, "target_plan": pro}
    cooling = open_opportunity(on=MAY + timedelta(days=89), **again)
    assert (cooling.stage, cooling.defer_reason) == (Stage.DEFERRED, "cooldown")
    move(opportunity=cooling, by=None, to=Stage.QUALIFIED, on=MAY + timedelta(days=90))


def test_a_won_one_leaves_room_for_the_next(basic, pro):
    won = bring_to(upsell(), Stage.WON)

    assert (won.stage, won.adopt_by) == (Stage.WON, MAY + timedelta(days=90))

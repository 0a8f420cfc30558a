"""Chances to sell more: accounts that are ready for it, and opportunities at every stage."""

from datetime import date
from decimal import Decimal

from accounts.experiments import begin
from accounts.models import (
    Account,
    Contact,
    ContactRole,
    Experiment,
    Opportunity,
    Playbook,
    PlaybookStep,
    Stage,
    Stakeholder,
    SubscriptionLine,
    ValueOutcome,
    Variant,
)
from accounts.opportunities.opening import open_opportunity
from accounts.opportunities.stages import move
from portfolio.models import Product
from pricing.models import Plan
from tests.factories.catalog import SINCE, ChargeFactory, PlanFactory, ProductFactory
from tests.factories.customers import AccountFactory, LineFactory, SubscriptionFactory
from tests.factories.prices import PriceBookFactory, flat
from tests.factories.prices import published as release

MAY = date(2026, 5, 1)
JUNE = date(2026, 6, 1)
PROBLEM = "Their support agents type every address twice."


def tier(code: str, product: Product | None = None, **facts) -> Plan:
    """A tier with a base charge."""
    plan = PlanFactory(code=code, product=product or ProductFactory(code=code), **facts)
    ChargeFactory(plan=plan)
    return plan


def priced(*amounts: tuple[Plan, int]) -> None:
    """A standard book with monthly prices of these plans, from 2020 on."""
    book = PriceBookFactory(code="standard", segment=None)
    release(book, *(flat(plan.charges.get(), amount) for plan, amount in amounts))


def holding(*plans: Plan, account: Account | None = None, **facts) -> Account:
    """An account with a line of each plan since 2020."""
    account = account or AccountFactory()
    for plan in plans:
        LineFactory(
            subscription=SubscriptionFactory(account=account), charge=plan.charges.get(), **facts
        )
    return account


def valued(account: Account, product: Product, on: date = date(2026, 1, 1)) -> ValueOutcome:
    return ValueOutcome.objects.create(
        account=account, product=product, achieved_on=on, description="Half the time per ticket."
    )


def ready(*plans: Plan, **facts) -> Account:
    """An account that holds the plans and has got value from each."""
    account = holding(*plans, **facts)
    for plan in plans:
        valued(account, plan.product)
    return account


def engage(opportunity: Opportunity, role: str, on: date = MAY) -> Stakeholder:
    contact = Contact.objects.create(account=opportunity.account, name="Pat Doe", role=role)
    return Stakeholder.objects.create(opportunity=opportunity, contact=contact, engaged_on=on)


def upsell(account: Account | None = None, **facts) -> Opportunity:
    """A tier upsell of an account that is ready for it, identified."""
    crm = ProductFactory()
    basic = tier(f"{crm.code}-basic", crm, rank=1)
    pro = tier(f"{crm.code}-pro", crm, rank=2)
    account = ready(basic, account=account)
    return open_opportunity(account=account, target_plan=pro, on=MAY, **facts)


def bring_to(opportunity: Opportunity, stage: str, *, on: date = MAY, by=None) -> Opportunity:
    """The opportunity, moved on step by step until it is at the stage."""
    steps = [Stage.QUALIFIED, Stage.ENGAGED, Stage.EVALUATING, Stage.PURCHASING]
    for step in steps:
        if opportunity.stage == stage:
            break
        if step == Stage.ENGAGED:
            engage(opportunity, ContactRole.CHAMPION, on)
            engage(opportunity, ContactRole.EXECUTIVE, on)
        said = {"problem": PROBLEM} if step == Stage.ENGAGED else {}
        opportunity = move(opportunity=opportunity, by=by, to=step, on=on, **said)
    if stage == Stage.WON and opportunity.stage == Stage.PURCHASING:
        line = bought(opportunity, on)
        opportunity = move(opportunity=opportunity, by=by, to=stage, on=on, won_line=line)
    return opportunity


def bought(opportunity: Opportunity, on: date = MAY) -> SubscriptionLine:
    """A new line of what the opportunity is about."""
    subscription = SubscriptionFactory(account=opportunity.account)
    charge = opportunity.target_plan.charges.get()
    return LineFactory(subscription=subscription, charge=charge, starts_on=on, amount=Decimal(200))


def playbook(motion: str = "tier_upsell", number: int = 1, **facts) -> Playbook:
    """A draft with one step."""
    found = Playbook.objects.create(
        motion=motion,
        number=number,
        name="Up one tier",
        message="You have outgrown it.",
        success="Twice the pipelines in use after 60 days.",
        **facts,
    )
    PlaybookStep.objects.create(
        playbook=found, stage=Stage.IDENTIFIED, rank=1, title="Look at their limits"
    )
    return found


def experiment(code: str = "pitch", motion: str = "tier_upsell", weights=(50, 50), **facts):
    """Variants a, b, ... with these weights, from 2020 on."""
    variants = [
        Variant(code=letter, name=letter.upper(), weight=weight)
        for letter, weight in zip("abcdef", weights, strict=False)
    ]
    row = Experiment(**{"code": code, "name": code, "motion": motion, "starts_on": SINCE, **facts})
    return begin(experiment=row, variants=variants)

"""Rows of customers and of whoever sells to them, each with what it needs."""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Model

from accounts.models import (
    Account,
    Assignment,
    Contact,
    Experiment,
    IncentiveRedemption,
    Member,
    Opportunity,
    Playbook,
    Pool,
    RebalancingProposal,
    RoutingRuleSet,
    Stakeholder,
    Subscription,
    SubscriptionFeedback,
    SubscriptionLine,
    Team,
)
from pricing.models import (
    Charge,
)
from tests.config.audit.catalog_rows import (
    DAY,
    LATER,
    NOON,
    numbers,
    plan,
    policy,
    saved_incentive,
    stored,
    user,
)


def redemption() -> IncentiveRedemption:
    of = line()
    of.save()
    return IncentiveRedemption(
        incentive=saved_incentive(),
        account=of.account,
        line=of,
        discount=1,
        starts_on=DAY,
        ends_on=NOON.date() + timedelta(days=9),
    )


def lock(model: type[Model], **facts: Callable[[], Model]) -> Model:
    """A lock that has not begun."""
    held = stored(line())
    made = {name: make() for name, make in facts.items()}
    days = {"starts_on": LATER, "ends_on": None}
    return model(account=held.account, root=held, policy=stored(policy()), **days, **made)


def account() -> Account:
    return Account.objects.create(code=f"a{next(numbers)}", name="Acme", created_on=DAY)


def agreement() -> Subscription:
    code = f"s{next(numbers)}"
    return Subscription.objects.create(code=code, account=account(), currency="USD", starts_on=DAY)


def line() -> SubscriptionLine:
    subscription, charge = agreement(), Charge.objects.create(plan=plan())
    return SubscriptionLine(
        subscription=subscription,
        account=subscription.account,
        plan=charge.plan,
        charge=charge,
        product=charge.plan.product,
        amount=1,
        mrr=100,
        starts_on=DAY,
    )


def feedback() -> SubscriptionFeedback:
    return SubscriptionFeedback(account=account(), kind="churn", reason="price", given_on=DAY)


def said_feedback() -> SubscriptionFeedback:
    said = feedback()
    said.save()
    return said


def team() -> Team:
    return Team.objects.create(code=f"team{next(numbers)}", name="Home")


def member() -> Member:
    return Member.objects.create(user=user(), team=team(), role="csm", starts_on=DAY)


def pool() -> Pool:
    return Pool.objects.create(code=f"pool{next(numbers)}", name="P")


def rule_set() -> RoutingRuleSet:
    return RoutingRuleSet.objects.create(number=next(numbers), title="R", author=user())


def proposal() -> RebalancingProposal:
    return RebalancingProposal.objects.create(pool=pool(), starts_on=DAY, figures={}, author=user())


def assignment() -> Assignment:
    return Assignment.objects.create(account=account(), member=member(), role="csm", starts_on=DAY)


def experiment() -> Experiment:
    return Experiment.objects.create(
        code=f"e{next(numbers)}",
        name="E",
        motion="tier_upsell",
        salt="s",
        is_imported=True,
        starts_on=DAY,
    )


def playbook() -> Playbook:
    return Playbook.objects.create(
        motion="tier_upsell", number=next(numbers), name="P", message="M", success="S"
    )


def new_opportunity() -> Opportunity:
    return Opportunity(
        code=f"o{next(numbers)}",
        account=account(),
        motion="tier_upsell",
        origin="import",
        opened_on=DAY,
        stage_since=DAY,
    )


def opportunity() -> Opportunity:
    row = new_opportunity()
    row.save()
    return row


def stakeholder() -> Stakeholder:
    row = opportunity()
    contact = Contact.objects.create(account=row.account, name="Pat", role="user")
    return Stakeholder(opportunity=row, contact=contact, engaged_on=DAY)

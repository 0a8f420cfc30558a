"""Who pursues an opportunity: the one question that is asked of whoever assigns owners."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.models import (
    Account,
    Assignment,
    Member,
    Opportunity,
    OwnerRole,
    RoutingDecision,
)
from accounts.ownership import LaterOwner, MemberNotActive
from accounts.routing.assigning import NoActiveRuleSet, NoOwnerFound, assign_by_rules
from accounts.routing.subjects import Question
from config.access.models import User
from portfolio.models import Product

ORDER = (
    OwnerRole.AM,
    OwnerRole.AE,
    OwnerRole.CSM,
    OwnerRole.SPECIALIST,
    OwnerRole.PRODUCT_LED_QUEUE,
)


@dataclass(frozen=True)
class Found:
    """Who pursues it, and the decision that gave it to them, if the rules did."""

    member: Member | None
    decision: RoutingDecision | None = None


def owner_of(*, opportunity: Opportunity, by: User | None) -> Found:
    """Who pursues an opportunity from its first day on.

    Whom the routing rules find; without active rules, or where these find nobody, whoever owns
    the account already.
    """
    account, product, on = opportunity.account, opportunity.product, opportunity.opened_on
    question = Question(on, product, opportunity.motion, opportunity.expected_mrr)
    try:
        with transaction.atomic():
            key = f"opportunity:{opportunity.code}"
            decision = assign_by_rules(account=account, question=question, key=key, by=by)
    except (NoActiveRuleSet, NoOwnerFound, LaterOwner, MemberNotActive):
        return Found(current_owner(account=account, product=product, on=on))
    return Found(decision.member, decision)


def current_owner(*, account: Account, product: Product | None, on: date) -> Member | None:
    """Who owns the product at the account on the day, else the account itself.

    Of several owners the account manager goes first, then who sells, then who looks after it.
    """
    owners = Assignment.objects.in_force(on=on).filter(account=account).select_related("member")
    found = [each for each in owners if each.product_id in (None, product and product.pk)]
    found.sort(key=lambda each: (each.product_id is None, ORDER.index(each.role), each.pk))
    return found[0].member if found else None


def member_of(user: User | None, *, on: date) -> Member | None:
    """The membership in which somebody acts on the day, if they have one."""
    if user is None:
        return None
    return Member.objects.in_force(on=on).filter(user=user.pk).order_by("pk").first()

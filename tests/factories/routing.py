"""Pools and rule sets."""

from datetime import date

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.models import (
    Absence,
    Account,
    NamedAccount,
    OwnerRole,
    Pool,
    PoolMember,
    RoutingRule,
    RoutingRuleSet,
    Strategy,
)
from accounts.routing.assigning import assign_by_rules
from accounts.routing.rule_sets import activate, draft
from accounts.routing.simulation import simulate
from accounts.routing.subjects import Question
from portfolio.models import OwnerModel
from tests.factories.catalog import SINCE
from tests.factories.customers import AccountFactory, MemberFactory
from tests.factories.people import UserFactory

DAY = date(2026, 6, 1)


class PoolFactory(DjangoModelFactory):
    class Meta:
        model = Pool

    code = Sequence("pool-{}".format)
    name = SelfAttribute("code")


class PoolMemberFactory(DjangoModelFactory):
    class Meta:
        model = PoolMember

    pool = SubFactory(PoolFactory)
    member = SubFactory(MemberFactory)
    position = Sequence(lambda number: number + 1)


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    member = SubFactory(MemberFactory)
    starts_on = DAY


class NamedAccountFactory(DjangoModelFactory):
    class Meta:
        model = NamedAccount

    account = SubFactory(AccountFactory)
    member = SubFactory(MemberFactory)
    role = SelfAttribute("member.role")
    reason = "They asked for them."
    starts_on = SINCE


def pool_of(*weights: int, role: str = OwnerRole.CSM, capacity: int | None = None) -> Pool:
    """A pool with so many members, in order of position; each with a login of their own."""
    pool = PoolFactory()
    for position, weight in enumerate(weights, start=1):
        PoolMemberFactory(
            pool=pool,
            member=MemberFactory(role=role),
            weight=weight,
            capacity=capacity,
            position=position,
        )
    return pool


def members_of(pool: Pool) -> list:
    return [seat.member for seat in pool.members.select_related("member").order_by("position")]


def rule_set_of(*rules: dict, title: str = "Rules", **facts) -> RoutingRuleSet:
    """A draft with these rules in this order; a pool without a strategy takes turns."""
    made = draft(title=title, by=UserFactory(), **facts)
    for rank, rule in enumerate(rules, start=1):
        given = {"rank": rank, "rule_set": made, **rule}
        if "pool" in given:
            given.setdefault("strategy", Strategy.ROUND_ROBIN)
        if "member" in given:
            given["strategy"] = Strategy.FIXED
        row = RoutingRule(**given)
        row.full_clean()
        row.save()
    return made


def active_rules(*rules: dict, on: date = DAY, **facts) -> RoutingRuleSet:
    """The same, simulated and active."""
    made = simulate(rule_set=rule_set_of(*rules, **facts), on=on)
    return activate(rule_set=made, by=UserFactory(), on=on)


def csm_led() -> dict:
    """The rule of the first stage that makes everything a customer success manager's."""
    return {"sets_owner_model": OwnerModel.CSM_LED}


def routed(account: Account | None = None, *, on: date = DAY, key: str = "", **facts):
    """The decision about an account."""
    account = account or AccountFactory()
    question = Question(on=on, **facts)
    return assign_by_rules(account=account, question=question, key=key or f"{account.code}-{on}")

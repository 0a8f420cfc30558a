"""How the demo's customers find owners: pools, rules in force, and the next rules to try."""

from datetime import date, timedelta

from django.db import transaction

from accounts.models import (
    Absence,
    Account,
    Member,
    NamedAccount,
    OwnerRole,
    Pool,
    PoolMember,
    RoutingRule,
    RoutingRuleSet,
    Strategy,
    Team,
)
from accounts.routing.assigning import assign_by_rules
from accounts.routing.rule_sets import activate, draft
from accounts.routing.simulation import simulate
from accounts.routing.subjects import Question
from config.access.models import User
from metrics.demo.catalog import PORTFOLIO
from metrics.demo.owners import DOMAIN
from portfolio.models import OwnerModel, Portfolio, Segment

COLLEAGUES = (
    ("olle", "Olle Varga", "success", OwnerRole.CSM),
    ("mina", "Mina Sorel", "success", OwnerRole.CSM),
    ("selfserve", "Self-service desk", "success", OwnerRole.PRODUCT_LED_QUEUE),
)
# Who shares, with their weight and how many accounts they can carry.
POOLS = {
    "success": ("Customer success", (("edda", 100, 200), ("olle", 100, 150), ("mina", 50, 60))),
    "sales": ("Sales of large accounts", (("sales", 200, 160), ("nils", 100, 140))),
    "self-service": ("Self-service", (("selfserve", 100, None),)),
}
ROUTED = 30


@transaction.atomic
def make_routing(*, on: date) -> int:
    """Add pools, rules and some decisions where there are none; returns how many decisions.

    Nothing where there is a rule set already, or where the book is not the demo's.
    """
    known = Portfolio.objects.filter(code=PORTFOLIO["code"]).exists()
    if not known or RoutingRuleSet.objects.exists() or not Team.objects.exists():
        return 0
    _make_colleagues(on=on)
    pools = {code: _make_pool(code, name, seats) for code, (name, seats) in POOLS.items()}
    by = User.objects.get(email=f"revops@{DOMAIN}")
    rules = _make_rules("Rules of the year", by, pools)
    simulate(rule_set=rules, on=on)
    activate(rule_set=rules, by=by, on=on)
    following = draft(title="Next year: more to sales", by=by, copy=rules)
    following.large_from = 150_000
    following.save()
    return _route(on=on, by=by)


def _member(login: str) -> Member:
    return Member.objects.get(user__email=f"{login}@{DOMAIN}")


def _make_colleagues(*, on: date) -> None:
    for login, name, team, role in COLLEAGUES:
        email = f"{login}@{DOMAIN}"
        user = User.objects.filter(email=email).first()
        user = user or User.objects.create_user(email, name=name)
        Member.objects.create(
            user=user,
            team=Team.objects.get(code=team),
            role=role,
            starts_on=on - timedelta(days=200),
        )
    Absence.objects.create(
        member=_member("mina"), starts_on=on - timedelta(days=3), ends_on=on + timedelta(days=11)
    )


def _make_pool(code: str, name: str, seats: tuple) -> Pool:
    pool = Pool.objects.create(code=code, name=name)
    for position, (login, weight, capacity) in enumerate(seats, start=1):
        PoolMember.objects.create(
            pool=pool,
            member=_member(login),
            weight=weight,
            capacity=capacity,
            position=position,
        )
    return pool


def _make_rules(title: str, by: User, pools: dict[str, Pool]) -> RoutingRuleSet:
    rules = draft(title=title, by=by)
    enterprise = Segment.objects.get(code="enterprise")
    turns, weights = Strategy.ROUND_ROBIN, Strategy.WEIGHTED
    kept = {"strategy": weights, "sticky": True, "inherit_from_parent": True}
    csm, sales, alone = OwnerModel.CSM_LED, OwnerModel.SALES_LED, OwnerModel.PRODUCT_LED
    wanted = (
        {"name": "Enterprise", "segment": enterprise, "sets_owner_model": sales},
        {"name": "Through procurement", "procurement": True, "sets_owner_model": sales},
        {
            "name": "Large",
            "owner_model": sales,
            "pool": pools["sales"],
            "strategy": weights,
            **kept,
        },
        {
            "name": "Middle",
            "owner_model": csm,
            "pool": pools["success"],
            "strategy": weights,
            **kept,
        },
        {"name": "Small", "owner_model": alone, "pool": pools["self-service"], "strategy": turns},
        {"name": "Everybody else", "pool": pools["success"], "strategy": turns},
    )
    for rank, facts in enumerate(wanted, start=1):
        rule = RoutingRule(rule_set=rules, rank=rank, **facts)
        rule.full_clean()
        rule.save()
    return rules


def _route(*, on: date, by: User) -> int:
    """Accounts without an owner get one, but for those that sales would: their book is dealt."""
    free = Account.objects.looked_after_by_nobody(on=on).order_by("code")
    large = Account.objects.classified(on=on, segment="enterprise").values("pk")
    rows = list(free.exclude(pk__in=large).filter(procurement_required=False)[: ROUTED + 1])
    if rows:
        named = rows.pop()
        NamedAccount.objects.create(
            account=named,
            role=OwnerRole.CSM,
            member=_member("edda"),
            reason="They built their roll-out with her.",
            starts_on=on,
        )
    question = Question(on=on)
    for account in rows:
        assign_by_rules(account=account, question=question, key=f"demo:{account.code}", by=by)
    return len(rows)

"""What finding owners costs: all accounts rehearsed, and one account at a time.

Every account has a segment, a country, a size, a subscription and an owner among 200 members of
twenty pools; the rules ask about all of that and choose in turn, by weight and by room.
"""

from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter

from django.db import OperationalError, ProgrammingError, connection, transaction

from accounts.models import (
    Account,
    Member,
    OwnerRole,
    Pool,
    PoolMember,
    RoutingRule,
    RoutingRuleSet,
    Strategy,
    Team,
)
from accounts.routing.assigning import assign_by_rules, explain
from accounts.routing.rule_sets import activate, draft
from accounts.routing.simulation import simulate
from accounts.routing.subjects import Question
from benchmarks import environment
from benchmarks.auditing import recorded
from benchmarks.database import without_indexes
from config.access.models import User
from config.postgresql.limits import allow_long_work
from config.postgresql.owner import as_owner
from portfolio.models import OwnerModel, Portfolio, Product, ProductRole, Segment
from pricing.models import Charge, Plan

Say = Callable[[str], None]
TABLES = (
    "accounts_account",
    "accounts_accountprofile",
    "accounts_subscription",
    "accounts_subscriptionline",
    "accounts_assignment",
)
MEMBERS, POOLS = 200, 20
COUNTRIES = ("DE", "FR", "US", "GB", "JP", "BR", "IN", "SE")
DAY = "2025-01-01"
SINGLE = 200

# One account in ten belongs to another one; ids run without a gap in a new database.
FACTS = """
INSERT INTO accounts_account (code, name, currency, created_on, country, industry, employees,
                              parent_id, procurement_required, fiscal_year_starts)
SELECT 'A' || n, 'Customer ' || n, 'USD', '2021-01-01',
       (%(countries)s::text[])[1 + n %% 8], CASE WHEN n %% 5 = 0 THEN 'retail' ELSE '' END,
       (n::bigint * 7919 %% 5000), CASE WHEN n %% 10 = 0 AND n > 10 THEN %(first)s + n / 10 - 1 END,
       n %% 13 = 0, 1
FROM generate_series(1, %(accounts)s) n;
INSERT INTO accounts_accountprofile (account_id, segment_id, source, starts_on)
SELECT id, (%(segments)s::bigint[])[1 + id %% 3], 'import', '2021-01-01' FROM accounts_account;
INSERT INTO accounts_subscription (code, account_id, currency, starts_on, term_months)
SELECT code || '-1', id, 'USD', '2021-01-01', 12 FROM accounts_account;
INSERT INTO accounts_subscriptionline (subscription_id, account_id, plan_id, charge_id, product_id,
    instance, interval, amount, mrr, origin, recorded_at, starts_on)
SELECT id, account_id, %(plan)s, %(charge)s, %(product)s, 0, 'month',
       1 + account_id * 31 %% 9000, 100 * (1 + account_id * 31 %% 9000), 'import', now(), starts_on
FROM accounts_subscription;
INSERT INTO accounts_assignment (account_id, role, member_id, starts_on, source)
SELECT a.id, m.role, m.id, '2021-01-01', 'manual'
FROM accounts_account a JOIN accounts_member m ON m.id = %(member)s + a.id %% %(members)s;
"""


def holds(accounts: int) -> bool:
    """Whether an earlier run has left the database with so many accounts."""
    try:
        return Account.objects.count() == accounts and RoutingRuleSet.objects.exists()
    except (OperationalError, ProgrammingError):
        return False


def load(accounts: int, say: Say) -> None:
    """A new database with so many accounts and a draft of rules."""
    start = perf_counter()
    with recorded(False), as_owner(connection), without_indexes(*TABLES):
        ids = _catalog()
        with transaction.atomic(), connection.cursor() as cursor:
            allow_long_work()
            cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM accounts_account")
            ids |= {"accounts": accounts, "first": cursor.fetchone()[0]}
            cursor.execute(FACTS, ids)
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    _rules()
    say(f"  {accounts:,} accounts loaded in {perf_counter() - start:.0f} s")


def measure(rounds: int, say: Say) -> dict:
    """Seconds of a rehearsal on all accounts, milliseconds of explaining and giving one."""
    rules = RoutingRuleSet.objects.order_by("number").last()
    by = rules.author
    if not rules.is_editable:
        rules = draft(title="Again", by=by, copy=rules)
    question = Question(on=rules.author.created_at.date())
    seconds = []
    for _ in range(rounds):
        start = perf_counter()
        simulate(rule_set=rules, on=question.on)
        seconds.append(perf_counter() - start)
        say(f"  rehearsed in {seconds[-1]:.1f} s, load {environment.load()}")
    report = rules.report
    activate(rule_set=rules, by=by, on=question.on)
    accounts = list(
        Account.objects.order_by("pk")[:: max(report["accounts"] // SINGLE, 1)][:SINGLE]
    )
    explained = [_milliseconds(explain, account=account, question=question) for account in accounts]
    given = [
        _milliseconds(
            assign_by_rules,
            account=account,
            question=question,
            key=f"{rules.pk}-{account.pk}",
            by=by,
        )
        for account in accounts
    ]
    found = {
        "accounts": report["accounts"],
        "moved": report["moved"],
        "rehearsal_s": [round(second, 1) for second in seconds],
        "explain_ms": _spread(explained),
        "assign_ms": _spread(given),
    }
    say(f"  {found}")
    return found


def _milliseconds(call: Callable, **facts) -> float:
    start = perf_counter()
    call(**facts)
    return (perf_counter() - start) * 1000


def _spread(times: list[float]) -> dict:
    return {"median": round(median(times), 1), "p95": round(quantiles(times, n=20)[-1], 1)}


def _catalog() -> dict:
    home = Portfolio.objects.create(code="bench", name="Benchmark")
    product = Product.objects.create(
        code="p", name="P", portfolio=home, role=ProductRole.ANCHOR, available_from="2020-01-01"
    )
    plan = Plan.objects.create(code="p-1", name="T", product=product, rank=1)
    charge = Charge.objects.create(plan=plan)
    segments = [
        Segment.objects.create(code=f"s{rank}", name=f"S{rank}", rank=rank).pk
        for rank in range(1, 4)
    ]
    members = _members()
    return {
        "countries": list(COUNTRIES),
        "segments": segments,
        "plan": plan.pk,
        "charge": charge.pk,
        "product": product.pk,
        "member": members[0].pk,
        "members": MEMBERS,
    }


def _members() -> list[Member]:
    team = Team.objects.create(code="bench", name="Benchmark")
    users = User.objects.bulk_create(
        User(email=f"m{n}@example.org", password="!")  # noqa: S106  (nobody signs in)
        for n in range(MEMBERS)
    )
    roles = (OwnerRole.CSM, OwnerRole.CSM, OwnerRole.AE, OwnerRole.PRODUCT_LED_QUEUE)
    members = Member.objects.bulk_create(
        Member(user=user, team=team, role=roles[n % 4], starts_on="2020-01-01")
        for n, user in enumerate(users)
    )
    pools = Pool.objects.bulk_create(Pool(code=f"pool{n}", name=f"Pool {n}") for n in range(POOLS))
    PoolMember.objects.bulk_create(
        PoolMember(
            pool=pools[n // (MEMBERS // POOLS)],
            member=member,
            position=n,
            weight=50 + n % 5 * 25,
            capacity=10**6,
        )
        for n, member in enumerate(members)
    )
    return members


def _rules() -> None:
    """Fifteen rules: three kinds of owner by segment, size and procurement, then twelve pools."""
    pools = list(Pool.objects.order_by("pk"))
    segments = list(Segment.objects.order_by("rank"))
    rules = draft(title="Benchmark", by=User.objects.order_by("pk").first())
    kinds = [
        {"segment": segments[2], "sets_owner_model": OwnerModel.SALES_LED},
        {"procurement": True, "sets_owner_model": OwnerModel.SALES_LED},
        {"deal_below": 100_000, "sets_owner_model": OwnerModel.PRODUCT_LED},
    ]
    strategies = (Strategy.ROUND_ROBIN, Strategy.WEIGHTED, Strategy.CAPACITY)
    asked = [
        *({"country": country} for country in COUNTRIES),
        {"industry": "retail", "employees_from": 100},
        {"employees_to": 50},
        {"deal_from": 500_000},
    ]
    people = [
        {**facts, "pool": pool, "strategy": strategies[place % 3], "sticky": place % 4 == 0}
        for place, (facts, pool) in enumerate(zip(asked, pools, strict=False))
    ]
    last = {"pool": pools[-1], "strategy": Strategy.WEIGHTED, "inherit_from_parent": True}
    for rank, facts in enumerate([*kinds, *people, last], start=1):
        RoutingRule.objects.create(rule_set=rules, rank=rank, **facts)

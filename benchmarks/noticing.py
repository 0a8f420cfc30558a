"""How long an evaluation of twenty signal rules takes for a large book."""

from collections.abc import Callable
from datetime import date
from time import perf_counter

from django.db import connection

from accounts.models import BehaviourKind, SignalRule
from accounts.signals.evaluation import Evaluation, acted_on, noticed
from benchmarks import database, environment
from benchmarks.book import make_book
from benchmarks.loading import load
from benchmarks.offering import sell
from portfolio.models import Motion

DAY = date(2025, 10, 12)
SAMPLE = 500  # signals to open
# Use of one limited feature by everybody, near the limit of one in 500; gates and power users of
# fewer; events of each kind by one account in 200; half of the fiscal years.
TELL = """
INSERT INTO pricing_feature (code, name, product_id, value_type, unit, levels, is_support,
                             on_exceed, rank)
SELECT 'limit-' || id, 'Limit', id, 'quantity', '', '{}', false, 'block_new', 1
FROM portfolio_product;
INSERT INTO pricing_planversion (plan_id, number, state, starts_on, existing_treatment, version)
SELECT id, 900, 'draft', '2015-01-01', 'keep', 1 FROM pricing_plan WHERE product_id IS NOT NULL;
INSERT INTO pricing_entitlement (plan_version_id, feature_id, quantity, unlimited)
SELECT version.id, feature.id, 100, false
FROM pricing_planversion version JOIN pricing_plan plan ON plan.id = version.plan_id
JOIN pricing_feature feature ON feature.product_id = plan.product_id
WHERE version.number = 900;
UPDATE pricing_planversion SET state = 'published' WHERE number = 900;
INSERT INTO accounts_usageday (account_id, feature_id, kind, day, value)
SELECT DISTINCT line.account_id, feature.id, told.kind, '2025-10-11'::date,
       CASE told.kind WHEN 'use' THEN CASE WHEN line.account_id %% 500 = 0 THEN 92 ELSE 40 END
            ELSE CASE WHEN line.account_id %% 1000 = 0 THEN 9 ELSE 1 END END
FROM accounts_subscriptionline line
JOIN pricing_feature feature ON feature.product_id = line.product_id
JOIN (VALUES ('use', 1), ('gate_hit', 10), ('power_users', 20)) told (kind, of)
  ON line.account_id %% told.of = 0
WHERE line.voided_at IS NULL AND line.ends_on IS NULL;
INSERT INTO accounts_behaviourevent (account_id, kind, at, key)
SELECT account.id, kind, '2025-10-10 12:00Z', kind
FROM accounts_account account, unnest(%(kinds)s::text[]) WITH ORDINALITY told (kind, number)
WHERE account.id %% 200 = number;
UPDATE accounts_account SET fiscal_year_starts = 1 + id %% 12 WHERE id %% 2 = 0;
ANALYZE"""
KINDS = [kind.value for kind in BehaviourKind][:10]
LASTING = ("usage_limit", "gate_hits", "power_users", "growing_value")
DATES = (("renewal", 90), ("renewal", 60), ("renewal", 30), ("fiscal_year", 80))
OTHERS = ("value_reached", "feature_request")


def measure(name: str, accounts: int, say: Callable[[str], None]) -> dict:
    """Seconds in which everything is noticed and what may not act is kept, for everybody; and
    milliseconds that each of the first signals to open takes, which asks prices and gates of one
    account at a time."""
    database.use(name)
    try:
        database.create()
        load(make_book(accounts), say)
        _prepare()
        found = {"accounts": accounts, "rules": SignalRule.objects.count()}
        found["load_before"] = environment.load()
        rules = list(SignalRule.objects.asked())
        begun = perf_counter()
        rows = noticed(rules, Evaluation(DAY))
        found["notice_seconds"] = round(perf_counter() - begun, 2)
        found["to_open"] = len(rows)
        acted = Evaluation(DAY)
        begun = perf_counter()
        acted_on(rows[:SAMPLE], rules, acted)
        found["opening_ms"] = round((perf_counter() - begun) / len(rows[:SAMPLE]) * 1000, 1)
        found["opened"], found["refused"] = len(acted.opened), dict(acted.suppressed)
        found["load_after"] = environment.load()
        say("  " + ", ".join(f"{name} {value}" for name, value in found.items()))
        return found
    finally:
        database.drop()


def _prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TELL, {"kinds": KINDS})
    sell()
    sources = [(source, {"frequency_days": 30}) for source in LASTING]
    sources += [(source, {"days": days}) for source, days in DATES]
    sources += [(source, {}) for source in OTHERS]
    sources += [("behaviour", {"behaviour": kind}) for kind in KINDS]
    SignalRule.objects.bulk_create(
        SignalRule(
            code=f"rule-{rank}",
            name=f"Rule {rank}",
            source=source,
            motion=list(Motion)[rank % 3],
            cooldown_days=90,
            rank=rank,
            **facts,
        )
        for rank, (source, facts) in enumerate(sources, start=1)
    )

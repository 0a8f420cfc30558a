"""Evaluating the rules for a day: what fires opens opportunities, the rest says why it does not.

However often a day is evaluated, and by however many at once, the same opportunities result.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db import connection, transaction

from accounts.models import (
    Account,
    Opportunity,
    OpportunityOrigin,
    Signal,
    SignalRule,
    SignalState,
)
from accounts.opportunities.opening import AlreadyOpen, open_opportunity
from accounts.opportunities.standing import standing
from accounts.ownership import lock
from accounts.signal_events import signals_evaluated
from accounts.signals.noticing import Why, begin, notice
from accounts.signals.targets import target
from config.errors import DomainError
from config.postgresql.limits import allow_long_work
from portfolio.models import Motion
from pricing.models import PlanKind

KEPT = """
WITH kept AS (
INSERT INTO accounts_signal (
    rule_id, account_id, "on", occurrence, value, grade, why, feature_id, product_id, state,
    reason, said, opportunity_id)
SELECT rule_id, account_id, day, occurrence, value, grade, why, feature_id, product_id,
       'suppressed', reason, said, opportunity_id
FROM signal_candidate WHERE reason <> ''
ON CONFLICT DO NOTHING RETURNING reason
) SELECT reason, count(*) FROM kept GROUP BY reason"""
TO_OPEN = """
SELECT account_id, rule_id, occurrence, value, grade, why, feature_id, product_id
FROM signal_candidate WHERE reason = '' ORDER BY account_id, rank, occurrence"""
COLUMNS = ("account_id", "rule_id", "occurrence", "value", "grade", "why")
COLUMNS += ("feature_id", "product_id")


@dataclass
class Evaluation:
    """What came of a day that was not known before: signals, and the opportunities opened."""

    on: date
    opened: list[str] = field(default_factory=list)
    suppressed: Counter = field(default_factory=Counter)

    @property
    def is_news(self) -> bool:
        return bool(self.opened or self.suppressed)


def evaluate(*, on: date) -> Evaluation:
    """Ask every active rule about the day, and open what fires; a second time changes nothing.

    Noticing is one transaction, then each account is one of its own: whoever is stopped in
    between goes on where they were when the day is evaluated again.
    """
    found = Evaluation(on)
    asked = SignalRule.objects.asked().select_related("product", "feature", "target_plan__product")
    rules = list(asked)
    acted_on(noticed(rules, found), rules, found)
    if found.is_news:
        with transaction.atomic():
            signals_evaluated(on, len(found.opened), found.suppressed.total())
    return found


@transaction.atomic
def noticed(rules: list[SignalRule], found: Evaluation) -> list[dict]:
    """Keep what is suppressed; what may act, in the order in which it is to be opened."""
    allow_long_work()
    begin()
    notice(rules=rules, on=found.on)
    with connection.cursor() as cursor:
        cursor.execute(KEPT)
        found.suppressed.update(dict(cursor.fetchall()))
        cursor.execute(TO_OPEN)
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
        cursor.execute("DROP TABLE signal_candidate")
    return rows


def acted_on(rows: list[dict], rules: list[SignalRule], found: Evaluation) -> None:
    """Open what was noticed, account by account."""
    known = {rule.pk: rule for rule in rules}
    for account, of_account in _by_account(rows):
        signals = [
            Signal(on=found.on, rule=known[row["rule_id"]], **_facts(row)) for row in of_account
        ]
        pursue(account, signals, found)


def _by_account(rows: list[dict]) -> Iterator[tuple[int, list[dict]]]:
    for account, of_account in groupby(rows, key=lambda row: row["account_id"]):
        yield account, list(of_account)


def _facts(row: dict) -> dict:
    return {name: value for name, value in row.items() if name != "rule_id"}


@transaction.atomic
def pursue(account_id: int, signals: list[Signal], found: Evaluation) -> None:
    """Open what the signals of one account lead to, one opportunity for each motion."""
    account = Account.objects.get(pk=account_id)
    lock(account)
    opened: dict[str, Opportunity] = {}
    for signal in _new(account, signals):
        signal.account = account
        motion = signal.rule.motion
        if motion in opened:
            _suppress(signal, Why.ALREADY_OPEN, f"{opened[motion].code} was opened that day.")
            signal.opportunity = opened[motion]
        else:
            _open(signal, opened)
        signal.save()
        if signal.state == SignalState.FIRED:
            found.opened.append(signal.opportunity.code)
        else:
            found.suppressed[signal.reason] += 1


def _new(account: Account, signals: list[Signal]) -> list[Signal]:
    """Those that nobody else has told meanwhile; the account is locked, so that nobody will."""
    rows = Signal.objects.filter(
        account=account, occurrence__in=[signal.occurrence for signal in signals]
    )
    told = set(rows.values_list("rule", "occurrence"))
    return [signal for signal in signals if (signal.rule_id, signal.occurrence) not in told]


def _open(signal: Signal, opened: dict[str, Opportunity]) -> None:
    """Open an opportunity, or say for which refusal there is none."""
    signal.state = SignalState.FIRED
    try:
        with transaction.atomic():
            signal.save()
            opportunity = _opened(signal)
    except DomainError as refusal:
        signal.pk, signal._state.adding = None, True
        _suppress(signal, refusal.code, str(refusal))
        if isinstance(refusal, AlreadyOpen):
            signal.opportunity = refusal.other
        return
    signal.opportunity = opened[signal.rule.motion] = opportunity


def _opened(signal: Signal) -> Opportunity:
    plan = target(signal=signal, holds=standing(account=signal.account, on=signal.on))
    motion = signal.rule.motion
    if motion == Motion.FEATURE_UPSELL and plan.kind == PlanKind.TIER:
        motion = None  # nobody sells the feature alone: the tier it comes with
    return open_opportunity(
        account=signal.account,
        target_plan=plan,
        on=signal.on,
        motion=motion,
        origin=OpportunityOrigin.SIGNAL,
        signal=signal,
    )


def _suppress(signal: Signal, reason: str, said: str) -> None:
    signal.state, signal.reason, signal.said = SignalState.SUPPRESSED, reason, said

"""What the rules would have done on days that are over: the same questions, nothing written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db import connection, transaction

from accounts.models import SignalRule
from accounts.signals.noticing import begin, notice
from config.errors import DomainError
from config.postgresql.limits import allow_long_work

LONGEST = 92
# As evaluation does: the first of an account and motion opens, the others speak for that one.
FIRST = """
UPDATE signal_candidate candidate SET reason = 'already_open'
FROM (
    SELECT rule_id, account_id, occurrence, row_number() OVER (
        PARTITION BY account_id, motion ORDER BY day, rank, occurrence) AS place
    FROM signal_candidate WHERE reason = ''
) among
WHERE candidate.day = %s AND among.place > 1 AND among.rule_id = candidate.rule_id
  AND among.account_id = candidate.account_id AND among.occurrence = candidate.occurrence"""
COUNTS = """
SELECT rule_id, reason, count(*), count(DISTINCT account_id)
FROM signal_candidate GROUP BY rule_id, reason"""
EXAMPLES = """
SELECT rule_id, code FROM (
    SELECT rule_id, account_id,
           row_number() OVER (PARTITION BY rule_id ORDER BY day, account_id) AS place
    FROM signal_candidate WHERE reason = ''
) candidate JOIN accounts_account account ON account.id = account_id
WHERE place <= 5 ORDER BY rule_id, place"""


class TooLong(DomainError):
    code = "too_long"


@dataclass
class Rehearsed:
    """What one rule would have done: fired, or suppressed for which reasons; and for whom."""

    rule: SignalRule
    fired: int = 0
    accounts: int = 0
    suppressed: Counter = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        return [(code.replace("_", " "), count) for code, count in self.suppressed.most_common()]


def last_month(today: date) -> dict[str, date]:
    """The days that are tried unless others are named."""
    first = today.replace(day=1)
    return {"since": (first - timedelta(days=1)).replace(day=1), "until": first}


def check_days(*, since: date, until: date) -> None:
    """Raises TooLong unless there is a day, and no more than a quarter."""
    if not 0 < (until - since).days <= LONGEST:
        raise TooLong(f"From one day up to {LONGEST} days can be tried at once.")


def rehearse(*, rules: Sequence[SignalRule], since: date, until: date) -> list[Rehearsed]:
    """What the rules as they are would have done from the first day up to, not including, the last.

    What they have really told is looked away from, and so are opportunities that were opened
    meanwhile; what was open or lost before counts. Whether there is something to offer, and
    whether an account is ready for it, is asked only of what really fires. Writes nothing.
    Raises TooLong for more than a quarter.
    """
    check_days(since=since, until=until)
    found = {rule.pk: Rehearsed(rule) for rule in rules}
    with transaction.atomic():
        allow_long_work()
        begin()
        _every_day(rules, since, until)
        _count(found)
    return list(found.values())


def _every_day(rules: Sequence[SignalRule], since: date, until: date) -> None:
    for number in range((until - since).days):
        day = since + timedelta(days=number)
        notice(rules=rules, on=day, afresh=True, before=since)
        with connection.cursor() as cursor:
            cursor.execute(FIRST, [day])


def _count(found: dict[int, Rehearsed]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        for rule, reason, count, accounts in cursor.fetchall():
            if reason:
                found[rule].suppressed[reason] = count
            else:
                found[rule].fired, found[rule].accounts = count, accounts
        cursor.execute(EXAMPLES)
        for rule, code in cursor.fetchall():
            found[rule].examples.append(code)
        cursor.execute("DROP TABLE signal_candidate")

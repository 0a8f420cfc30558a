"""What the rules notice about the whole book on a day, and what of it deserves no action now.

Everything happens in the database, in a table that goes with the transaction: evaluation reads
from it what is to be opened, and a rehearsal counts it over many days. Nothing lasting is written.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from django.db import connection

from accounts.models import OPEN, SignalRule
from accounts.opportunities.facts import COOLDOWN, days_of
from accounts.signals.source import sources


class Why(StrEnum):
    """For what a firing is suppressed before anything is asked about the account itself."""

    COOLDOWN = "cooldown"
    FREQUENCY = "frequency"
    ALREADY_OPEN = "already_open"


BEGIN = """
CREATE TEMP TABLE signal_candidate (
    rule_id bigint, rank int, motion text, account_id bigint, day date, occurrence text,
    value numeric, grade text, why text, feature_id bigint, product_id bigint,
    cooldown int, frequency int, reason text NOT NULL DEFAULT '', said text NOT NULL DEFAULT '',
    opportunity_id bigint, PRIMARY KEY (rule_id, account_id, occurrence)
) ON COMMIT DROP"""

# Of customers only: who holds nothing is new business. What was told before is not told again.
NOTICE = """
INSERT INTO signal_candidate (
    rule_id, rank, motion, account_id, day, occurrence, value, grade, why, feature_id, product_id,
    cooldown, frequency)
SELECT %(rule_id)s, %(rule_rank)s, %(rule_motion)s, account_id, %(rule_day)s, occurrence, value,
       grade, why, feature_id, product_id, %(rule_cooldown)s, %(rule_frequency)s
FROM ({question}) AS found (account_id, occurrence, value, grade, why, feature_id, product_id)
WHERE EXISTS (
    SELECT FROM accounts_subscriptionline line
    WHERE line.account_id = found.account_id AND line.voided_at IS NULL
      AND line.starts_on <= %(rule_day)s
      AND (line.ends_on IS NULL OR line.ends_on > %(rule_day)s)
) AND (%(rule_afresh)s OR NOT EXISTS (
    SELECT FROM accounts_signal told
    WHERE told.rule_id = %(rule_id)s AND told.account_id = found.account_id
      AND told.occurrence = found.occurrence
)) ON CONFLICT DO NOTHING"""

COOLING = """
UPDATE signal_candidate candidate
SET reason = 'cooldown',
    said = format('They turned it down on %%s: not before %%s.', lost.day,
                  lost.day + candidate.cooldown)
FROM (
    SELECT account_id, motion, max(decided_on) AS day FROM accounts_opportunity
    WHERE stage = 'lost' AND decided_on <= %(on)s GROUP BY account_id, motion
) lost
WHERE candidate.day = %(on)s AND candidate.reason = ''
  AND lost.account_id = candidate.account_id AND lost.motion = candidate.motion
  AND lost.day + candidate.cooldown > %(on)s"""

# A state that lasts has one occurrence in its stretch of days; events and dates have many.
TOO_OFTEN = """
UPDATE signal_candidate candidate
SET reason = 'frequency',
    said = format('It fired less than %%s days before already.', candidate.frequency)
FROM (
    SELECT rule_id, account_id, occurrence,
           row_number() OVER (PARTITION BY rule_id, account_id ORDER BY occurrence) AS place
    FROM signal_candidate WHERE day = %(on)s AND reason = ''
) among
WHERE candidate.day = %(on)s AND candidate.reason = '' AND candidate.frequency IS NOT NULL
  AND among.rule_id = candidate.rule_id AND among.account_id = candidate.account_id
  AND among.occurrence = candidate.occurrence
  AND (among.place > 1 OR EXISTS (
      SELECT FROM {fired} before
      WHERE before.rule_id = candidate.rule_id AND before.account_id = candidate.account_id
        AND before.occurrence <> candidate.occurrence
        AND before.day <= %(on)s AND before.day > %(on)s - candidate.frequency))"""
FIRED = "(SELECT *, signal.on AS day FROM accounts_signal signal WHERE state = 'fired')"
WOULD_HAVE = "(SELECT * FROM signal_candidate WHERE reason = '')"

# One pursuit of a kind at a time: what is noticed meanwhile speaks for the one that is open.
OPEN_THEN = """
UPDATE signal_candidate candidate
SET reason = 'already_open', said = format('%%s is open already.', open_then.code),
    opportunity_id = open_then.id
FROM (
    SELECT DISTINCT ON (account_id, motion) account_id, motion, id, code
    FROM accounts_opportunity
    WHERE opened_on <= %(on)s AND opened_on < %(before)s
      AND (stage = ANY (%(open)s) OR decided_on > %(on)s)
    ORDER BY account_id, motion, opened_on, id
) open_then
WHERE candidate.day = %(on)s AND candidate.reason = ''
  AND open_then.account_id = candidate.account_id AND open_then.motion = candidate.motion"""


def begin() -> None:
    """Make the table of this transaction."""
    _execute(BEGIN)


def notice(
    *, rules: Iterable[SignalRule], on: date, afresh: bool = False, before: date | None = None
) -> None:
    """Put into the table what the rules notice on the day, and say of each why it may not act.

    `afresh` looks away from what was told before, and counts what would have fired in the table
    instead; `before` looks away from opportunities of that day and later.
    """
    usual = days_of(COOLDOWN, on=on).days
    for rule in rules:
        _ask(rule, on, usual, afresh)
    _execute("ANALYZE signal_candidate")
    _execute(COOLING, {"on": on})
    _execute(TOO_OFTEN.format(fired=WOULD_HAVE if afresh else FIRED), {"on": on})
    known = {"on": on, "before": before or date.max, "open": list(OPEN)}
    _execute(OPEN_THEN, known)


def _ask(rule: SignalRule, on: date, cooldown: int, afresh: bool) -> None:
    found = sources[rule.source]
    question = found.ask(rule, on)
    values = {
        "rule_id": rule.pk,
        "rule_rank": rule.rank,
        "rule_motion": rule.motion,
        "rule_day": on,
        "rule_cooldown": cooldown if rule.cooldown_days is None else rule.cooldown_days,
        "rule_frequency": None if found.lasts else rule.frequency_days,
        "rule_afresh": afresh,
    }
    _execute(NOTICE.format(question=question.sql), {**question.values, **values})


def _execute(statement: str, values: dict | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)

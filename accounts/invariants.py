"""What must hold of lines and the ledger as a whole."""

from collections.abc import Iterator

from django.db import connection

from accounts.ledger.timeline import differences
from accounts.models import Part
from config.invariants import invariant

SHOWN = 20


def rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT {SHOWN}")
        return cursor.fetchall()


@invariant
def ledger_follows_from_the_lines() -> Iterator[str]:
    """The entries in force are those that a recomputation from lines and profiles gives."""
    every = "SELECT id AS account_id FROM accounts_account"
    found = rows(
        f"{differences(every)} SELECT a.code, effective_on, sign FROM difference "
        "JOIN accounts_account a ON a.id = account_id ORDER BY 1, 2, 3"
    )
    for code, day, sign in found:
        yield f"account {code}, {day}: an entry is {'missing' if sign > 0 else 'wrong'}"


# Independent of the derivation: plain sums of lines against plain sums of entries, at the end
# of every month, by account.
MONTH_ENDS = """
WITH days AS (
    SELECT (month + interval '1 month - 1 day')::date AS day
    FROM generate_series(
        (SELECT date_trunc('month', least(min(starts_on),
                (SELECT min(effective_on) FROM accounts_ledgerentry)))
         FROM accounts_subscriptionline),
        (SELECT date_trunc('month', greatest(max(starts_on), max(ends_on),
                (SELECT max(effective_on) FROM accounts_ledgerentry)))
         FROM accounts_subscriptionline),
        '1 month') AS month
), held AS (
    SELECT day, sum(line.mrr) AS mrr, count(DISTINCT line.account_id) AS accounts
    FROM days JOIN accounts_subscriptionline line ON line.starts_on <= day
         AND (line.ends_on IS NULL OR line.ends_on > day)
    WHERE line.voided_at IS NULL AND line.mrr > 0 GROUP BY day
), booked AS (
    SELECT day, sum(sign * (mrr_after - mrr_before)) AS mrr,
           sum(sign * ((mrr_after > 0)::int - (mrr_before > 0)::int)) AS accounts
    FROM days JOIN accounts_ledgerentry entry ON effective_on <= day GROUP BY day
)
SELECT day, held.mrr, booked.mrr, held.accounts, booked.accounts
FROM days LEFT JOIN held USING (day) LEFT JOIN booked USING (day)
WHERE coalesce(held.mrr, 0) <> coalesce(booked.mrr, 0)
   OR coalesce(held.accounts, 0) <> coalesce(booked.accounts, 0)
ORDER BY day"""


@invariant
def ledger_adds_up_to_the_lines() -> Iterator[str]:
    """Entries add up, at the end of every month, to the revenue and accounts of the lines."""
    for day, lines, entries, accounts, booked in rows(MONTH_ENDS):
        yield f"{day}: lines {lines} of {accounts} accounts, entries {entries} of {booked}"


@invariant
def positions_have_no_gap() -> Iterator[str]:
    """Positions of the ledger run from 1 to its head without a gap."""
    found = rows(
        "SELECT count(*), max(position), "
        "(SELECT coalesce(max(position), 0) FROM accounts_ledgerhead) "
        "FROM accounts_ledgerentry"
    )
    ((entries, last, head),) = found
    if not entries == (last or 0) == head:
        yield f"{entries} entries, the last at {last}, the head at {head}"


@invariant
def parts_explain_every_change() -> Iterator[str]:
    """Parts add up to the change of an account that pays before and after, and to 0 otherwise."""
    parts = " + ".join(f"coalesce({name}, 0)" for name in Part.values)
    found = rows(
        f"SELECT position FROM accounts_ledgerentry WHERE {parts} <> CASE "
        "WHEN mrr_before > 0 AND mrr_after > 0 THEN mrr_after - mrr_before ELSE 0 END"
    )
    for (position,) in found:
        yield f"entry {position}"


@invariant
def lines_agree_with_their_subscription() -> Iterator[str]:
    """No standing line lies outside its subscription."""
    found = rows(
        "SELECT s.code, line.id FROM accounts_subscriptionline line "
        "JOIN accounts_subscription s ON s.id = line.subscription_id "
        "WHERE line.voided_at IS NULL AND (line.starts_on < s.starts_on "
        "OR (s.ends_on IS NOT NULL AND (line.ends_on IS NULL OR line.ends_on > s.ends_on)))"
    )
    for code, line in found:
        yield f"subscription {code}, line {line}"


@invariant
def owners_were_members_when_they_began() -> Iterator[str]:
    """Every owner was an active member on the first day of their stretch."""
    found = rows(
        "SELECT a.code, owned.starts_on FROM accounts_assignment owned "
        "JOIN accounts_account a ON a.id = owned.account_id "
        "JOIN accounts_member member ON member.id = owned.member_id "
        "WHERE owned.starts_on < member.starts_on OR owned.starts_on >= member.ends_on"
    )
    for code, day in found:
        yield f"account {code}, owner from {day}"


@invariant
def grants_have_what_their_allocations_leave() -> Iterator[str]:
    """What is left of a grant is what was granted less what was allocated."""
    found = rows(
        "SELECT g.id, b.left, g.credits - coalesce(sum(a.credits), 0) "
        "FROM accounts_creditgrant g LEFT JOIN accounts_grantbalance b ON b.grant_id = g.id "
        "LEFT JOIN accounts_creditallocation a ON a.grant_id = g.id GROUP BY g.id, b.left "
        "HAVING b.left IS DISTINCT FROM g.credits - coalesce(sum(a.credits), 0)"
    )
    for grant, left, counted in found:
        yield f"grant {grant}: {left} left, {counted} counted"


# Draws that are not covered: priced in money, or owed. Nothing is covered twice.
UNCOVERED = """
WITH draw AS (
    SELECT d.account_id, d.unit_id, d.kind, d.id, d.corrects_id,
           d.credits - d.overage - coalesce(sum(a.credits), 0) AS owed
    FROM accounts_creditdraw d LEFT JOIN accounts_creditallocation a ON a.draw_id = d.id
    GROUP BY d.id
)
"""


@invariant
def draws_are_covered_or_owed() -> Iterator[str]:
    """Every draw is paid by grants, in money, or owed; an account owes the sum of it."""
    found = rows(
        f"{UNCOVERED} SELECT id, owed FROM draw "
        "WHERE kind = 'use' AND owed < 0 OR kind = 'withdrawal' AND owed <> 0"
    )
    for draw, owed in found:
        yield f"draw {draw}: {owed} uncovered"
    found = rows(
        f"{UNCOVERED} SELECT c.id, c.owed, coalesce(sum(draw.owed), 0) "
        "FROM accounts_creditaccount c LEFT JOIN draw USING (account_id, unit_id) "
        "GROUP BY c.id, c.owed HAVING c.owed <> coalesce(sum(draw.owed), 0)"
    )
    for account, owed, counted in found:
        yield f"credit account {account}: {owed} owed, {counted} counted"


@invariant
def usage_is_of_accounts_and_features_that_there_are() -> Iterator[str]:
    """Every usage day is of an account and a feature that there are."""
    found = rows(
        "SELECT used.id FROM accounts_usageday used WHERE NOT EXISTS "
        "(SELECT FROM accounts_account a WHERE a.id = used.account_id) OR NOT EXISTS "
        "(SELECT FROM pricing_feature f WHERE f.id = used.feature_id)"
    )
    for (used,) in found:
        yield f"usage day {used}"


@invariant
def trials_that_are_used_up_have_ended() -> Iterator[str]:
    """No trial was used more often than agreed, and one that is used up has a last day."""
    found = rows(
        "SELECT trial.id FROM accounts_trial trial JOIN accounts_trialuse used "
        "ON used.trial_id = trial.id GROUP BY trial.id "
        "HAVING count(*) > trial.max_uses OR (count(*) = trial.max_uses AND trial.ends_on IS NULL)"
    )
    for (trial,) in found:
        yield f"trial {trial}"


@invariant
def stages_are_those_of_the_last_step() -> Iterator[str]:
    """Every opportunity is at the stage that its last logged step led to."""
    found = rows(
        "SELECT o.code, o.stage, last.to_stage FROM accounts_opportunity o LEFT JOIN LATERAL ("
        "SELECT to_stage FROM accounts_opportunitytransition t WHERE t.opportunity_id = o.id "
        "ORDER BY t.id DESC LIMIT 1) AS last ON true WHERE last.to_stage IS DISTINCT FROM o.stage"
    )
    for code, stage, logged in found:
        yield f"opportunity {code}: {stage}, logged {logged}"

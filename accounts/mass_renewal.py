"""Everything that is due for renewal on a day, in pieces that are done wholly or not at all."""

import json
from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction
from django.db.models import Field
from django.db.models.functions import Now

from accounts.events import account_renewed, renewals_done
from accounts.holdings import monthly_revenue
from accounts.ledger import recording
from accounts.models import RenewalRun, SubscriptionLine
from accounts.renewal import left, renewed
from accounts.renewal_facts import facts_of
from accounts.sharing import share
from accounts.succession import settle
from config.audit.context import summarising
from config.postgresql.limits import allow_long_work
from config.progress import Progress, silent

PIECE = 2_000  # accounts
TERMS = ("subscription", "account", "plan", "product", "price", "charge")

# A term ends on the day if it lies a whole number of terms after the anchor, on the anchor's day
# of the month or, in a shorter month, on its last one. What neither a price nor a version of its
# plan can move is left out; a bundle renews as a whole.
DUE = """
FROM accounts_subscriptionline line
JOIN accounts_subscription s ON s.id = line.subscription_id
CROSS JOIN LATERAL (SELECT coalesce(s.anchor_on, s.starts_on) AS anchor) AS counted
CROSS JOIN LATERAL (
    SELECT %(month)s - (date_part('year', anchor) * 12 + date_part('month', anchor))::int AS apart,
           greatest(s.term_months,
                    CASE line.interval WHEN 'quarter' THEN 3 WHEN 'year' THEN 12 ELSE 1 END) AS term
) AS away
WHERE line.voided_at IS NULL AND line.starts_on < %(on)s
  AND (line.ends_on IS NULL OR line.ends_on > %(on)s)
  AND anchor <= %(on)s AND apart %% term = 0
  AND (anchor + make_interval(months => apart))::date = %(on)s
  AND (line.price_id IS NOT NULL OR line.bundle_plan_id IS NOT NULL OR EXISTS (
      SELECT FROM pricing_planversion version
      WHERE version.plan_id = line.plan_id AND version.state = 'published'
        AND version.starts_on > line.starts_on AND version.starts_on <= %(on)s))
"""
ACCOUNTS = f"""
SELECT DISTINCT line.account_id {DUE} AND line.account_id > %(account)s
ORDER BY line.account_id LIMIT %(piece)s
"""
LEFT = f"SELECT count(DISTINCT line.account_id) {DUE} AND line.account_id > %(account)s"
LINES = f"SELECT line.id {DUE} AND line.account_id = ANY (%(accounts)s) ORDER BY line.id"
CLOSE = "UPDATE accounts_subscriptionline SET ends_on = %s WHERE id = ANY (%s)"


def renew_due(*, on: date, progress: Progress = silent, piece: int = PIECE) -> RenewalRun:
    """Renew every line whose term ends on the day, as `renew` does, and say how many moved.

    Each piece is a transaction of its own with its accounts' entries in the ledger. A run that
    was stopped goes on where it was, and one that is done does nothing. The audit trail and the
    events get a summary, and an event for each account whose terms moved.
    """
    run, _ = RenewalRun.objects.get_or_create(on=on)
    (left,) = _ask(LEFT, on, account=run.account)
    with progress("Renewing accounts", left) as step:
        while _piece(on, piece, step):
            pass
    return RenewalRun.objects.get(on=on)


def _piece(on: date, piece: int, step) -> bool:
    """Do the next piece; whether there may be more."""
    with transaction.atomic(), summarising():
        allow_long_work()
        run = RenewalRun.objects.select_for_update().get(on=on)
        if run.ended_at:
            return False
        accounts = _ask(ACCOUNTS, on, account=run.account, piece=piece)
        if not accounts:
            run.ended_at = Now()
            run.save(update_fields=["ended_at"])
            renewals_done(run)
            return False
        with recording(*accounts):
            _renew(run, accounts)
        run.account = accounts[-1]
        run.save()
    step(len(accounts))
    return True


def _renew(run: RenewalRun, accounts: Sequence[int]) -> None:
    lines = _read(_ask(LINES, run.on, accounts=accounts))
    new, old, moved = [], [], []
    for facts in facts_of(lines=lines, since=run.on):
        found, there = renewed(facts=facts, on=run.on)
        new += [line for line in found if line.pk is None]
        old += [line.pk for line in left(facts, found)]
        moved += [there] if there else []
    settle(moved=moved, on=run.on)
    for line in new:
        line.mrr = monthly_revenue(line=line, currency=line.subscription.currency)
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [run.on, old])
    _write(new)
    moved = {line.account_id: line.account for line in new}
    account_renewed(moved.values(), on=run.on)
    run.lines_due += len(lines)
    run.lines_moved += len(new)
    run.accounts_moved += len(moved)


def _read(ids: Sequence[int]) -> list[SubscriptionLine]:
    """The lines with what their terms refer to."""
    lines = SubscriptionLine.objects.filter(pk__in=ids).order_by("id")
    return share(lines, *TERMS)


def _write(lines: Sequence[SubscriptionLine]) -> None:
    """Add the lines by COPY: what `bulk_create` would write, in a fraction of the time."""
    fields = [each for each in SubscriptionLine._meta.concrete_fields if not each.primary_key]
    names = ", ".join(each.column for each in fields)
    into = f"COPY accounts_subscriptionline ({names}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for line in lines:
            copy.write_row([_value(each, line) for each in fields])


def _value(field: Field, line: SubscriptionLine) -> object:
    if field.name == "trace":
        return json.dumps(line.trace)
    return field.pre_save(line, add=True)


def _ask(question: str, on: date, **facts) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(question, {"on": on, "month": on.year * 12 + on.month, **facts})
        return [number for (number,) in cursor.fetchall()]

"""Which segment an account belongs to by the rules, and why; all accounts put there at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from accounts.events import accounts_reclassified
from accounts.ledger.bulk import append_for
from accounts.models import Account, AccountProfile, ProfileSource, SegmentRule
from config.audit.context import summarising
from config.errors import DomainError
from config.postgresql.limits import allow_long_work
from config.progress import silent
from portfolio.models import Segment

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('accounts.segmentation'))"
# What the rules say of every account on a day, beside what it is.
JUDGED = """
DROP TABLE IF EXISTS segment_judged, segment_move;
CREATE TEMP TABLE segment_judged ON COMMIT DROP AS
SELECT a.id AS account_id, a.currency, p.id AS profile_id, p.starts_on,
       p.segment_id AS segment_before, rule.segment_id AS segment_after,
       coalesce(p.region_id, home.region_id) AS region_id,
       coalesce(p.source = 'manual'
                OR (p.source = 'import' AND p.segment_id IS NOT NULL
                    AND (rule.segment_id IS NULL OR NOT %(imported)s)),
                false) AS is_explicit,
       EXISTS (SELECT FROM accounts_accountprofile later
               WHERE later.account_id = a.id AND later.starts_on > %(on)s) AS has_later
FROM accounts_account a
LEFT JOIN accounts_accountprofile p ON p.account_id = a.id AND p.starts_on <= %(on)s
     AND (p.ends_on IS NULL OR p.ends_on > %(on)s)
LEFT JOIN portfolio_regioncountry home ON home.country = a.country
LEFT JOIN LATERAL (
    SELECT rule.segment_id FROM accounts_segmentrule rule
    WHERE rule.country IN ('', a.country)
      AND (rule.industry = '' OR lower(rule.industry) = lower(a.industry))
      AND (rule.employees_from IS NULL OR a.employees >= rule.employees_from)
      AND (rule.employees_to IS NULL OR a.employees <= rule.employees_to)
      AND (rule.procurement_required IS NULL
           OR rule.procurement_required = a.procurement_required)
    ORDER BY rule.rank LIMIT 1) rule ON true;
CREATE TEMP TABLE segment_move ON COMMIT DROP AS
SELECT * FROM segment_judged
WHERE NOT is_explicit AND NOT has_later AND segment_before IS DISTINCT FROM segment_after;
ANALYZE segment_move;
"""
COUNTS = """
SELECT count(*), count(*) FILTER (WHERE is_explicit),
       count(*) FILTER (WHERE NOT is_explicit AND has_later),
       count(*) FILTER (WHERE NOT is_explicit AND segment_after IS NULL)
FROM segment_judged"""
HASH = """
SELECT md5(coalesce(string_agg(account_id || ':' || coalesce(segment_before, 0) || ':'
                               || coalesce(segment_after, 0), ',' ORDER BY account_id), ''))
FROM segment_move"""
MOVES = """
SELECT was.code, becomes.code, move.currency, count(DISTINCT move.account_id),
       coalesce(sum(line.mrr), 0)::bigint
FROM segment_move move
LEFT JOIN portfolio_segment was ON was.id = move.segment_before
LEFT JOIN portfolio_segment becomes ON becomes.id = move.segment_after
LEFT JOIN accounts_subscriptionline line ON line.account_id = move.account_id
     AND line.voided_at IS NULL AND line.starts_on <= %(on)s
     AND (line.ends_on IS NULL OR line.ends_on > %(on)s)
GROUP BY was.rank, was.code, becomes.rank, becomes.code, move.currency
ORDER BY was.rank NULLS FIRST, becomes.rank NULLS LAST, move.currency"""
LOCK = """
SELECT id FROM accounts_account WHERE id IN (SELECT account_id FROM segment_move)
ORDER BY id FOR NO KEY UPDATE"""
END = """
UPDATE accounts_accountprofile p SET ends_on = %(on)s FROM segment_move move
WHERE p.id = move.profile_id AND move.starts_on < %(on)s"""
REPLACE = """
UPDATE accounts_accountprofile p SET segment_id = move.segment_after, source = 'rule'
FROM segment_move move WHERE p.id = move.profile_id AND move.starts_on = %(on)s"""
OPEN = """
INSERT INTO accounts_accountprofile (account_id, segment_id, region_id, source, starts_on)
SELECT account_id, segment_after, region_id, 'rule', %(on)s FROM segment_move
WHERE starts_on IS DISTINCT FROM %(on)s ORDER BY account_id"""


class StalePreview(DomainError):
    code = "stale_preview"


@dataclass(frozen=True)
class Move:
    """Accounts of one currency that go from a segment to another (None: to none)."""

    segment_before: str | None
    segment_after: str | None
    currency: str
    accounts: int
    mrr: int


@dataclass(frozen=True)
class Preview:
    """What putting every account where the rules say would change on a day.

    `explicit` accounts keep the segment that somebody gave them, `later` ones have a profile that
    begins after the day, `unmatched` ones fit no rule. `content_hash` stands for just these moves.
    """

    on: date
    including_imported: bool
    accounts: int
    explicit: int
    later: int
    unmatched: int
    moves: list[Move]
    content_hash: str

    @property
    def moved(self) -> int:
        return sum(move.accounts for move in self.moves)


@transaction.atomic
def preview(*, on: date, including_imported: bool = False) -> Preview:
    """What the rules would change from the day on; writes nothing.

    A segment that somebody gave by hand stays, and so does an imported one, unless these are
    included and a rule fits.
    """
    allow_long_work()
    return _judge(on, including_imported)


def _judge(on: date, including_imported: bool) -> Preview:
    asked = {"on": on, "imported": including_imported}
    with connection.cursor() as cursor:
        cursor.execute(JUDGED, asked)
        cursor.execute(COUNTS)
        counts = cursor.fetchone()
        cursor.execute(MOVES, asked)
        moves = [Move(*row) for row in cursor.fetchall()]
        cursor.execute(HASH)
        (found,) = cursor.fetchone()
    return Preview(on, including_imported, *counts, moves, found)


@transaction.atomic
def reclassify(*, on: date, content_hash: str, including_imported: bool = False) -> Preview:
    """Put every account where the rules say from the day on; what was before stays history.

    `content_hash` is that of the preview that somebody has seen. Raises StalePreview when the
    rules or the accounts would give other moves now. The ledger gets a reclass entry for each
    account that holds something.
    """
    allow_long_work()
    with connection.cursor() as cursor, summarising():
        cursor.execute(ONE_AT_A_TIME)
        _judge(on, including_imported)
        cursor.execute(LOCK)
        seen = _judge(on, including_imported)
        if seen.content_hash != content_hash:
            raise StalePreview("Rules or accounts have changed since this preview: look again.")
        for statement in (END, REPLACE, OPEN):
            cursor.execute(statement, {"on": on})
    if seen.moved:
        accounts_reclassified(on, seen.moved)
    append_for("segment_move", silent)
    return seen


@dataclass(frozen=True)
class Membership:
    """The segment an account belongs to on a day, the rule that says so, and every step."""

    segment: Segment | None
    rule: SegmentRule | None
    trace: list[dict]


def explain(*, account: Account, on: date) -> Membership:
    """Which segment the account belongs to on the day, and why, condition by condition.

    What somebody gave explicitly wins; else the first rule by rank that fits.
    """
    profile = account.profiles.in_force(on=on).select_related("segment").first()
    explicit = profile is not None and _is_explicit(profile)
    trace = [_said_by_hand(profile, explicit, on)]
    winner, decided = None, "it was put into one explicitly" if explicit else ""
    for rule in SegmentRule.objects.select_related("segment").order_by("rank"):
        conditions = list(_conditions(rule, account))
        fits = all(condition["fits"] for condition in conditions)
        trace.append(_step(rule, conditions, fits=fits, decided=decided))
        if fits and not decided:
            winner, decided = rule, f"rule {rule} fits before it"
    if explicit:
        return Membership(profile.segment, None, trace)
    return Membership(winner and winner.segment, winner, trace)


def _is_explicit(profile: AccountProfile) -> bool:
    by_hand = profile.source == ProfileSource.MANUAL
    return by_hand or (profile.source == ProfileSource.IMPORT and profile.segment_id is not None)


def _said_by_hand(profile: AccountProfile | None, explicit: bool, on: date) -> dict:
    reason = f"Nobody has put it into a segment explicitly on {on}."
    if explicit:
        how = profile.get_source_display().lower()
        reason = f"Put into {profile.segment or 'no segment'} {how} on {profile.starts_on}."
    return {
        "step": "explicit",
        "subject": f"/account-profiles/{profile.pk}/" if profile else None,
        "considered": str(profile) if profile else None,
        "matched": explicit,
        "reason": reason,
        "conditions": [],
    }


def _step(rule: SegmentRule, conditions: list[dict], *, fits: bool, decided: str) -> dict:
    """What a rule says; `decided` is why it is not asked any more, "" while it is."""
    reason = "Every condition fits." if fits else "A condition does not fit."
    return {
        "step": f"rule {rule.rank}",
        "subject": f"/segment-rules/{rule.pk}/",
        "considered": str(rule.segment),
        "matched": fits and not decided,
        "reason": f"Not asked: {decided}." if decided else reason,
        "conditions": conditions,
    }


def _conditions(rule: SegmentRule, account: Account) -> Iterator[dict]:
    """Each criterion of the rule with what the account has, and whether it fits."""
    size, same_industry = account.employees, account.industry.lower() == rule.industry.lower()
    for name, fits in (
        ("country", rule.country == account.country),
        ("industry", same_industry),
        ("employees_from", size is not None and size >= (rule.employees_from or 0)),
        ("employees_to", size is not None and size <= (rule.employees_to or 0)),
        ("procurement_required", rule.procurement_required == account.procurement_required),
    ):
        wanted = getattr(rule, name)
        found = size if name.startswith("employees") else getattr(account, name)
        blank = wanted in ("", None)
        yield {
            "criterion": name,
            "wanted": None if blank else str(wanted),
            "found": None if found in ("", None) else str(found),
            "fits": blank or fits,
        }

"""Offers of a book: opportunities that were pursued elsewhere, each with what became of it."""

from datetime import date
from pathlib import Path

from django.db import connection

from accounts.importing.checks import distinct_texts, drop_texts
from accounts.importing.reading import OFFERS, rows
from accounts.importing.report import Report
from accounts.importing.staging import copy_rows, drop_bad_rows
from accounts.models import Experiment, Variant
from config.codes import slug
from config.progress import Progress
from portfolio.models import Motion

TABLE = """
CREATE TEMP TABLE staged_offer (
    row int NOT NULL, text text NOT NULL, code text NOT NULL, account_text text NOT NULL,
    account text NOT NULL, motion text NOT NULL, variant text, offered_on date NOT NULL,
    decided_on date, outcome text NOT NULL, mrr bigint
) ON COMMIT DROP"""
TWICE = """
SELECT row, text AS value FROM (
    SELECT row, text, row_number() OVER (PARTITION BY code ORDER BY row) AS n FROM staged_offer
) numbered WHERE n > 1"""
UNKNOWN = """
SELECT row, account_text AS value FROM staged_offer o
WHERE NOT EXISTS (SELECT FROM accounts_account a WHERE a.code = o.account)"""
# An offer that is decided names the day, one that is open has none; nothing is decided before.
UNDATED = (
    "SELECT row, outcome AS value FROM staged_offer WHERE decided_on IS NULL <> (outcome = 'open')"
)
BACKWARDS = "SELECT row, decided_on AS value FROM staged_offer WHERE decided_on < offered_on"
TAKEN = """
SELECT o.row, o.text AS value FROM staged_offer o JOIN accounts_opportunity held USING (code)
WHERE held.origin <> 'import'"""
IMPORTED_SINCE = date(2000, 1, 1)  # they were assigned elsewhere, at some time
UNDECIDED = "('identified', 'qualified', 'engaged', 'evaluating', 'purchasing', 'deferred')"
# One that is open there may have come further here.
STAGES = f"""
CASE WHEN o.outcome <> 'open' THEN o.outcome
     WHEN held.stage IN {UNDECIDED} THEN held.stage ELSE 'identified' END"""
FACTS = f"""
SELECT o.row, o.code, a.id AS account_id, o.motion, {STAGES} AS stage, v.id AS variant_id,
       o.mrr, o.offered_on, o.decided_on, held.id AS held_id, held.stage AS held_stage,
       held.id IS NOT NULL AND (held.account_id, held.motion, held.opened_on)
           IS DISTINCT FROM (a.id, o.motion, o.offered_on) AS differs,
       held.id IS NOT NULL AND (held.stage, held.decided_on, held.expected_mrr, held.variant_id)
           IS DISTINCT FROM ({STAGES}, o.decided_on, o.mrr, v.id) AS changes
FROM staged_offer o
JOIN accounts_account a ON a.code = o.account
LEFT JOIN import_variant v ON (v.motion, v.text) = (o.motion, o.variant)
LEFT JOIN accounts_opportunity held ON held.code = o.code"""
MADE = "CREATE TEMP TABLE import_offer ON COMMIT DROP AS " + FACTS
DIFFERENT = "SELECT row, code || ' is ' || held_stage AS value FROM import_offer WHERE differs"
CHANGED = f"{DIFFERENT} OR (changes AND held_stage NOT IN {UNDECIDED})"
NEW = """
INSERT INTO accounts_opportunity (
    code, account_id, motion, problem, weak_pair_reason, expected_mrr, price_trace, qualification,
    secondary_role, stage, left_at, defer_reason, loss_reason, note, origin, opened_on,
    stage_since, decided_on, variant_id)
SELECT code, account_id, motion, '', '', mrr, '[]', '[]', '', stage,
       CASE stage WHEN 'lost' THEN 'identified' ELSE '' END, '', '', '', 'import', offered_on,
       coalesce(decided_on, offered_on), decided_on, variant_id
FROM import_offer WHERE held_id IS NULL ORDER BY row
RETURNING id, '' AS from_stage, stage, stage_since"""
DECIDED = """
UPDATE accounts_opportunity held
SET stage = o.stage, decided_on = o.decided_on, expected_mrr = o.mrr, variant_id = o.variant_id,
    left_at = CASE o.stage WHEN 'lost' THEN 'identified' ELSE '' END,
    stage_since = coalesce(o.decided_on, held.stage_since)
FROM import_offer o WHERE held.id = o.held_id AND o.changes
RETURNING held.id, o.held_stage AS from_stage, held.stage, held.stage_since"""
LOGGED = """
WITH moved AS ({moving})
INSERT INTO accounts_opportunitytransition
    (opportunity_id, from_stage, to_stage, "on", reason, checklist, at)
SELECT id, from_stage, stage, stage_since, 'Imported.', '[]', now() FROM moved
WHERE from_stage <> stage"""
UNCHANGED = "SELECT count(*) FROM import_offer WHERE held_id IS NOT NULL AND NOT changes"


def stage_offers(path: Path, report: Report, progress: Progress) -> None:
    """Read the file into `staged_offer`; rows that contradict themselves go to the report."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    with progress("Reading offers", path.stat().st_size) as step:
        found = rows(path, OFFERS, report, step)
        report.counts["offer_rows"] = copy_rows("staged_offer", map(_row, found))
    file = path.name
    for column, code, reason, bad in (
        ("offer_id", "duplicate_offer", "the offer stands in the file already", TWICE),
        ("outcome", "undated_outcome", "won and lost have a day, open has none", UNDATED),
        ("decided_at", "decided_before", "it is decided before it was offered", BACKWARDS),
    ):
        problem = {"file": file, "column": column, "code": code, "reason": reason}
        drop_bad_rows("staged_offer", bad, problem, report)


def match_offers(*, file: str, correct: bool, report: Report) -> None:
    """Find the account and the variant of each, and what we hold of it already.

    What was decided otherwise is refused, or corrected; account, motion and day always stay.
    """
    problem = {"file": file, "column": "account_id", "code": "unknown_account"}
    problem["reason"] = "no such account: import it first, or with the same command"
    drop_bad_rows("staged_offer", UNKNOWN, problem, report)
    taken = {"file": file, "column": "offer_id", "code": "one_code"}
    taken["reason"] = "an opportunity that was not imported has this code"
    drop_bad_rows("staged_offer", TAKEN, taken, report)
    _variants(file, report)
    with connection.cursor() as cursor:
        cursor.execute(MADE)
        cursor.execute("ANALYZE import_offer")
    changed = {"file": file, "column": "outcome", "code": "changed_offer"}
    changed["reason"] = "we have this offer otherwise, and decided ones stay as they are"
    drop_bad_rows("import_offer", DIFFERENT if correct else CHANGED, changed, report)


def write_offers(report: Report) -> None:
    """Add what is new, decide what was open, and log the step of each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM import_offer WHERE held_id IS NOT NULL AND NOT changes"
        )
        (report.counts["offers_unchanged"],) = cursor.fetchone()
        cursor.execute(LOGGED.format(moving=DECIDED))
        report.counts["offers_ended"] = cursor.rowcount
        cursor.execute(LOGGED.format(moving=NEW))
        report.counts["offers_created"] = cursor.rowcount


def _row(found: tuple) -> tuple:
    line, offer, account, motion, variant, offered, decided, outcome, mrr = found
    code = (offer, slug(offer), account, slug(account))
    return (line, *code, motion, variant, offered, decided, outcome, mrr)


def _variants(file: str, report: Report) -> None:
    """Map every variant to one of its motion's imported experiment, adding those it lacks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE import_variant "
            "(motion text NOT NULL, text text NOT NULL, id bigint NOT NULL) ON COMMIT DROP"
        )
    known: dict[tuple[str, str], str] = {}
    for motion, text, _ in distinct_texts("staged_offer", "motion", "variant"):
        if text is None:
            continue
        other = known.setdefault((motion, slug(text)), text)
        if other != text:
            problem = {"file": file, "column": "variant", "code": "one_code"}
            problem["reason"] = f"it becomes the same code as {other!r}"
            drop_texts("staged_offer", {"motion": motion, "variant": text}, problem, report)
            continue
        variant = _variant(motion, text, report)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO import_variant VALUES (%s, %s, %s)", [motion, text, variant.pk]
            )


def _variant(motion: str, text: str, report: Report) -> Variant:
    label = Motion(motion).label.lower()
    experiment, _ = Experiment.objects.get_or_create(
        code=f"imported-{motion}",
        defaults={
            "name": f"Imported offers: {label}",
            "motion": motion,
            "salt": "imported",
            "is_imported": True,
            "starts_on": IMPORTED_SINCE,
        },
    )
    rank = experiment.variants.count() + 1
    variant, added = experiment.variants.get_or_create(
        code=slug(text), defaults={"name": text[:200], "weight": 0, "rank": rank}
    )
    report.counts["variants_created"] += added
    return variant

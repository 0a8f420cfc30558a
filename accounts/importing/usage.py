"""What customers used, from a file of any size: read, checked and written by the database."""

import csv
import re
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from psycopg import DataError

from accounts.importing.report import Problem, Refused, Report
from accounts.importing.staging import drop_bad_rows
from accounts.models import UsageKind
from accounts.usage import write_from
from config.postgresql.limits import allow_long_work
from config.progress import Progress, silent

COLUMNS = ("account", "feature", "day", "value", "kind")
NEEDED = COLUMNS[:4]
PIECE = 1 << 20
KINDS = ", ".join(f"'{kind}'" for kind in UsageKind.values)
LINE = re.compile(r"line (\d+)")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
VALUE = r"^[0-9]{1,12}(\.[0-9]{1,6})?$"

STAGING = """
DROP TABLE IF EXISTS staged_usage, staged_day, incoming_usage;
CREATE TEMP TABLE staged_usage (
    row bigint GENERATED ALWAYS AS IDENTITY (START 2), account text, feature text, day text,
    value text, kind text, {others}
) ON COMMIT DROP;
CREATE TEMP TABLE staged_day (text text, day date) ON COMMIT DROP"""
DAYS = "SELECT DISTINCT day FROM staged_usage WHERE day IS NOT NULL"
# What cannot be taken: column, code, reason, and which rows.
BAD = (
    (
        "account",
        "unknown_account",
        "there is no such account",
        (
            "SELECT row, coalesce(account, '') AS value FROM staged_usage s WHERE NOT EXISTS "
            "(SELECT FROM accounts_account a WHERE a.code = s.account)"
        ),
    ),
    (
        "feature",
        "unknown_feature",
        "there is no such feature",
        (
            "SELECT row, coalesce(feature, '') AS value FROM staged_usage s WHERE NOT EXISTS "
            "(SELECT FROM pricing_feature f WHERE f.code = s.feature)"
        ),
    ),
    (
        "kind",
        "unknown_kind",
        f"a kind is one of {', '.join(UsageKind.values)}, or empty for use",
        f"SELECT row, kind AS value FROM staged_usage WHERE kind NOT IN ({KINDS})",
    ),
    (
        "day",
        "unreadable_date",
        "a date is YYYY-MM-DD",
        (
            "SELECT row, coalesce(day, '') AS value FROM staged_usage s WHERE NOT EXISTS "
            "(SELECT FROM staged_day d WHERE d.text = s.day)"
        ),
    ),
    (
        "value",
        "unreadable_number",
        "a value is a number from 0 on, such as 19.5",
        (
            "SELECT row, coalesce(value, '') AS value FROM staged_usage "
            f"WHERE value IS NULL OR value !~ '{VALUE}'"
        ),
    ),
)
RESOLVED = f"""
DROP TABLE IF EXISTS incoming_usage;
CREATE TEMP TABLE incoming_usage ON COMMIT DROP AS
SELECT s.row, a.id AS account_id, f.id AS feature_id, coalesce(s.kind, 'use')::varchar AS kind,
       d.day, s.value::numeric AS value
FROM staged_usage s
JOIN accounts_account a ON a.code = s.account
JOIN pricing_feature f ON f.code = s.feature
JOIN staged_day d ON d.text = s.day
WHERE s.value ~ '{VALUE}' AND (s.kind IS NULL OR s.kind IN ({KINDS}))"""
TWICE = """
SELECT max(row) AS row, 'row ' || min(row) AS value FROM incoming_usage
GROUP BY account_id, feature_id, kind, day HAVING count(*) > 1"""


def import_usage(
    *, usage: Path, skip_bad_rows: bool = False, progress: Progress = silent
) -> Report:
    """Bring usage days in from a CSV file with a header: account, feature, day, value, kind.

    A day that is known has the file's value afterwards; the same file again changes nothing. All
    or nothing: raises Refused, with the report, when the file cannot be read to its end, or a row
    is wrong and `skip_bad_rows` is not set. What stands twice in one file is wrong.
    """
    report = Report()
    with transaction.atomic():
        allow_long_work()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
        if _stage(usage, report, progress):
            _check(usage.name, report)
        if report.unreadable or (report.bad_rows and not skip_bad_rows):
            raise Refused(report)
        with progress("Writing usage", 1) as step:
            taken = write_from("incoming_usage AS incoming", [], report.counts["rows"])
            step(1)
    report.counts.update(
        usage_created=taken.added,
        usage_corrected=taken.changed,
        usage_unchanged=report.counts["rows"] - report.bad_rows - taken.added - taken.changed,
    )
    return report


def _stage(path: Path, report: Report, progress: Progress) -> bool:
    """Copy the file's rows as they are; the database reads CSV quicker than we could."""
    with path.open("rb") as file:
        header = file.readline()
        names = _names(header, path.name, report)
        if names is None:
            return False
        others = [f"other_{number}" for number, name in enumerate(names) if name not in COLUMNS]
        places = [
            name if name in COLUMNS else f"other_{number}" for number, name in enumerate(names)
        ]
        report.ignored_columns += [f"{path.name}: {name}" for name in names if name not in COLUMNS]
        statement = STAGING.format(others=", ".join(f"{name} text" for name in others) or "x text")
        size = path.stat().st_size
        with connection.cursor() as cursor, progress("Reading usage", size) as step:
            cursor.execute(statement)
            try:
                with cursor.copy(
                    f"COPY staged_usage ({', '.join(places)}) FROM STDIN (FORMAT csv)"
                ) as copy:
                    while piece := file.read(PIECE):
                        copy.write(piece)
                        step(len(piece))
            except DataError as error:
                line = LINE.search(error.diag.context or "")
                place = int(line[1]) + 1 if line else None  # the header was read before
                reason = str(error.diag.message_primary)
                _unreadable(path.name, place, "-", "not_csv", reason, report)
                return False
            report.counts["rows"] = cursor.rowcount
            cursor.execute("ANALYZE staged_usage")
    return True


def _names(header: bytes, file: str, report: Report) -> list[str] | None:
    """The names of the columns; None, with a problem, where one that is needed is missing."""
    try:
        found = next(csv.reader([header.decode("utf-8-sig")]), [])
    except (UnicodeDecodeError, csv.Error):
        found = []
    names = [name.strip() for name in found]
    wrong = [name for name in COLUMNS if names.count(name) > 1]
    wrong += [name for name in NEEDED if name not in names]
    for name in wrong:
        reason = "the header names this column once"
        _unreadable(file, 1, name, "missing_column", reason, report)
    return None if wrong else names


def _unreadable(
    file: str, row: int | None, column: str, code: str, reason: str, report: Report
) -> None:
    report.add(Problem(file, row, column, "", code, reason))
    report.unreadable = True


def _check(file: str, report: Report) -> None:
    """Take out what cannot be taken, and name it; what is left is `incoming_usage`."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS)
        days = [(text, day) for (text,) in cursor.fetchall() if (day := _day(text))]
        with cursor.copy("COPY staged_day FROM STDIN") as copy:
            for each in days:
                copy.write_row(each)
        cursor.execute("ANALYZE staged_day")
        cursor.execute(RESOLVED)
        good = cursor.rowcount
    if good < report.counts["rows"]:  # only then is it worth asking what is wrong with which
        for column, code, reason, bad in BAD:
            problem = {"file": file, "column": column, "code": code, "reason": reason}
            drop_bad_rows("staged_usage", bad, problem, report)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE incoming_usage")
    reason = "this day of the account and feature stands in the file already"
    problem = {"file": file, "column": "day", "code": "duplicate_row", "reason": reason}
    drop_bad_rows("incoming_usage", TWICE, problem, report)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None

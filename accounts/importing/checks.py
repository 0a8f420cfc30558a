"""What the rows of a book say of one another: twice, unknown, or at odds with what we hold."""

from django.db import connection

from accounts.importing.report import Report
from accounts.importing.staging import drop_bad_rows
from config.codes import slug

TWICE_ACCOUNT = """
SELECT row, text AS value FROM (
    SELECT row, text, row_number() OVER (PARTITION BY text ORDER BY row) AS n FROM staged_account
) numbered WHERE n > 1"""

# Only the first text of a code is kept: the file has two ids that would be one customer.
ONE_CODE = """
SELECT row, text AS value FROM (
    SELECT row, text, first_value(text) OVER (PARTITION BY code ORDER BY row) AS first
    FROM staged_account
) compared WHERE text <> first"""
ONE_CODE_ITEMS = """
SELECT row, text AS value FROM (
    SELECT i.row, i.text,
           coalesce(a.text, first_value(i.text) OVER (PARTITION BY i.code ORDER BY i.row)) AS first
    FROM staged_item i LEFT JOIN staged_account a USING (code)
) compared WHERE text <> first"""

TWICE_ITEM = """
SELECT row, text AS value FROM (
    SELECT row, text, row_number() OVER (
        PARTITION BY code, product, tier, starts_on, ends_on, mrr ORDER BY row) AS n
    FROM staged_item
) numbered WHERE n > 1"""

UNKNOWN = """
SELECT row, text AS value FROM staged_item i
WHERE NOT EXISTS (SELECT FROM staged_account a WHERE a.code = i.code)
  AND NOT EXISTS (SELECT FROM accounts_account a WHERE a.code = i.code)"""


def check_rows(*, accounts: str, items: str, report: Report) -> None:
    """Take rows that contradict one another out of the staged tables, each with its problem."""
    twice = {"column": "account_id", "code": "duplicate_account", "file": accounts}
    twice["reason"] = "the account stands in the file already"
    drop_bad_rows("staged_account", TWICE_ACCOUNT, twice, report)
    same = {"column": "account_id", "code": "one_code"}
    same["reason"] = "another account_id becomes the same code"
    drop_bad_rows("staged_account", ONE_CODE, {**same, "file": accounts}, report)
    drop_bad_rows("staged_item", ONE_CODE_ITEMS, {**same, "file": items}, report)
    twice = {"column": "account_id", "code": "duplicate_item", "file": items}
    twice["reason"] = "the same item stands in the file already"
    drop_bad_rows("staged_item", TWICE_ITEM, twice, report)


def check_known(*, file: str, report: Report) -> None:
    """Items of accounts that neither we nor the rows left of the accounts file know."""
    unknown = {"column": "account_id", "code": "unknown_account", "file": file}
    unknown["reason"] = "no such account: list it in the accounts file, or create accounts"
    drop_bad_rows("staged_item", UNKNOWN, unknown, report)


def check_currency(*, accounts: str, items: str, currency: str, report: Report) -> None:
    """An account pays in one currency: rows of an account with another one are refused."""
    problem = {"column": "account_id", "code": "other_currency"}
    problem["reason"] = f"the account does not pay in {currency}"
    for table, file in (("staged_account", accounts), ("staged_item", items)):
        other = (
            f"SELECT s.row, a.currency AS value FROM {table} s JOIN accounts_account a "
            "ON a.code = s.code WHERE a.currency <> %s"
        )
        drop_bad_rows(table, other, {**problem, "file": file}, report, [currency])


def check_texts(*, table: str, column: str, file: str, report: Report) -> list[str]:
    """The texts of a column, without those that would become the code of an earlier one."""
    first: dict[str, str] = {}
    for text, _ in sorted(distinct_texts(table, column), key=lambda found: found[1]):
        other = first.setdefault(slug(text), text)
        if other != text:
            problem = {"file": file, "column": column, "code": "one_code"}
            problem["reason"] = f"it becomes the same code as {other!r}"
            drop_texts(table, {column: text}, problem, report)
    return sorted(first.values())


def drop_texts(table: str, texts: dict[str, str], problem: dict[str, str], report: Report) -> None:
    """Take the rows with these texts (by column) out of a staged table."""
    where = " AND ".join(f"{column} = %s" for column in texts)
    bad = f"SELECT row, {problem['column']} AS value FROM {table} WHERE {where}"
    drop_bad_rows(table, bad, problem, report, list(texts.values()))


def distinct_texts(table: str, *columns: str) -> list[tuple]:
    """The different texts of the columns, each with the first row it stands on."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {names}, min(row) FROM {table} WHERE {columns[0]} IS NOT NULL "
            f"GROUP BY {names} ORDER BY {names}"
        )
        return cursor.fetchall()

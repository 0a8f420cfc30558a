"""The SQL text of figures, as Portico runs it, in the words of other engines."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
from sqlglot import exp, parse_one

from metrics.columns.reading import SELECT
from metrics.engine import KNOWN, Source, statement
from metrics.exporting import EXPORTED
from metrics.holdings import Grain
from metrics.lines import AS_KNOWN, GAPS, PAID
from metrics.movement_sums import SUMMED
from metrics.sums import movements

DAY = timedelta(days=1)
GAP_DAYS = 120
GROUPS = (None, "segment", "region", "currency")
# What came and went in a period.
MOVED = f"""
SELECT currency, {SUMMED} FROM ({movements(KNOWN)}) AS moved
WHERE day >= %(since)s AND day < %(until)s GROUP BY 1"""


@dataclass(frozen=True)
class Text:
    """A statement of a figure; `values` fill its %(name)s."""

    name: str
    sql: str
    values: dict


def texts(*, known: int, days: list[date], product: int | None) -> list[Text]:
    """Every statement that figures read the ledger by, as of a position."""
    values = {"known": known, "product": product}
    values |= {"since": days[0] + DAY, "until": days[-1] + DAY, "gap": GAP_DAYS}
    found = [
        Text("entries in force", SELECT.format(which=KNOWN), values),
        Text("movements", MOVED, values),
        Text("gaps", GAPS.format(which=f"{AS_KNOWN} AND {PAID}"), values),
    ]
    for grain in Grain:
        for group_by in GROUPS:
            found.append(_held(grain, group_by, ["known"], days, values))
        if product is not None:
            found.append(_held(grain, None, ["product", "known"], days, values))
    return found


def _held(grain: Grain, group_by: str | None, filters: list, days: list, values: dict) -> Text:
    source = Source.of(grain, group_by, filters, money=True)
    name = f"{grain} held" + (f" by {group_by}" if group_by else "")
    name += " with a product" if "product" in filters else ""
    return Text(name, statement(source, grain, group_by, filters, days), values)


def transpiled(sql: str, values: dict, *, dialect: str) -> str:
    """The same statement for another engine, with its values in it."""
    tree = exp.replace_placeholders(parse_one(sql, read="postgres"), **values)
    for change in (_whole_numbers, *([_days_between, _has_all] if dialect == "spark" else [])):
        tree = tree.transform(change)
    return tree.sql(dialect=dialect)


def _whole_numbers(node: exp.Expression) -> exp.Expression:
    """PostgreSQL's numeric has any number of digits; elsewhere as many as there may be."""
    if isinstance(node, exp.Cast) and node.to.is_type("decimal") and not node.to.expressions:
        return exp.cast(node.this, "DECIMAL(38, 0)")
    return node


def _days_between(node: exp.Expression) -> exp.Expression:
    """A day less a day is a number of days, in Spark an interval."""
    right = node.args.get("expression")
    if isinstance(node, exp.Sub) and isinstance(right, exp.Cast) and right.to.is_type("date"):
        return exp.func("DATEDIFF", node.this, right, dialect="spark")
    return node


def _has_all(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.ArrayContainsAll):
        missing = exp.func("ARRAY_EXCEPT", node.expression, node.this, dialect="spark")
        return exp.EQ(this=exp.func("SIZE", missing, dialect="spark"), expression="0")
    return node


Rows = Callable[[str, dict], list[tuple]]


def duck(folder: Path) -> Rows:
    """Asks DuckDB, on the exported files."""
    session = duckdb.connect()
    for name, facts in EXPORTED.items():
        file = folder / f"{name}.parquet"
        session.execute(f"CREATE VIEW {facts.table} AS FROM read_parquet('{file}')")

    def rows(sql: str, values: dict) -> list[tuple]:
        return session.execute(transpiled(sql, values, dialect="duckdb")).fetchall()

    return rows


def comparable(rows: list[tuple]) -> list[tuple]:
    """Rows in an order of their own; of arrays that belong together, item by item."""
    plain = []
    for row in rows:
        lists = [column for column in row if isinstance(column, list)]
        rest = tuple(column for column in row if not isinstance(column, list))
        items = sorted(zip(*lists, strict=True), key=repr) if lists else []
        plain.append((*map(_plain, rest), tuple(tuple(map(_plain, item)) for item in items)))
    return sorted(plain, key=repr)


def _plain(value: object) -> object:
    """Numbers as numbers, whatever an engine calls their kind."""
    if isinstance(value, (bool, str, bytes, type(None), date)):
        return value
    return int(value) if value == int(value) else float(value)

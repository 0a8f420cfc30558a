"""The facts that figures stand on, as Parquet files as of a position of the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa
from django.db import connection
from pyarrow.parquet import ParquetWriter

from accounts.models.ledger import Part
from config.errors import DomainError
from metrics.versions import Version

ROWS = 50_000  # that are in memory at once, and a group of rows of the file
INSTANT = pa.timestamp("us", tz="UTC")
AMOUNT = pa.decimal128(38, 6)
LEDGER = {
    "position": pa.int64(),
    "recorded_at": INSTANT,
    "account_id": pa.int64(),
    "effective_on": pa.date32(),
    "sign": pa.int16(),
    "kind": pa.string(),
    "currency": pa.string(),
    "set_before_id": pa.int64(),
    "set_after_id": pa.int64(),
    "mrr_before": pa.int64(),
    "mrr_after": pa.int64(),
    "segment_before_id": pa.int64(),
    "segment_after_id": pa.int64(),
    "region_before_id": pa.int64(),
    "region_after_id": pa.int64(),
    "is_first": pa.bool_(),
    "upsells": pa.int16(),
    **dict.fromkeys(Part.values, pa.int64()),
}
SETS = {"id": pa.int64(), "products": pa.list_(pa.int64())}
LINES = {
    "id": pa.int64(),
    "account_id": pa.int64(),
    "subscription_id": pa.int64(),
    "product_id": pa.int64(),
    "plan_id": pa.int64(),
    "bundle_plan_id": pa.int64(),
    "starts_on": pa.date32(),
    "ends_on": pa.date32(),
    "quantity": AMOUNT,
    "interval": pa.string(),
    "list_amount": AMOUNT,
    "amount": AMOUNT,
    "mrr": pa.int64(),
    "origin": pa.string(),
    "recorded_at": INSTANT,
    "voided_at": INSTANT,
}
UP_TO = "position <= %(position)s"
SINCE = "(SELECT max(recorded_at) FROM accounts_ledgerentry WHERE position <= %(position)s)"


@dataclass(frozen=True)
class Facts:
    """A table that is exported: its columns with their types, and which rows by a position."""

    table: str
    columns: dict[str, pa.DataType]
    where: str
    order: str

    def statement(self) -> str:
        columns = ", ".join(self.columns)
        return f"SELECT {columns} FROM {self.table} WHERE {self.where} ORDER BY {self.order}"


EXPORTED = {
    "ledger": Facts("accounts_ledgerentry", LEDGER, UP_TO, "position"),
    "product-sets": Facts(
        "accounts_productset",
        SETS,
        f"""id IN (SELECT set_before_id FROM accounts_ledgerentry WHERE {UP_TO}
                   UNION SELECT set_after_id FROM accounts_ledgerentry WHERE {UP_TO})""",
        "id",
    ),
    # An end that became known later is in the row all the same: lines say what holds now.
    "lines": Facts(
        "accounts_subscriptionline",
        LINES,
        f"recorded_at <= {SINCE} AND (voided_at IS NULL OR voided_at > {SINCE})",
        "id",
    ),
}


class NoSuchPosition(DomainError):
    """The ledger has not come so far."""

    code = "no_such_position"


def position_of(version: Version, asked: int | None) -> int:
    """The position that is asked for, the last one without. Raises NoSuchPosition."""
    if asked is not None and asked > version.position:
        raise NoSuchPosition(f"The ledger has come to position {version.position}.")
    return version.position if asked is None else asked


def write_parquet(facts: Facts, *, position: int, into: IO[bytes]) -> int:
    """Write the rows as of a position as one Parquet file, and return how many that were.

    Rows are read and written some at a time. The position stands in the file's metadata. The
    caller holds a transaction, so that several files are of one state.
    """
    told = {"portico.position": str(position), "portico.table": facts.table}
    schema = pa.schema(list(facts.columns.items()), metadata=told)
    count = 0
    with ParquetWriter(into, schema, compression="zstd") as writer:
        for rows in _pieces(facts, position):
            columns = zip(*rows, strict=True)
            arrays = [
                pa.array(column, kind)
                for column, kind in zip(columns, facts.columns.values(), strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(rows)
    return count


def _pieces(facts: Facts, position: int) -> Iterator[list[tuple]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(facts.statement(), {"position": position})
        while rows := cursor.fetchmany(ROWS):
            yield rows


def write_all(folder: Path, *, position: int) -> dict[str, int]:
    """Write every table into a folder, and return how many rows each has."""
    counts = {}
    for name, facts in EXPORTED.items():
        with (folder / f"{name}.parquet").open("wb") as file:
            counts[name] = write_parquet(facts, position=position, into=file)
    return counts

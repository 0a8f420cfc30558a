"""Rows of fixed width from the database, while they arrive."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from django.db import connection

HEADER = 19  # bytes of a binary copy before its first row
PIECE = 1 << 22  # bytes: so much is waited for before rows are cut


def packed(widths: dict[str, str]) -> np.dtype:
    """A row of a binary copy whose columns have these types; none of them may be null."""
    fields = [("count", ">i2")]
    for name, kind in widths.items():
        fields += [(f"{name}_bytes", ">i4"), (name, kind if kind[0] == "S" else f">{kind}")]
    return np.dtype(fields)


def rows_of(select: str, parameters: Any, row: np.dtype) -> Iterator[np.ndarray]:
    """The rows of a statement, as many at a time as have arrived; at the end perhaps none."""
    rest, skip = b"", HEADER
    text = f"COPY ({select}) TO STDOUT (FORMAT binary)"
    with connection.cursor() as cursor, cursor.cursor.copy(text, parameters) as copy:
        waiting, size = [], 0
        for block in copy:
            waiting.append(bytes(block))
            size += len(block)
            if size > PIECE:
                rest, skip, rows = _cut(rest + b"".join(waiting), skip, row)
                waiting, size = [], 0
                yield rows
    yield _cut(rest + b"".join(waiting), skip, row)[2]


def copied(select: str, parameters: Any, row: np.dtype, kinds: dict[str, str]) -> dict:
    """By name, the columns of a statement's rows in the types in which they are kept.

    Memory is that of the columns: rows become columns while they arrive.
    """
    pieces: dict[str, list[np.ndarray]] = {name: [] for name in kinds}
    for rows in rows_of(select, parameters, row):
        for name, found in pieces.items():
            found.append(rows[name].astype(kinds[name]))
    return {name: np.concatenate(found) for name, found in pieces.items()}


def _cut(data: bytes, skip: int, row: np.dtype) -> tuple[bytes, int, np.ndarray]:
    count = (len(data) - skip) // row.itemsize
    end = skip + count * row.itemsize
    return data[end:], 0, np.frombuffer(data, row, count, skip)

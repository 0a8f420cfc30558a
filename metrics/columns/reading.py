"""From entries of the ledger to columns."""

import numpy as np

from accounts.models.ledger import Part
from metrics.columns.calendar import months_begun
from metrics.columns.columns import ENTRY, NEVER, PART, PARTS, Columns
from metrics.columns.copying import packed, rows_of
from metrics.sums import MOVED

KIND = [f"WHEN {test} THEN {place}" for place, test in enumerate(MOVED.values(), start=1)]
ORDINAL = "-'0001-01-01'::date + 1"
# The entry that is in force on each day of an account is the last one, if it is not taken back.
ROWS = f"""
SELECT account_id, currency, (effective_on {ORDINAL})::int4,
       (coalesce(lead(effective_on) OVER (PARTITION BY account_id ORDER BY effective_on)
                 {ORDINAL}, {NEVER}))::int4,
       mrr_before, mrr_after, set_after_id::int4, cardinality(s.products)::int2,
       coalesce(segment_after_id, 0)::int4, coalesce(region_after_id, 0)::int4,
       (CASE {" ".join(KIND)} ELSE 0 END)::int2, is_first::int::int2,
       {", ".join(f"coalesce({name}, 0)::int8" for name in PARTS)}
FROM {{source}} ORDER BY effective_on, account_id"""
IN_FORCE = """(
    SELECT DISTINCT ON (account_id, effective_on) * FROM accounts_ledgerentry
    WHERE {which} ORDER BY account_id, effective_on, position DESC
) AS net JOIN accounts_productset s ON s.id = set_after_id
WHERE sign = 1"""
SELECT = ROWS.format(source=IN_FORCE)
WIDTHS = {
    "id": "i8",
    "currency": "S3",
    "day": "i4",
    "until": "i4",
    "before": "i8",
    "after": "i8",
    "set": "i4",
    "products": "i2",
    "segment": "i4",
    "region": "i4",
    "kind": "i2",
    "is_first": "i2",
    **dict.fromkeys((*Part.values, "upsells"), "i8"),
}
ROW = packed(WIDTHS)
READ = {**ENTRY, "id": "i8", "currency": "S3", "is_first": "i2"}
del READ["account"], READ["age"]  # follow from the ids and the first days


def read_columns(which: str, parameters: dict) -> Columns:
    """The entries that `which` names, an SQL condition, with all that an account has among them."""
    return columns_of(SELECT.format(which=which), parameters)


def columns_of(text: str, parameters: dict) -> Columns:
    """The rows of a statement such as SELECT.

    Memory is that of the columns: rows become columns while they arrive.
    """
    pieces: dict[str, list[np.ndarray]] = {name: [] for name in READ}
    parts: dict[str, list[np.ndarray]] = {name: [] for name in PART}
    seen = 1  # place 0 stands for no entry
    for rows in rows_of(text, parameters, ROW):
        for name, found in pieces.items():
            found.append(rows[name].astype(READ[name]))
        for kind, name in enumerate(PARTS):
            places = np.flatnonzero(rows[name])
            parts["part_entry"].append((places + seen).astype("i4"))
            parts["part_kind"].append(np.full(len(places), kind, dtype="u1"))
            parts["part_amount"].append(rows[name][places].astype("f8"))
        seen += len(rows)
    return _assembled(pieces, parts)


def _assembled(pieces: dict, parts: dict) -> Columns:
    columns = {name: np.concatenate(found) for name, found in pieces.items() if found}
    ids, account = np.unique(columns.pop("id"), return_inverse=True)
    currencies, firsts = columns.pop("currency"), columns.pop("is_first") > 0
    currency = np.zeros(len(ids), dtype="S3")
    currency[account] = currencies
    first = np.zeros(len(ids), dtype="i4")
    first[account[firsts]] = columns["day"][firsts]
    columns["account"] = account.astype("i4")
    # Before its first paid day nothing changes what an account pays.
    since = np.minimum(np.where(first > 0, first, NEVER)[account], columns["day"])
    columns["age"] = months_begun(since, columns["day"]).astype("i2")
    entries = {
        name: np.append(np.zeros(1, dtype=kind), columns[name]) for name, kind in ENTRY.items()
    }
    found = {name: np.concatenate(pieces) for name, pieces in parts.items()}
    order = np.lexsort((found["part_kind"], found["part_entry"]))
    return Columns(ids, currency, first, **entries, **{k: v[order] for k, v in found.items()})

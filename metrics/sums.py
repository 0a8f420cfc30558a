"""How entries of the ledger become changes of sums."""

FIGURES = "accounts, mrr, mrr_squared"
SLICE = "segment_id, region_id, currency"


def sides(where: str) -> str:
    """SQL of the two sides of the entries that `where` names.

    What an account held before leaves its slice and product set, what it holds after joins
    another: added up over all days so far, the sides are the state.
    """
    return f"{_side('before', -1, where)} UNION ALL {_side('after', 1, where)}"


def _side(side: str, direction: int, where: str) -> str:
    return f"""
SELECT effective_on AS day, segment_{side}_id AS segment_id, region_{side}_id AS region_id,
       currency, set_{side}_id AS product_set_id, ({direction} * sign)::bigint AS accounts,
       {direction} * sign * mrr_{side} AS mrr,
       {direction} * sign * mrr_{side}::numeric * mrr_{side} AS mrr_squared
FROM accounts_ledgerentry WHERE mrr_{side} > 0 AND {where}"""

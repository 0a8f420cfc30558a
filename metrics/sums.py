"""How an entry of the ledger becomes changes of sums."""


def sides(where: str) -> str:
    """SQL of the two sides of the entries that `where` names, as changes of a month.

    What an account held before leaves its product set, what it holds after joins the other:
    added up over all months so far, they are the state.
    """
    return f"""
SELECT date_trunc('month', effective_on)::date AS month, entry.currency,
       side.segment_id, side.region_id, side.set_id, side.sign AS accounts,
       side.sign * side.mrr AS mrr, side.sign * side.mrr::numeric * side.mrr AS mrr_squared
FROM accounts_ledgerentry entry
CROSS JOIN LATERAL (VALUES
    (-entry.sign, segment_before_id, region_before_id, set_before_id, mrr_before),
    (entry.sign, segment_after_id, region_after_id, set_after_id, mrr_after)
) AS side (sign, segment_id, region_id, set_id, mrr)
WHERE side.mrr > 0 AND {where}"""

"""Whether the members of a pool get what their weights say."""

from collections import Counter

from accounts.models import Pool
from metrics.inputs.turns import TURNS, Turns
from metrics.registry import Answer, Question, Unit, Warn, metric


@metric(
    unit=Unit.POINTS,
    reads=TURNS,
    chart="distances",
    formula="largest distance of a member's share of what was given from the share of weight",
)
def routing_balance(turns: Turns, question: Question) -> Answer:
    """What rules gave to the members of each pool in the period: how much, which share of the
    pool's that is, and which share the weight asks for; and what each of them carries on the last
    day, in the pool's measure. Weights are those of today. Whoever was away or without room
    got less than the weight says, and nothing is wrong."""
    given = Counter((row.pool, row.member) for row in turns.rows)
    groups = []
    for pool in turns.pools:
        rows = _rows(pool, given, turns, question)
        if rows:
            distances = [abs(row["distance"]) for row in rows if row["distance"] is not None]
            n = sum(row["assignments"] for row in rows)
            part = Answer(max(distances, default=None), n=n, rows=rows)
            groups.append({"key": {"pool": pool.code}, **part.told()})
    rows = [{**each["key"], **row} for each in groups for row in each["rows"]]
    if not turns.rows:
        warning = Warn("ZERO_DENOMINATOR", "No rule gave anything to a member of a pool.")
        return Answer(None, warnings=[warning], rows=rows, groups=groups)
    value = max(each["value"] for each in groups if each["value"] is not None)
    return Answer(value, n=len(turns.rows), rows=rows, groups=groups)


def _rows(pool: Pool, given: Counter, turns: Turns, question: Question) -> list[dict]:
    """The members in their order, then those who are no longer in the pool; none where nothing
    was given and nobody carries anything."""
    weights = {seat.member_id: seat.weight for seat in pool.members.all()}
    capacities = {seat.member_id: seat.capacity for seat in pool.members.all()}
    counts = {member: count for (where, member), count in given.items() if where == pool.pk}
    carried = turns.carried(pool, question.on)
    total, weight, load = (sum(each.values()) for each in (counts, weights, carried))
    if not total and not load:
        return []
    rows = []
    for member in [*weights, *sorted(counts.keys() - weights.keys())]:
        share = counts.get(member, 0) / total if total else None
        due = weights.get(member, 0) / weight if weight else None
        rows.append(
            {
                "member": member,
                "assignments": counts.get(member, 0),
                "share": share,
                "weight": weights.get(member),
                "weight_share": due,
                "distance": None if share is None or due is None else share - due,
                "load": carried.get(member, 0),
                "load_share": carried.get(member, 0) / load if load else None,
                "measure": pool.measure,
                "capacity": capacities.get(member),
            }
        )
    return rows

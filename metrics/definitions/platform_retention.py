"""Whether customers with several products stay and grow more than those with one."""

import numpy as np

from metrics.inputs.pairs import PAIRS, Pairs
from metrics.platform import SIDES, Side, difference_interval, sides, simpson
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.retention import NOT_CAUSE, nobody_paid
from metrics.statistics import FEW, newcombe, pooled_p


@metric(
    unit=Unit.POINTS,
    money=True,
    reads=PAIRS,
    version=2,
    chart="sides",
    formula="NRR of customers with 2+ products at the opening - NRR of customers with one",
)
def platform_retention(pairs: Pairs, question: Question) -> Answer:
    """Net revenue retention of customers who held two or more products on the day before the
    period, minus that of customers who held one; a fraction, 0.1 is ten points. The groups are
    those of the opening: grouped at the end, growing into a second product would count for the
    wrong side. Beside it how often each leaves and stays, what moved from one product to several,
    and whether the comparison turns round inside segments, regions, or customers of one age or
    size: then it warns. It says what goes together, not what causes it."""
    if not pairs.customers:
        empty = {"difference": {"value": None, "interval": None}, "simpson": []}
        return Answer(None, n=0, warnings=[nobody_paid(question)], members=empty)
    level = question.scope.level
    found = sides(pairs)
    groups = [side.told(level) for side in found.values()]
    multi, single = (found[name] for name in SIDES)
    members = {"note": NOT_CAUSE, "moved_to_several": _moved(pairs, found)}
    if not multi.n or not single.n:
        name = "multi" if not multi.n else "single"
        members |= {"difference": {"value": None, "interval": None}, "simpson": []}
        warning = Warn("ZERO_DENOMINATOR", f"At the opening nobody was {name}.")
        return Answer(None, n=pairs.customers, warnings=[warning], members=members, groups=groups)
    value, interval = multi.nrr - single.nrr, difference_interval(multi, single, level)
    checks, warnings = simpson(pairs, found, question)
    if min(multi.n, single.n) < FEW:
        few = f"{multi.n} with several and {single.n} with one product are few."
        warnings.append(Warn("UNSTABLE_INTERVAL", few))
    members |= {
        "difference": {"value": value, "interval": vars(interval) if interval else None},
        "churn": _churn(multi, single, level),
        "simpson": checks,
    }
    return Answer(
        value, n=pairs.customers, interval=interval, warnings=warnings, members=members,
        groups=groups,
    )  # fmt: skip


def _churn(multi: Side, single: Side, level: float) -> dict:
    """The difference of logo churn, with its interval and the test that there is none, and how
    many times as large the share is that stays; None where nobody with one product stays."""
    both = (multi.lost, multi.n), (single.lost, single.n)
    stays, alone = (1 - lost / n for lost, n in both)
    return {
        "retention_ratio": stays / alone if alone else None,
        "difference": multi.lost / multi.n - single.lost / single.n,
        "interval": vars(newcombe(*both, level)),
        "p_value": pooled_p(*both),
    }


def _moved(pairs: Pairs, found: dict[str, Side]) -> dict:
    """Who had one product at the opening and has several at the closing."""
    grown = found["single"].chosen & (pairs.at_closing("products") >= 2) & (pairs.closing > 0)
    opening, closing = pairs.taken(grown)
    return {
        "customers": int(np.count_nonzero(grown)),
        "opening": round(opening.sum()),
        "closing": round(closing.sum()),
    }

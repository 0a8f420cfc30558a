"""The bridge from what customers paid before a period to what they pay at its end."""

from metrics.inputs.movements import MOVEMENTS, REASONS, Movements
from metrics.models import KINDS
from metrics.registry import Answer, Question, Unit, Warn, metric


@metric(
    unit=Unit.MONEY,
    money=True,
    reads=MOVEMENTS,
    parameters=("rates",),
    chart="waterfall",
    formula="opening + new + reactivation + expansion + contraction + churn (+ fx) = closing",
)
def mrr_movements(moved: Movements, question: Question) -> Answer:
    """How monthly recurring revenue moved from the day before the period to its last day, net by
    account and day: new customers, those who came back, those who pay more or less, those who
    left. Losses are negative. The quick ratio is what came (new and expansion) over what went.
    The parts say why customers who stayed pay more or less, and add up to expansion and
    contraction. The value is closing minus opening. Who is in a segment or region is decided at
    the opening, for new customers on their first day in the period. With rates, what is
    paid at the opening, what moves and what is paid at the closing counts at the rate of its own
    day, and fx is what the rates alone moved."""
    parts = {part: moved.moved[part] for part in REASONS}
    row = {
        "start": question.start,
        "end": question.end,
        "opening": moved.opening,
        **{kind: moved.moved[kind] for kind in KINDS},
        **({} if moved.fx is None else {"fx": moved.fx}),
        "closing": moved.closing,
        "reconciles": moved.reconciles,
    }
    members = {"parts": parts, "customers": {"opening": moved.opened, "closing": moved.closed}}
    members |= {"counts": moved.counts, "quick_ratio": quick_ratio(moved.moved)}
    if not moved.opened and not any(moved.counts.values()):
        warning = Warn("ZERO_DENOMINATOR", "Nobody paid before or in the period.")
        return Answer(None, warnings=[warning], members=members, rows=[row])
    warnings = []
    if not moved.reconciles:
        detail = "The opening and what moved do not make the closing: check the invariants."
        warnings.append(Warn("NOT_RECONCILED", detail))
    return Answer(
        moved.closing - moved.opening,
        n=moved.closed,
        warnings=warnings,
        members=members,
        rows=[row],
    )


def quick_ratio(moved: dict[str, int]) -> float | None:
    """What came for each unit that went; None while nothing goes."""
    gone = -(moved["churn"] + moved["contraction"])
    return (moved["new"] + moved["expansion"]) / gone if gone else None

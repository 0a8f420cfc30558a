"""What customers pay on the anniversaries of their first day, by the month they came in."""

from metrics.inputs.cohorts import COHORTS, Cell, Cohorts
from metrics.registry import Answer, Question, Unit, Warn, metric

YEAR = 12  # months; those of the headline


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=COHORTS,
    chart="cohorts",
    formula="revenue on the account's own k-month anniversary / revenue on its first paid day",
)
def cohort_retention(cohorts: Cohorts, question: Question) -> Answer:
    """Of what customers paid on their first paid day, what they pay k months later, each on its
    own anniversary, by the month of the first paid day; and how many of them still pay. Only
    customers old enough count; a cell in which not everybody of the cohort is old enough yet is
    not complete. The value is that after twelve months over all cohorts."""
    rows = [_row(cell) for cell in cohorts.cells]
    year = [cell for cell in cohorts.cells if cell.months == YEAR]
    opening, paid = (sum(getattr(cell, name) for cell in year) for name in ("opening", "paid"))
    started, staying = (
        sum(getattr(cell, name) for cell in year) for name in ("started", "staying")
    )
    if not opening:
        detail = "No customer is a year old." if cohorts.cells else "Nobody ever paid."
        warning = Warn("ZERO_DENOMINATOR", detail)
        return Answer(
            None, 0, 0, 0, warnings=[warning], members={"curve": _curve(cohorts)}, rows=rows
        )
    return Answer(
        paid / opening,
        paid,
        opening,
        started,
        members={"logo_retention": staying / started, "curve": _curve(cohorts)},
        rows=rows,
    )


def _row(cell: Cell) -> dict:
    return {
        "cohort": f"{cell.cohort // 12}-{cell.cohort % 12 + 1:02}",
        "months": cell.months,
        "customers": cell.started,
        "staying": cell.staying,
        "opening": cell.opening,
        "mrr": cell.paid,
        "revenue_retention": cell.paid / cell.opening,
        "logo_retention": cell.staying / cell.started,
        "complete": cell.whole,
    }


def _curve(cohorts: Cohorts) -> list[dict]:
    """By months, over all cohorts that are so old: how many, what is left of revenue and logos."""
    points = []
    for months in sorted({cell.months for cell in cohorts.cells}):
        cells = [cell for cell in cohorts.cells if cell.months == months]
        started, opening = (
            sum(getattr(cell, name) for cell in cells) for name in ("started", "opening")
        )
        points.append(
            {
                "months": months,
                "customers": started,
                "revenue_retention": sum(cell.paid for cell in cells) / opening,
                "logo_retention": sum(cell.staying for cell in cells) / started,
            }
        )
    return points

"""What figures of months after the first paid day share: their rows, and the twelfth month."""

from metrics.inputs.activity import Activity, Month
from metrics.registry import Answer, Question, Warn
from metrics.statistics import wilson

TWELFTH = 11  # months are counted from 0


def by_month(activity: Activity, question: Question, *, ever: bool) -> Answer:
    """The share of customers in their twelfth month; `ever`: by its end."""
    rows = [_row(cell, ever=ever) for cell in activity.cells]
    year = [cell for cell in activity.cells if cell.months == TWELFTH]
    n = sum(cell.customers for cell in year)
    members = {"curve": _curve(activity, ever=ever)}
    if not ever:
        members["told_since"] = activity.since
    if not n:
        detail = "Of nobody a twelfth month is known." if activity.cells else "Nothing is known."
        warning = Warn("ZERO_DENOMINATOR", detail)
        return Answer(None, 0, 0, 0, warnings=[warning], members=members, rows=rows)
    k = sum(_counted(cell, ever=ever) for cell in year)
    interval = wilson(k, n, question.scope.level)
    return Answer(k / n, k, n, n, interval, members=members, rows=rows)


def _counted(cell: Month, *, ever: bool) -> int:
    return cell.by_then if ever else cell.doing


def _row(cell: Month, *, ever: bool) -> dict:
    return {
        "cohort": f"{cell.cohort // 12}-{cell.cohort % 12 + 1:02}",
        "months": cell.months,
        "customers": cell.customers,
        "doing": cell.doing,
        **({"by_then": cell.by_then} if ever else {}),
        "rate": _counted(cell, ever=ever) / cell.customers,
        "complete": cell.whole,
    }


def _curve(activity: Activity, *, ever: bool) -> list[dict]:
    """By months, over all cohorts of which somebody is so old."""
    points = []
    for months in sorted({cell.months for cell in activity.cells}):
        cells = [cell for cell in activity.cells if cell.months == months]
        customers = sum(cell.customers for cell in cells)
        share = sum(_counted(cell, ever=ever) for cell in cells) / customers
        points.append({"months": months, "customers": customers, "rate": share})
    return points

"""Whether products are bought together or one by one."""

from collections import defaultdict

import numpy as np

from metrics.inputs.rows import Rows
from metrics.inputs.sales import FORMS, SALES, total
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.retention import ratio_interval


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=SALES,
    chart="parts",
    formula="recurring revenue sold in bundles and by platforms / all that was sold",
)
def bundle_share(sales: Rows, question: Question) -> Answer:
    """Of the monthly recurring revenue that was sold in the period, to new customers and to those
    who bought more, the share that was sold in a bundle or by a platform; the rest was sold
    alone. What a line costs more than the one it follows was sold; renewals, migrations and the
    end of a discount sell nothing. A bundle's price is the products', each with its part.
    Customers who came back are counted apart, as in the share of upsells."""
    counted = [row for row in sales.rows if row.kind != "reactivation"]
    sold = total(counted)
    returned = round(total(sales.rows) - sold)
    parts = {form: round(total(row for row in counted if row.form == form)) for form in FORMS}
    members = {"reactivation": returned, "parts": parts}
    if not sold:
        warning = Warn("ZERO_DENOMINATOR", "Nothing was sold in the period.")
        return Answer(None, 0, 0, 0, warnings=[warning], members=members)
    together = sold - total(row for row in counted if row.form == "alone")
    bought: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for row in counted:
        bought[row.account][0] += row.gain * (row.form != "alone")
        bought[row.account][1] += row.gain
    bundled, every = np.array(list(bought.values())).T
    return Answer(
        together / sold,
        round(together),
        round(sold),
        len(bought),
        ratio_interval(bundled, every, len(bought), question.scope.level),
        members=members,
        rows=[_row(form, counted, sold) for form in FORMS],
    )


def _row(form: str, counted: list, sold: float) -> dict:
    rows = [row for row in counted if row.form == form]
    new = total(row for row in rows if row.kind == "new")
    return {
        "form": form,
        "mrr": round(total(rows)),
        "share": total(rows) / sold,
        "new": round(new),
        "expansion": round(total(rows) - new),
        "customers": len({row.account for row in rows}),
    }

"""Whether products are bought together or one by one."""

from metrics.columns.sold import NEW, REACTIVATION
from metrics.inputs.sales import ALONE, FORMS, SALES, Sales
from metrics.registry import Answer, Question, Unit, Warn, metric
from metrics.retention import ratio_interval


@metric(
    unit=Unit.RATIO,
    money=True,
    reads=SALES,
    version=2,
    chart="parts",
    formula="recurring revenue sold in bundles and by platforms / all that was sold",
)
def bundle_share(sales: Sales, question: Question) -> Answer:
    """Of the monthly recurring revenue that was sold in the period, to new customers and to those
    who bought more, the share that was sold in a bundle or by a platform; the rest was sold
    alone. What a line costs more than the one it follows was sold; renewals, migrations and the
    end of a discount sell nothing. A bundle's price is the products', each with its part.
    Customers who came back are counted apart, as in the share of upsells."""
    counted = sales.where(sales.kind != REACTIVATION)
    sold, returned = counted.gain.sum(), sales.gain[sales.kind == REACTIVATION].sum()
    forms = counted.by_form()
    parts = {form: round(mrr) for form, mrr in zip(FORMS, forms, strict=True)}
    members = {"reactivation": round(returned), "parts": parts}
    if not sold:
        warning = Warn("ZERO_DENOMINATOR", "Nothing was sold in the period.")
        return Answer(None, 0, 0, 0, warnings=[warning], members=members)
    together = sold - forms[ALONE]
    bundled, every = counted.to_accounts()
    return Answer(
        float(together / sold),
        round(together),
        round(sold),
        len(every),
        ratio_interval(bundled, every, len(every), question.scope.level),
        members=members,
        rows=[_row(place, counted, sold) for place in range(len(FORMS))],
    )


def _row(form: int, counted: Sales, sold: float) -> dict:
    rows = counted.where(counted.form == form)
    mrr, new = rows.gain.sum(), rows.gain[rows.kind == NEW].sum()
    return {
        "form": FORMS[form],
        "mrr": round(mrr),
        "share": float(mrr / sold),
        "new": round(new),
        "expansion": round(mrr - new),
        "customers": rows.customers,
    }

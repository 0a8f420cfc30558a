"""A bundle against its parts on pages: the bars, the band, from how many parts on it pays."""

from config.access.scoping import visible
from config.admin import asof
from config.admin.formatting import percent, total
from config.admin.panels import panel
from config.findings import Asked
from pricing.admin.links import page_of
from pricing.ladders import Band, Ladder, Subset
from pricing.models import BY_KIND, COMPOSITE, Plan
from pricing.offered import offered_in, place

MARKETS = 6  # shown on a page


def drawn(ladder: Ladder) -> dict:
    """A ladder as its template draws it: widths in percent of the longest bar."""
    currency = ladder.currency
    longest = max(ladder.price, ladder.sum_of_parts) or 1
    low, high = (total(amount, currency) for amount in ladder.guided)
    return {
        "plan": ladder.plan,
        "page": page_of(ladder.plan),
        "price": total(ladder.price, currency),
        "sum": total(ladder.sum_of_parts, currency),
        "discount": percent(ladder.discount, 2),
        "band": ladder.band.words if ladder.band else "",
        "is_fine": ladder.band is Band.IN_GUIDANCE,
        "guided": f"{low} to {high}",
        "at": float(ladder.price / longest * 100),
        "rungs": [
            {
                "count": len(rung.parts),
                "names": named(rung),
                "added": rung.parts[-1].plan.name,
                "total": total(rung.total, currency),
                "width": float(rung.total / longest * 100),
                "pays": rung.total >= ladder.price,
            }
            for rung in ladder.rungs
        ],
        "break_even": ladder.break_even and len(ladder.break_even.parts),
        "of": len(ladder.parts),
        "nearest": named(ladder.nearest) if ladder.nearest else "",
        "gap": total(ladder.gap, currency) if ladder.nearest else "",
    }


def named(subset: Subset) -> str:
    return " + ".join(part.plan.name for part in subset.parts)


def against_parts(request, plan: Plan) -> dict | None:
    """The bundle's price against its parts, in every market where these differ."""
    on = asof.day(request)[0]
    rows = visible(Plan.objects.filter(pk=plan.pk), request.user)
    found = offered_in(Asked(request.user, on), rows)
    shown = [{"place": place(market), "ladder": drawn(each)} for each, market in found.ladders()]
    if not shown:
        return None
    return {"on": on, "ladders": shown[:MARKETS], "more": len(shown) - MARKETS}


for kind in COMPOSITE:
    panel(
        BY_KIND[kind]._meta.label_lower,
        title="Against its parts",
        template="pricing/against_parts.html",
        permission="pricing.view_price",
        rank=12,
        above=True,
    )(against_parts)

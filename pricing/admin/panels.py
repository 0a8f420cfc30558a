"""The tiers of a product, side by side."""

from django.db.models import Prefetch

from config.access.scoping import visible
from config.admin import asof
from config.admin.panels import panel
from pricing.models import Charge, Plan, PlanVersion, VersionState


@panel(
    "portfolio.product",
    title="Tiers",
    template="pricing/tiers.html",
    permission="pricing.view_plan",
    rank=20,
)
def tiers(request, product) -> dict:
    """What can be bought of the product, from the smallest upwards."""
    on = asof.day(request)[0]
    current = visible(PlanVersion.objects.in_force(on=on), request.user)
    charges = visible(Charge.objects.all(), request.user)
    plans = (
        visible(Plan.objects.filter(product=product), request.user)
        .order_by("rank")
        .prefetch_related(
            Prefetch("charges", charges),
            Prefetch("versions", current.filter(state=VersionState.PUBLISHED), to_attr="in_force"),
        )
    )
    return {
        "on": on,
        "product": product,
        "plans": list(plans),
        "may_add": request.user.has_perm("pricing.add_plan"),
    }

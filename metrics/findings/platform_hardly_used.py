"""Customers of a platform use enough of it to be worth its price."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from config.access.scopes import Scope
from config.access.scoping import visible
from config.findings import Asked, Found, Severity, finding
from metrics.catalog import thresholds_on
from metrics.inputs.held import ACTIVE_DAYS
from metrics.inputs.rows import PROFILE
from metrics.role_evidence import SEES
from pricing.models import Plan, PlanKind
from pricing.offers import Market
from pricing.quoting import platform_fits
from pricing.resolution import Buyer

# Which tiers of a platform each of its customers has used of late; of customers of whom no usage
# is told at all, nothing is known.
IN_USE = f"""
WITH line AS (
    SELECT account_id, bundle_plan_id, interval, plan_id, product_id
    FROM accounts_subscriptionline
    WHERE bundle_plan_id = ANY(%(platforms)s) AND voided_at IS NULL AND product_id IS NOT NULL
          AND starts_on <= %(on)s AND (ends_on IS NULL OR ends_on > %(on)s)
),
used AS (
    SELECT DISTINCT usage.account_id, feature.product_id
    FROM accounts_usageday usage JOIN pricing_feature feature ON feature.id = usage.feature_id
    WHERE usage.account_id IN (SELECT account_id FROM line) AND usage.kind = 'use'
          AND usage.value > 0 AND usage.day > %(on)s - %(active)s AND usage.day <= %(on)s
),
each AS (
    SELECT line.account_id, bundle_plan_id, interval,
           coalesce(array_agg(DISTINCT plan_id) FILTER (WHERE used.product_id IS NOT NULL),
                    ARRAY[]::bigint[]) AS plans
    FROM line LEFT JOIN used USING (account_id, product_id)
    WHERE line.account_id IN (SELECT account_id FROM used)
    GROUP BY 1, 2, 3
)
SELECT bundle_plan_id, segment.code, region.code, account.currency, each.interval, plans, count(*)
FROM each JOIN accounts_account account ON account.id = each.account_id
{PROFILE.format(day="%(on)s")}
LEFT JOIN portfolio_segment segment ON segment.id = profile.segment_id
LEFT JOIN portfolio_region region ON region.id = profile.region_id
GROUP BY 1, 2, 3, 4, 5, 6"""


class Use(NamedTuple):
    """So many customers of a market use just these tiers of a platform."""

    platform: int
    segment: str | None
    region: str | None
    currency: str
    interval: str
    plans: list[int]
    customers: int

    @property
    def market(self) -> Market:
        return Market(Buyer(segment=self.segment, region=self.region), self.currency, self.interval)


@finding(
    Severity.WARNING,
    needs=(*SEES, "pricing.view_plan", "pricing.view_price", "accounts.view_usageday"),
    scope=Scope.METRICS_READ,
)
def platform_hardly_used(asked: Asked) -> Iterator[Found]:
    """Customers pay for a platform and use little of it. What they use would cost less one by one:
    they resent paying for the others. In use are products with usage in the last 30 days, the
    threshold activated-days; prices are those of the customer's segment and region. Customers of
    whom no usage is told are not judged."""
    rows = Plan.objects.filter(kind=PlanKind.PLATFORM).order_by("code")
    platforms = {plan.pk: plan for plan in visible(rows, asked.actor)}
    if not platforms:
        return
    fits = _fits(_uses(asked, platforms), platforms, asked)
    for key, found in fits.items():
        known = sum(customers for _, customers in found)
        few = [(fit, customers) for fit, customers in found if fit < 1]
        if not few:
            continue
        count, platform = sum(customers for _, customers in few), platforms[key]
        yield Found(
            platform,
            f"Of {known:,} customers of {platform.name} whose use is known, {count:,} use products "
            f"that would cost less one by one.",
            {"plan": platform.code},
            {"customers": known, "resenting": count, "lowest_fit": float(min(few)[0])},
        )


def _uses(asked: Asked, platforms: dict[int, Plan]) -> list[Use]:
    active = int(thresholds_on(asked.on)[ACTIVE_DAYS])
    values = {"platforms": list(platforms), "on": asked.on, "active": active}
    with connection.cursor() as cursor:
        cursor.execute(IN_USE, values)
        return [Use(*row) for row in cursor.fetchall()]


def _fits(
    uses: list[Use], platforms: dict[int, Plan], asked: Asked
) -> dict[int, list[tuple[Decimal, int]]]:
    """By platform, how well it fits and so many customers, where all prices are known."""
    named = {key for use in uses for key in use.plans}
    tiers = Plan.objects.in_bulk(named)
    markets = defaultdict(list)
    for use in uses:
        markets[use.platform, use.market].append(use)
    found = defaultdict(list)
    for (platform, market), some in markets.items():
        wanted = [[(tiers[key], Decimal(1)) for key in use.plans] for use in some]
        fits = platform_fits(
            platform=platforms[platform], in_use=wanted, market=market, on=asked.on
        )
        pairs = zip(fits, (use.customers for use in some), strict=True)
        found[platform] += [pair for pair in pairs if pair[0] is not None]
    return found

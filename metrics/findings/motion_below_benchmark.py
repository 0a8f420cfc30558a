"""A motion that does not work is improved or dropped."""

from collections.abc import Iterator

from django.db.models import Count, Q

from accounts.models import Opportunity, Stage
from config.access.scopes import Scope
from config.access.scoping import visible
from config.findings import Asked, Found, Severity, finding
from metrics.catalog import thresholds_on
from metrics.role_evidence import SEES, percent
from metrics.statistics import wilson
from portfolio.models import Benchmark, Motion

LEVEL = 0.95


@finding(
    Severity.WARNING,
    needs=(*SEES, "accounts.view_opportunity", "portfolio.view_benchmark"),
    scope=Scope.METRICS_READ,
)
def motion_below_benchmark(asked: Asked) -> Iterator[Found]:
    """A motion wins less often than is published of it. Improve the offer or drop the motion: of
    the opportunities decided so far, won over won and lost is below the low end of its
    benchmark. Motions with fewer decided ones than the threshold minimum-support are not judged;
    where chance alone could explain it, the sentence says so."""
    least = int(thresholds_on(asked.on)["minimum-support"])
    keys = {f"motion-{motion.value}": motion for motion in Motion}
    published = visible(Benchmark.objects.known(on=asked.on), asked.actor)
    counted = _decided(asked)
    for row in published.filter(key__in=list(keys), low__isnull=False).order_by("key"):
        motion = keys[row.key]
        won, n = counted.get(motion.value, (0, 0))
        if n < max(least, 1) or won >= row.low * n:
            continue
        interval = wilson(won, n, LEVEL)
        firm = interval.high < row.low
        doubt = "" if firm else " So few could be chance."
        yield Found(
            row,
            f"Of {n:,} decided opportunities of {motion.label.lower()}, {percent(won / n)} were "
            f"won; {percent(float(row.low))} is the least that is published.{doubt}",
            {"benchmark": row.key, "motion": motion.value},
            {
                "rate": won / n,
                "won": won,
                "decided": n,
                "low": interval.low,
                "high": interval.high,
                "benchmark_low": float(row.low),
                "firm": firm,
            },
        )


def _decided(asked: Asked) -> dict[str, tuple[int, int]]:
    """By motion, how many were won, and how many were won or lost, by the day."""
    won = Q(stage__in=(Stage.WON, Stage.ADOPTED))
    rows = (
        visible(Opportunity.objects.filter(decided_on__lte=asked.on), asked.actor)
        .filter(won | Q(stage=Stage.LOST))
        .order_by()
        .values_list("motion")
        .annotate(hits=Count("pk", filter=won), decided=Count("pk"))
    )
    return {motion: (hits, n) for motion, hits, n in rows}

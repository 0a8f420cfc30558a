"""A motion sells as often as others have seen, or is improved or dropped."""

from collections.abc import Iterator
from datetime import timedelta

from config.access.scopes import Scope
from config.findings import Asked, Found, Severity, finding
from metrics.answering import ask
from metrics.role_evidence import SEES, percent
from metrics.stretches import back
from portfolio.models import Benchmark, Motion

YEAR = 12  # months


@finding(
    Severity.INFO,
    needs=(*SEES, "accounts.view_opportunity", "portfolio.view_benchmark"),
    scope=Scope.METRICS_READ,
)
def motion_below_benchmark(asked: Asked) -> Iterator[Found]:
    """A motion wins less often than its published band says. Of the offers of the last twelve
    months that are decided, even the upper end of the interval lies below the band, and they are
    at least as many as the threshold minimum-support: improve the motion, or drop it."""
    end = asked.on + timedelta(days=1)
    period = {"on": asked.on, "start": back(end, YEAR), "end": end}
    answer = ask("motion-conversion", actor=asked.actor, **period)
    below = {row["motion"]: row for row in answer["rows"] if row["verdict"] == "below"}
    bands = {band.key: band for band in Benchmark.objects.known(on=asked.on) if below}
    for motion, row in below.items():
        decided = row["won"] + row["lost"]
        yield Found(
            bands[f"motion-{motion}"],
            f"{Motion(motion).label}: of {decided:,} decided offers {percent(row['rate'])} were "
            f"won, at best {percent(row['high'])}; published are "
            f"{percent(row['band_low'])} and more.",
            {"motion": motion},
            {name: row[name] for name in ("offers", "won", "lost", "rate", "high", "band_low")},
        )

"""Published figures in words."""

from decimal import Decimal

from portfolio.models import Benchmark, BenchmarkUnit

SPACE = "\N{NO-BREAK SPACE}"
WORDS = {
    BenchmarkUnit.SHARE: (100, f"{SPACE}%"),
    BenchmarkUnit.POINTS: (100, f"{SPACE}points"),
    BenchmarkUnit.MULTIPLE: (1, f"{SPACE}times"),
}


def band(benchmark: Benchmark) -> str:
    """The figure as people say it, on one line: 15–25 %, above 120 %, 16 %."""
    factor, unit = WORDS[BenchmarkUnit(benchmark.unit)]
    low, high = (_plain(end, factor) for end in (benchmark.low, benchmark.high))
    if high is None:
        return f"above {low}{unit}"
    if low is None:
        return f"below {high}{unit}"
    return f"{low}{unit}" if low == high else f"{low}–{high}{unit}"


def _plain(end: Decimal | None, factor: int) -> str | None:
    return None if end is None else f"{(end * factor).normalize():f}"

from portfolio.admin import (
    benchmark,
    ending,
    findings,
    market,
    panels,
    portfolio,
    positioning,
    product,
    sunset,
    threshold,
)

__all__ = [
    "benchmark",
    "ending",
    "findings",
    "market",
    "panels",
    "portfolio",
    "positioning",
    "product",
    "sunset",
    "threshold",
]

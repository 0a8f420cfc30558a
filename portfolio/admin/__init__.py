from portfolio.admin import (
    coherence,
    market,
    neighbours,
    panels,
    portfolio,
    product,
    purpose,
    relation,
    sequence,
    threshold,
)

__all__ = [
    "coherence",
    "market",
    "neighbours",
    "panels",
    "portfolio",
    "product",
    "purpose",
    "relation",
    "sequence",
    "threshold",
]

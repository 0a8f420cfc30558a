"""The figures that judgements of plans and prices start with; all editable."""

from portfolio.thresholds import thresholds

FIGURES = [
    thresholds(
        "A default of ours: nothing dictates it.",
        {
            "tier-gap-features": "3",
            "value-rating-high": "4",
            "value-rating-low": "2",
            "bundle-discount-negligible": "0.05",
            "credit-value-spread": "3",
            "discount-months": "12",
        },
    ),
    thresholds(
        "Guidance: a bundle costs 15 to 30 % less than its parts.",
        {
            "bundle-discount-too-small": "0.10",
            "bundle-discount-guided-from": "0.15",
            "bundle-discount-guided-to": "0.30",
        },
    ),
]

"""What the catalog tells other systems."""

from config.outbox.kinds import row_kind

row_kind(
    "portfolio.changed",
    about="portfolio.portfolio",
    path="portfolios",
    key="suite",
    meaning="A portfolio was added, changed or deleted.",
)
row_kind(
    "product.changed",
    about="portfolio.product",
    path="products",
    key="crm",
    meaning="A product was added, changed or deleted.",
)
row_kind(
    "segment.changed",
    about="portfolio.segment",
    path="segments",
    key="smb",
    meaning="A segment was added, changed or deleted.",
)
row_kind(
    "region.changed",
    about="portfolio.region",
    path="regions",
    key="emea",
    meaning="A region was added, changed or deleted.",
)
row_kind(
    "threshold.changed",
    about="portfolio.threshold",
    path="thresholds",
    key="7",
    meaning="A figure at which judgements change was added, changed or deleted.",
)

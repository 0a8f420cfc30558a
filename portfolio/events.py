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
row_kind(
    "persona.changed",
    about="portfolio.persona",
    path="personas",
    key="support-agent",
    meaning="A kind of person who works with products was added, changed or deleted.",
)
row_kind(
    "need.changed",
    about="portfolio.customerneed",
    path="needs",
    key="answer-requests",
    meaning="A need of customers was added, changed or deleted.",
)
row_kind(
    "integration.changed",
    about="portfolio.integration",
    path="integrations",
    key="7",
    meaning="An integration of two products was added, changed or deleted.",
)
row_kind(
    "workflow_edge.changed",
    about="portfolio.workflowedge",
    path="workflow-edges",
    key="7",
    meaning="A flow of work between two products was added, changed or deleted.",
)
row_kind(
    "sequence.changed",
    about="portfolio.sequence",
    path="sequences",
    key="7",
    meaning="That one product comes before another was added, changed or deleted.",
)
row_kind(
    "coherence_override.changed",
    about="portfolio.coherenceoverride",
    path="coherence-overrides",
    key="7",
    meaning="A judgement of how two products belong together was added, changed or deleted.",
)
row_kind(
    "region_country.changed",
    about="portfolio.regioncountry",
    path="region-countries",
    key="7",
    meaning="A country was put into a region, or taken out of one.",
)
row_kind(
    "targeting.changed",
    about="portfolio.targeting",
    path="targetings",
    key="7",
    meaning="How a product is positioned in a segment was said, changed or taken back.",
)
row_kind(
    "channel.changed",
    about="portfolio.channel",
    path="channels",
    key="7",
    meaning="Who sells a product was said, changed or taken back.",
)
row_kind(
    "asset.changed",
    about="portfolio.asset",
    path="assets",
    key="7",
    meaning="Something to show to customers was added, changed or deleted.",
)
row_kind(
    "sunset_plan.changed",
    about="portfolio.sunsetplan",
    path="sunset-plans",
    key="7",
    meaning="How a product ends was planned, changed or taken back.",
)
row_kind(
    "segment_enablement.changed",
    about="portfolio.segmentenablement",
    path="segment-enablements",
    key="7",
    meaning="That a product enables a segment was said, changed or taken back.",
)
row_kind(
    "benchmark.changed",
    about="portfolio.benchmark",
    path="benchmarks",
    key="7",
    meaning="A published figure was added, changed or deleted.",
)

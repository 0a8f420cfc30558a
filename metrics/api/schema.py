"""What the OpenAPI document says of figures."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema

from metrics.api.asking import BASES, LARGEST_NUMBER, LONGEST_GAP, LONGEST_TRAIL
from metrics.inputs.kept import GRAINS
from metrics.registry import metrics
from portfolio.models import Motion

NUMBER = {"type": ["number", "null"]}
WHOLE = {"type": ["integer", "null"]}
INTERVAL = {
    "type": ["object", "null"],
    "properties": {
        "method": {"type": "string"},
        "level": {"type": "number"},
        "low": {"type": "number"},
        "high": {"type": "number"},
    },
}
WARNING = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {"code": {"type": "string"}, "detail": {"type": "string"}},
}
MEMBERS = {
    "value": NUMBER,
    "numerator": WHOLE,
    "denominator": WHOLE,
    "n": {"type": "integer"},
    "interval": INTERVAL,
    "warnings": {"type": "array", "items": WARNING},
    "rows": {"type": "array", "items": {"type": "object"}},
}
MONTH = {
    "type": "object",
    "required": ["start", "end", *MEMBERS],
    "properties": {
        "start": {"type": "string", "format": "date"},
        "end": {"type": "string", "format": "date"},
        **MEMBERS,
    },
}
GROUP = {
    "type": "object",
    "description": "With `interval=month` it has its own `series`.",
    "required": ["key", *MEMBERS],
    "properties": {
        "key": {"type": "object"},
        **MEMBERS,
        "series": {"type": "array", "items": MONTH},
    },
}
ANSWER = {
    "type": "object",
    "required": [
        "metric",
        "definition_version",
        "parameters",
        "as_of_position",
        "unit",
        *MEMBERS,
        "groups",
        "series",
    ],
    "properties": {
        "metric": {"type": "string"},
        "definition_version": {"type": "integer"},
        "parameters": {"type": "object"},
        "as_of_position": {"type": "integer"},
        "unit": {"type": "string"},
        **MEMBERS,
        "groups": {"type": "array", "items": GROUP},
        "series": {"type": "array", "items": MONTH},
    },
}
TEXT = {"type": "string"}
END = {"type": ["string", "null"], "description": "A fraction; null: no such end."}
BENCHMARK = {
    "type": ["object", "null"],
    "description": "The newest published figure whose key is the code of the metric.",
    "properties": {
        "id": {"type": "integer"},
        **dict.fromkeys(("key", "name", "unit", "basis", "source"), TEXT),
        **dict.fromkeys(("low", "high"), END),
        "published_on": {"type": "string", "format": "date"},
    },
}
ENTRY = {
    "type": "object",
    "required": ["code", "title", "meaning", "formula", "unit", "parameters", "benchmark"],
    "properties": {
        **{name: {"type": "string"} for name in ("code", "title", "meaning", "formula", "unit")},
        "parameters": {"type": "array", "items": {"type": "string"}},
        "benchmark": BENCHMARK,
    },
}
CATALOG = {
    "type": "object",
    "required": ["next", "previous", "results"],
    "properties": {
        "next": {"type": "null"},
        "previous": {"type": "null"},
        "results": {"type": "array", "items": ENTRY},
    },
}

CODE = {"type": "string", "pattern": "^[A-Za-z0-9._-]+$"}
FRACTION = {"type": "number", "minimum": 0, "maximum": 1}
# What the metrics can be divided by; each takes some of these.
GROUPS = sorted({group for metric in metrics.values() for group in metric.reads.groups})
WORDS = {
    "on": (OpenApiTypes.DATE, "The day the figure is of; today if left out."),
    "start": (OpenApiTypes.DATE, "First day of a period or series; with end."),
    "end": (OpenApiTypes.DATE, "First day after the period or series."),
    "interval": ({"type": "string", "enum": ["month"]}, "One row for each calendar month."),
    "segment": (CODE, "Customers of this segment."),
    "region": (CODE, "Customers of this region."),
    "product": (CODE, "Customers who hold it; of attach rates, pairs that it is part of."),
    "currency": ({"type": "string", "pattern": "^[A-Z]{3}$"}, "Customers who pay in it."),
    "rates": (
        CODE,
        "Money of all currencies in that of this rate table; every rate that was used is stated.",
    ),
    "trailing_months": (
        {"type": "integer", "minimum": 1, "maximum": LONGEST_TRAIL},
        "Each row of a series goes back so many months from its end.",
    ),
    "plan": (CODE, "Customers who pay for the plan at the opening."),
    "motion": ({"type": "string", "enum": Motion.values}, "Movements or offers of this motion."),
    "owner": (
        {"type": "integer", "minimum": 1, "maximum": LARGEST_NUMBER},
        "Of this person, by the number of the user.",
    ),
    "experiment": (CODE, "Accounts that this experiment tries something on."),
    "feature": (CODE, "Use of this feature alone."),
    "cohort": (
        {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
        "Customers whose first paid day lies in this month.",
    ),
    "basis": ({"type": "string", "enum": list(BASES)}, "What counts as held."),
    "gap_days": (
        {"type": "integer", "minimum": 0, "maximum": LONGEST_GAP},
        "A product that restarts within so many days never stopped.",
    ),
    "grain": (
        {"type": "string", "enum": list(GRAINS)},
        "Whether losses are netted by account, or each product's loss counts.",
    ),
    "followed_to": (OpenApiTypes.DATE, "How far open offers are followed; today if left out."),
    "gross_margin": (FRACTION, "Of revenue, what remains after the cost of serving it."),
    "discount_rate": (FRACTION, "A year; 0 if left out."),
    "known_at": (
        {"type": "string"},
        "A position of the ledger or an instant: the figure as it was known then.",
    ),
    "group_by": ({"type": "string", "enum": GROUPS}, "A figure for each, beside the whole."),
    "min_support": ({"type": "integer", "minimum": 0}, "Of attach rates: fewest holders."),
    "level": ({"type": "number", "minimum": 0.5, "exclusiveMaximum": 1}, "Of intervals."),
}


def documents_answers(view: type) -> type:
    """Describe the endpoint of all metrics; each metric's own members are in its meaning."""
    parameters = [
        OpenApiParameter(name, kind, description=text) for name, (kind, text) in WORDS.items()
    ]
    code = OpenApiParameter(
        "code", {"type": "string", "enum": list(metrics)}, OpenApiParameter.PATH
    )
    tag = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="An ETag.")
    responses = {
        (200, "application/json"): ANSWER,
        (200, "text/csv"): OpenApiTypes.STR,
        (200, "image/svg+xml"): OpenApiTypes.STR,
        (200, "image/png"): OpenApiTypes.BINARY,
        304: OpenApiResponse(description="Nothing has changed since the answer of this ETag."),
    }
    return extend_schema(parameters=[code, *parameters, tag], responses=responses)(view)


documents_catalog = extend_schema(responses={200: CATALOG}, operation_id="metrics_list")

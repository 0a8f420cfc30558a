"""The entries of docs/metrics.md, from what the registry says of every metric."""

from pathlib import Path
from textwrap import fill

from metrics.registry import Metric, metrics

PAGE = Path(__file__).resolve().parent.parent / "docs" / "metrics.md"
BEGIN = "<!-- Written by `manage.py document_metrics`; change metrics/definitions instead. -->\n"
END = "<!-- End of what is written by `manage.py document_metrics`. -->\n"
WIDTH = 140


def entries() -> str:
    """Every metric in the order of its code."""
    return "\n".join(map(_entry, metrics.values()))


def _entry(metric: Metric) -> str:
    parameters = ", ".join(metric.parameters)
    groups = f" Groups: {', '.join(metric.reads.groups)}." if metric.reads.groups else ""
    return (
        f"### {metric.title}\n"
        f"`/api/v1/metrics/{metric.code}/`, {metric.unit}: `{metric.formula}`\n\n"
        f"{fill(metric.meaning, WIDTH)}\n\n"
        f"{fill(f'Parameters: {parameters}.{groups}', WIDTH)}\n"
    )


def written() -> str:
    """The whole page, with the entries as they must be."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    return f"{before}{BEGIN}\n{entries()}\n{END}{rest.split(END)[1]}"

"""What every metric keeps, on the day it lands."""

import re

import pytest

from metrics.registry import Grain, Unit, metrics
from tests.factories.figures import figure

pytestmark = pytest.mark.django_db

CODES = list(metrics)
MEMBERS = {
    "metric",
    "definition_version",
    "parameters",
    "as_of_position",
    "unit",
    "value",
    "numerator",
    "denominator",
    "n",
    "interval",
    "warnings",
    "groups",
    "rows",
    "series",
}


@pytest.mark.parametrize("code", CODES)
def test_a_metric_says_what_it_means(api, code):
    (entry,) = (e for e in api.get("/api/v1/metrics/").json()["results"] if e["code"] == code)

    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
    assert entry["title"][0].isupper()
    assert entry["meaning"].endswith(".")
    assert len(entry["meaning"]) > 40
    assert entry["formula"]
    assert entry["unit"] in list(Unit)
    assert "on" in entry["parameters"]


@pytest.mark.parametrize("code", CODES)
def test_a_metric_answers_on_an_empty_database(api, code):
    answer = figure(api, code)

    assert answer.keys() >= MEMBERS
    assert (answer["metric"], answer["value"], answer["n"]) == (code, None, 0)
    assert answer["definition_version"] == metrics[code].version
    assert answer["warnings"][0].keys() == {"code", "detail"}


@pytest.mark.parametrize("code", CODES)
def test_a_metric_answers_grouped_and_as_a_series_on_an_empty_database(api, code):
    for by in ("segment", "region", "currency"):
        assert figure(api, code, group_by=by)["groups"] == []
    months = figure(api, code, start="2025-01-01", end="2025-03-15", interval="month")["series"]

    assert [month["value"] for month in months] == [None, None, None]
    assert months[0].keys() >= MEMBERS - {"metric", "series", "groups", "unit"} - {
        "definition_version",
        "parameters",
        "as_of_position",
    }


@pytest.mark.parametrize("code", CODES)
def test_a_metric_echoes_its_question_with_every_default(api, code):
    echoed = figure(api, code)["parameters"]

    expected = {"on", "level"} | ({"min_support"} if metrics[code].grain is Grain.SETS else set())
    assert echoed.keys() == expected
    assert echoed["level"] == 0.95


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    "asked",
    [
        {"on": "2025-06-30", "group_by": "region", "level": "0.9", "currency": "EUR"},
        {"start": "2025-01-01", "end": "2025-03-01", "interval": "month"},
    ],
)
def test_what_a_metric_echoes_can_be_asked_again(api, code, asked):
    answer = figure(api, code, **asked)

    assert (
        answer["parameters"].items()
        >= {
            name: float(value) if name == "level" else value for name, value in asked.items()
        }.items()
    )
    assert figure(api, code, **answer["parameters"]) == answer


@pytest.mark.parametrize("code", CODES)
def test_a_metric_takes_no_other_parameters(api, code):
    stranger = {Grain.SIZES: "min_support", Grain.SETS: "gap_days"}[metrics[code].grain]
    answer = api.get(f"/api/v1/metrics/{code}/", {stranger: "5"})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown")

"""What every metric keeps, on the day it lands."""

import re

import pytest

from metrics.api.asking import READERS
from metrics.documentation import PAGE, written
from metrics.registry import Unit, metrics
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


def test_the_documentation_says_what_the_registry_says():
    """If this fails: python manage.py document_metrics."""
    assert PAGE.read_text(encoding="utf-8") == written()


@pytest.mark.parametrize("code", CODES)
def test_a_metric_answers_on_an_empty_database(api, code):
    answer = figure(api, code)

    assert answer.keys() >= MEMBERS
    assert (answer["metric"], answer["value"], answer["n"]) == (code, None, 0)
    assert answer["definition_version"] == metrics[code].version
    assert answer["warnings"][0].keys() == {"code", "detail"}


@pytest.mark.parametrize("code", CODES)
def test_a_metric_answers_grouped_and_as_a_series_on_an_empty_database(api, code):
    for by in metrics[code].reads.groups:
        assert figure(api, code, group_by=by)["groups"] == []
    if "interval" not in metrics[code].parameters:
        return
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

    expected = {"start", "end"} if metrics[code].reads.of_a_period else {"on"}
    expected |= {"min_support", "followed_to"} & set(metrics[code].parameters)
    assert echoed.keys() == expected | {"level"}
    assert echoed["level"] == 0.95


DAY = {"on": "2025-06-30"}
PERIOD = {"start": "2025-01-01", "end": "2025-03-01"}
ANYTHING = {
    "interval": "month",
    "trailing_months": 12,
    "group_by": "currency",
    "currency": "EUR",
    "cohort": "2025-01",
    "known_at": 7,
    "min_support": 3,
    "level": 0.9,
}


@pytest.mark.parametrize("code", CODES)
def test_what_a_metric_echoes_can_be_asked_again(api, code):
    takes = set(metrics[code].parameters)
    whole = {name: value for name, value in ANYTHING.items() if name in takes}
    series = {"interval", "trailing_months"}
    day = {name: value for name, value in whole.items() if name not in series}
    for asked in (day | DAY, whole | PERIOD) if "interval" in takes else (day | DAY,):
        answer = figure(api, code, **asked)

        expected = {**asked}
        if metrics[code].reads.of_a_period and "on" in expected:
            del expected["on"]
        assert answer["parameters"].items() >= expected.items()
        assert figure(api, code, **answer["parameters"]) == answer


@pytest.mark.parametrize("code", CODES)
def test_a_metric_takes_no_other_parameters(api, code):
    for stranger in sorted(READERS.keys() - set(metrics[code].parameters)):
        answer = api.get(f"/api/v1/metrics/{code}/", {stranger: "5"})

        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown")

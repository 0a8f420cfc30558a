"""Pictures of answers: true to the figures, legible, and safe to put on a page."""

from xml.etree import ElementTree

import pytest

from metrics.charts import as_svg, picture
from metrics.charts.multiples import MOST
from metrics.charts.retention import retention_curve
from metrics.charts.wording import percent, said, short, ticks
from metrics.registry import metrics
from tests.factories.books import bring
from tests.metrics.test_worked_example import ACCOUNTS, ITEMS

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def book(tmp_path):
    bring(tmp_path, ACCOUNTS, ITEMS)


def drawn(api, code, **asked):
    answer = api.get(f"/api/v1/metrics/{code}/", {**asked, "format": "svg"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    return ElementTree.fromstring(answer.content)  # noqa: S314  (our own text)


def titles(svg) -> list[str]:
    return [each.text for each in svg.iter(f"{SVG}title")]


@pytest.mark.parametrize("code", metrics)
def test_every_metric_can_be_drawn(api, book, code):
    svg = drawn(api, code, on="2025-12-31")

    assert titles(svg)[0] == metrics[code].title
    assert svg.find(f"{SVG}style") is not None


@pytest.mark.parametrize("code", metrics)
def test_every_metric_can_be_drawn_where_there_is_nothing(api, code):
    words = [each.text for each in drawn(api, code).iter(f"{SVG}text")]

    assert "Nothing to draw." in words


def test_the_bridge_says_what_moved(api, book):
    svg = drawn(api, "mrr-movements", start="2025-01-01", end="2026-01-01")

    assert titles(svg)[1:] == [
        "opening: $800", "new: $100", "reactivation: $80", "expansion: $160", "contraction: $0",
        "churn: -$400", "closing: $740",
    ]  # fmt: skip
    hatched = [each for each in svg.iter(f"{SVG}rect") if "hatched" in each.get("fill", "")]
    assert len(hatched) == 1


def test_the_curve_of_retention_tells_revenue_from_customers_without_colour(api, book):
    answer = api.get("/api/v1/metrics/cohort-retention/", {"on": "2025-12-31"}).json()
    svg = ElementTree.fromstring(retention_curve(answer))  # noqa: S314  (our own text)
    solid, dashed = svg.iter(f"{SVG}polyline")

    assert (solid.get("stroke-dasharray"), dashed.get("stroke-dasharray")) == (None, "6 4")
    assert "12 months, 4 customers: revenue 100.0\N{NO-BREAK SPACE}%" in titles(svg)
    assert "12 months, 4 customers: customers 75.0\N{NO-BREAK SPACE}%" in titles(svg)
    # where there is no second month there is no curve
    assert retention_curve({**answer, "curve": answer["curve"][:1]}) is None


@pytest.mark.parametrize(
    ("value", "unit", "step", "currency", "words"),
    [
        (0.025, "rate", 0.025, "", "2.5 %"),
        (0.4, "rate", 0.2, "", "40 %"),
        (0.00002, "ratio", 0.00002, "", "0.002 %"),
        (1_250_000, "money", 1, "USD", "12.5 k"),
        (1_250_000, "money", 1, "JPY", "1.25 M"),  # which has no hundredths
    ],
)
def test_an_axis_says_what_its_steps_are(value, unit, step, currency, words):
    assert short(value, unit, step, currency).replace("\N{NO-BREAK SPACE}", " ") == words


def test_on_one_scale_stands_what_has_one_unit():
    groups = [
        {"key": {"products_at_opening": name}, "value": value, "unit": "money"}
        for name, value in (("multi", 500_000), ("single", 100_000))
    ]
    answer = {"unit": "ratio", "value": 4.0, "currency": "USD", "groups": groups, "series": []}
    svg = ElementTree.fromstring(picture(answer, "sides"))  # noqa: S314  (our own text)

    assert titles(svg) == ["several products: $5,000", "one product: $1,000"]


def test_a_series_is_a_line_with_a_dot_for_each_month(api, book):
    svg = drawn(api, "arpa", start="2025-01-01", end="2025-07-01", interval="month")

    assert len(list(svg.iter(f"{SVG}circle"))) == 6
    told = [each.text for each in svg.iter(f"{SVG}text")]
    assert {f"2025-{month:02}" for month in range(1, 7)} <= set(told)
    words = [each.text for each in svg.iter(f"{SVG}text")]
    assert "ARPA, USD; the band is the 95\N{NO-BREAK SPACE}% interval" in words


def test_a_series_in_groups_is_a_panel_for_each(api, book):
    period = {"start": "2025-01-01", "end": "2025-07-01", "interval": "month"}
    asked = {**period, "group_by": "segment"}
    answer = api.get("/api/v1/metrics/arpa/", asked).json()
    names = [str(group["key"]["segment"] or "none") for group in answer["groups"]]

    # each month of a group is what the group's own series says
    for group, name in zip(answer["groups"], names, strict=True):
        assert len(group["series"]) == 6
        if name != "none":
            alone = api.get("/api/v1/metrics/arpa/", {**period, "segment": name}).json()
            assert group["series"] == alone["series"]
    svg = drawn(api, "arpa", **asked)
    panels = [each.text for each in svg.iter(f"{SVG}text") if each.get("class") == "mc-strong"][1:]
    assert panels == ["all", *names]
    assert f"{names[0]}, 2025-01: " in "".join(titles(svg))
    assert len(list(svg.iter(f"{SVG}polyline"))) == len(panels)
    assert api.get("/api/v1/metrics/arpa/", {**asked, "format": "png"}).content[1:4] == b"PNG"
    csv = api.get("/api/v1/metrics/arpa/", {**asked, "format": "csv"}).content.decode()
    assert len(csv.splitlines()) == 1 + 6 * len(panels)


def test_a_series_by_product_may_begin_before_anybody_came(api, book):
    asked = {"start": "2019-01-01", "end": "2025-07-01", "interval": "month"}
    for code in ("net-revenue-retention", "mrr-movements", "logo-churn"):
        answer = api.get(f"/api/v1/metrics/{code}/", {**asked, "group_by": "product"}).json()
        assert answer["series"][0]["n"] == 0, code
        assert {len(group["series"]) for group in answer["groups"]} <= {78}, code
        early = {"start": "2019-01-01", "end": "2019-02-01"}
        for question in ({"group_by": "product"}, {"product": "CRM"}):
            none = api.get(f"/api/v1/metrics/{code}/", {**early, **question}).json()
            assert (none["n"], none["groups"]) == (0, []), (code, none)


def test_of_many_groups_the_largest_are_drawn_and_the_others_named():
    months = [{"start": f"2025-0{m}-01", "end": f"2025-0{m + 1}-01"} for m in (1, 2)]
    nothing = {"value": None, "interval": None}

    def series(*values):
        return [
            {**nothing, **month, "value": value}
            for month, value in zip(months, values, strict=True)
        ]

    groups = [
        {**nothing, "key": {"product": f"p{n}"}, "n": n, "series": series(n, 2 * n)}
        for n in range(1, MOST + 3)
    ]
    silent = {**nothing, "key": {"product": "silent"}, "n": 99, "series": series(None, None)}
    answer = {"unit": "count", "groups": [silent, *groups], "series": series(5000, None)}
    svg = picture(answer, "figures")
    words = [each.text for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314

    assert "not drawn: p1, p2" in words
    assert 'class="mc mc-narrow"' in svg
    assert [word for word in words if word in ("all", "silent", "p1", "p3", "p10")] == [
        "all", "p3", "p10",
    ]  # fmt: skip
    # what has a size has a scale for each, and rates of groups share one
    scales = [*_scales(svg), *_scales(picture({**answer, "unit": "rate"}, "figures"))]
    assert scales[1] != scales[8]
    assert len(set(scales[10:])) == 1
    assert [word for word in words if word and word.startswith("2025-")] == ["2025-02", "2025-01"]
    # without a figure in any group it is the line of the whole
    alone = picture({**answer, "groups": [silent]}, "figures")
    assert 'class="mc" ' in alone


def _scales(svg: str) -> list[tuple]:
    """The lowest and the highest mark of each panel."""
    told = [
        each.text
        for each in ElementTree.fromstring(svg).iter(f"{SVG}text")  # noqa: S314
        if (each.get("class"), each.get("text-anchor")) == ("mc-quiet", "end")
    ]
    return list(zip(told[::2], told[1::2], strict=False))


def test_a_year_is_drawn_where_it_ends(api, book):
    period = {"start": "2025-06-01", "end": "2026-01-01", "interval": "month"}
    svg = drawn(api, "net-revenue-retention", **period, trailing_months=12)

    assert [title[:7] for title in titles(svg)[1:]] == [
        f"2025-{month:02}" for month in range(6, 13)
    ]


def test_what_is_small_is_told_and_long_names_are_cut():
    # a telephone shows the whole of a narrow picture, with the axis and what the line is
    pairs = [{"first": "a" * 20, "second": "b", "before": 1, "after": 9, "share_before": 0.1,
              "low": 0.05, "high": 0.2}]  # fmt: skip
    answer = {"metric": "adoption-order", "unit": "rate", "value": 0.9, "interval": None}
    svg = picture({**answer, "rows": pairs, "groups": [], "series": []}, "order")

    assert 'class="mc mc-narrow" viewBox="0 0 460' in svg
    assert f"{'a' * 12}… → b" in svg
    assert "share that took the first product before the second" in svg
    assert "the line is the 95\N{NO-BREAK SPACE}% interval" in svg
    assert said(0.000009, "ratio").replace("\N{NO-BREAK SPACE}", " ") == "0.001 %"
    assert said(274, "money_a_day", "USD") == "$2.74"
    assert said(0, "ratio") == percent(0, 1)


def test_shades_have_a_legend(api, book):
    words = [each.text for each in drawn(api, "attach-rate", on="2025-12-31").iter(f"{SVG}text")]

    assert [each.replace("\N{NO-BREAK SPACE}", " ") for each in words[-5:]] == [
        "below 5 %", "below 20 %", "below 40 %", "below 60 %", "60 % or more",
    ]  # fmt: skip


def test_a_picture_is_a_png_too(api, book):
    answer = api.get("/api/v1/metrics/cohort-retention/", {"format": "png"})

    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_names_cannot_break_out_of_a_picture():
    row = {"value": 1.0, "interval": None, "key": {"segment": '<script>&"'}}
    answer = {"value": 1.0, "unit": "ratio", "series": [], "interval": None, "groups": [row]}
    svg = as_svg(answer, "figures", "<b>")

    assert "<script>" not in picture(answer, "figures")
    ElementTree.fromstring(svg)  # noqa: S314


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0, 0), (-0.6, 1.2), (0, 7_400_000_000), (0.99, 1.01), (3, 3)]
)
def test_ticks_are_few_and_span_what_there_is(low, high):
    marks = ticks(low, high)

    assert marks[0] <= low <= high <= marks[-1]
    assert 2 <= len(marks) <= 8

"""Findings over REST, by the command, and on pages."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.html import escape

from portfolio.models import PortfolioModel, ProductRole
from tests.factories import PlanFactory, PortfolioFactory, ProductFactory, program
from tests.factories.people import of_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken():
    """A portfolio with an error and two warnings, and one with nothing wrong."""
    home = PortfolioFactory(code="home", model=PortfolioModel.MODULAR)
    ProductFactory(code="crm", name="Ringbook", portfolio=home)
    ProductFactory(code="data", portfolio=home, role=ProductRole.STRATEGIC)
    fine = PortfolioFactory(code="fine", model=PortfolioModel.MODULAR)
    PlanFactory(product=ProductFactory(portfolio=fine))
    return home


def test_the_check_of_a_portfolio(api, broken):
    body = api.get("/api/v1/portfolios/home/check/?on=2026-06-01").json()

    assert (body["portfolio"], body["model"], body["on"]) == ("home", "modular", "2026-06-01")
    assert body["counts"] == {"error": 1, "warning": 2, "info": 0}
    assert [row["kind"] for row in body["findings"]] == [
        "strategic-enables-nothing",
        "modular-without-plan",
        "modular-without-plan",
    ]
    assert body["findings"][1] == {
        "kind": "modular-without-plan",
        "severity": "warning",
        "title": "A product that is on sale cannot be bought alone",
        "explanation": body["findings"][1]["explanation"],
        "detail": "Ringbook is on sale in a modular portfolio, and no plan of it is.",
        "portfolio": "home",
        "product": "crm",
        "subject": "/products/crm/",
        "facts": {},
    }
    assert "layered-without-core-anchor" in {kind["code"] for kind in body["kinds"]}
    assert api.get("/api/v1/portfolios/fine/check/").json()["findings"] == []
    assert api.get("/api/v1/portfolios/none/check/").status_code == 404


@pytest.mark.parametrize(
    ("question", "hits"),
    [
        ("", 3),
        ("severity=error", 1),
        ("severity=warning", 2),
        ("severity=info", 0),
        ("kind=modular-without-plan", 2),
        ("product=data", 2),
        ("product=data&severity=error", 1),
        ("portfolio=fine", 0),
        ("portfolio=home&product=crm", 1),
        ("on=2019-01-01", 1),
    ],
)
def test_findings_are_filtered(api, broken, question, hits):
    answer = api.get(f"/api/v1/findings/?{question}")

    assert len(answer.json()["results"]) == hits


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("severity=awful", "severity"),
        ("kind=nothing", "kind"),
        ("product=nothing", "product"),
        ("portfolio=nothing", "portfolio"),
        ("on=yesterday", "on"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=WzEsMl0", "cursor"),
        ("cursor=WyJhZnRlciIsMV0", "cursor"),
        ("cursor=WyJhZnRlciIsW1tdXV0", "cursor"),
        ("colour=red", "colour"),
    ],
)
def test_a_wrong_question_is_named(api, broken, question, name):
    answer = api.get(f"/api/v1/findings/?{question}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == name


def test_pages_of_findings_meet_each_once_and_lead_back(api):
    home = PortfolioFactory(model=PortfolioModel.MODULAR)
    for number in range(7):
        ProductFactory(code=f"p{number}", name="same", portfolio=home)

    def walk(url, side="next"):
        while url:
            page = api.get(url).json()
            yield from (row["product"] for row in page["results"][:: 1 if side == "next" else -1])
            last, url = page, page[side]
            walk.last = last

    seen = list(walk("/api/v1/findings/?limit=3"))
    back = list(walk(walk.last["previous"], "previous"))

    assert sorted(seen) == [f"p{number}" for number in range(7)]
    assert back == seen[:6][::-1]


def test_the_api_costs_the_same_for_many(api, broken, django_assert_max_num_queries):
    for _ in range(60):
        ProductFactory(portfolio=broken)

    with django_assert_max_num_queries(45):
        assert len(api.get("/api/v1/findings/?limit=200").json()["results"]) > 60


def run(*arguments) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_portfolio", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["home"], 1),
        (["fine"], 0),
        ([], 1),
        (["--fail-on", "warning"], 1),
        (["fine", "--fail-on", "warning"], 0),
    ],
)
def test_the_command_ends_as_a_pipeline_needs_it(broken, arguments, status):
    assert run(*arguments)[0] == status


def test_warnings_count_only_where_asked_so():
    ProductFactory(portfolio=PortfolioFactory(model=PortfolioModel.MODULAR))

    assert run()[0] == 0
    assert run("--fail-on", "warning")[0] == 1


def test_the_command_says_what_and_where(broken):
    _, text = run("home")

    assert "error  data is strategic and enables nothing" in text
    assert "modular-without-plan  /products/crm/" in text
    assert "error: 1, warning: 2, info: 0" in text


def test_the_command_speaks_to_programs(broken):
    body = json.loads(run("home", "--json", "--on", "2026-06-01")[1])

    assert body["counts"] == {"error": 1, "warning": 2, "info": 0}
    assert {row["product"] for row in body["findings"]} == {"crm", "data"}


@pytest.mark.parametrize("arguments", [["nowhere"], ["--on", "2026-02-30"], ["--on", "soon"]])
def test_what_cannot_be_checked_is_another_status(arguments):
    with pytest.raises(CommandError) as error:
        call_command("check_portfolio", *arguments)

    assert error.value.returncode == 2


def test_findings_stand_on_the_home_page(admin_client, broken):
    page = admin_client.get("/admin/")

    assert "Where the portfolio breaks its rules" in page.text
    assert "Ringbook is on sale in a modular portfolio" in page.text
    assert "1 error" in page.text


def test_the_page_of_a_portfolio_shows_its_check(admin_client, broken):
    page = admin_client.get(f"/admin/portfolio/portfolio/{broken.pk}/change/")

    assert "Ringbook is on sale in a modular portfolio" in page.text
    assert "Nothing breaks a rule" not in page.text


def test_the_page_of_a_product_shows_what_is_wrong_with_it(admin_client, broken):
    page = admin_client.get(
        f"/admin/portfolio/product/{broken.products.get(code='data').pk}/change/"
    )

    assert "is strategic and enables nothing" in page.text
    assert "Ringbook is on sale" not in page.text


def test_names_are_text_on_every_page(admin_client, broken):
    broken.products.filter(code="crm").update(name="<b>bold</b>")

    page = admin_client.get("/admin/")

    assert "<b>bold</b>" not in page.text
    assert escape("<b>bold</b>") in page.text


def test_who_may_not_see_plans_is_not_told_of_them(broken, monkeypatch):
    user = of_role("viewer")
    monkeypatch.setattr(
        type(user), "has_perms", lambda self, names, obj=None: "pricing.view_plan" not in names
    )

    rows = program("viewer").get("/api/v1/findings/").json()["results"]

    assert "modular-without-plan" not in {row["kind"] for row in rows}

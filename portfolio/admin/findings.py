"""What breaks the rules of the catalog: on the home page, on a portfolio's, on a product's."""

from collections import Counter

from config.access.scoping import visible
from config.admin import asof
from config.admin.panels import HOME, panel
from config.findings import Asked, Finding, Severity, check, counts
from portfolio.admin.links import shown
from portfolio.models import Portfolio, Product

MOST = 12  # on the home page; a portfolio's page has all of its own
SEES = "portfolio.view_portfolio"


@panel(
    HOME,
    title="Where the portfolio breaks its rules",
    template="portfolio/findings.html",
    permission=SEES,
    rank=30,
)
def home(request, obj=None) -> dict | None:
    """The worst findings, and how many there are of each severity."""
    asked = _asked(request)
    found = check(asked)
    return {**_told(found[:MOST], asked, total=found), "portfolios": _left_out(found, request.user)}


@panel(
    "portfolio.portfolio",
    title="Check",
    template="portfolio/findings.html",
    permission="portfolio.view_product",
    rank=20,
    above=True,
)
def of_portfolio(request, portfolio: Portfolio) -> dict:
    """Whether it obeys its model, and its products play their parts."""
    asked = _asked(request)
    found = [each for each in check(asked) if each.found.about["portfolio"] == portfolio.code]
    source = [{"title": "as JSON", "url": f"/api/v1/portfolios/{portfolio.code}/check/"}]
    return {**_told(found, asked, total=found), "source": source}


@panel(
    "portfolio.product",
    title="Findings",
    template="portfolio/findings.html",
    permission=SEES,
    rank=15,
    above=True,
)
def of_product(request, product: Product) -> dict | None:
    """What is wrong with the product; nothing is shown where nothing is."""
    asked = _asked(request)
    found = [each for each in check(asked) if each.found.about.get("product") == product.code]
    return _told(found, asked, total=found) if found else None


def _asked(request) -> Asked:
    return Asked(request.user, asof.day(request)[0])


def _told(found: list[Finding], asked: Asked, *, total: list[Finding]) -> dict:
    numbers = counts(total)
    return {
        "on": asked.on,
        "groups": shown(found),
        "counts": [(each, numbers[each]) for each in Severity if numbers[each]],
        "left": len(total) - len(found),
    }


def _left_out(found: list[Finding], user) -> list[dict]:
    """Portfolios whose findings are not all shown, with how many they have."""
    if len(found) <= MOST:
        return []
    counted = Counter(each.found.about["portfolio"] for each in found)
    portfolios = visible(Portfolio.objects.filter(code__in=counted), user)
    return [{"portfolio": each, "count": counted[each.code]} for each in portfolios]

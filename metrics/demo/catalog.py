"""What Larkfield, an invented company, sells: its products, tiers, prices and markets."""

from datetime import date
from functools import cache
from typing import NamedTuple

from portfolio.models import Origin, PortfolioModel, ProductRole, ReviewState

PORTFOLIO = {"code": "larkfield", "name": "Larkfield", "model": PortfolioModel.MODULAR}


class Tier(NamedTuple):
    """A tier of a product; `price` is for a seat and month, in minor units (US cents)."""

    code: str
    name: str
    price: int


class DemoProduct(NamedTuple):
    """A product of the company, with days given in months before (or, negative, after) today.

    `reach` is how many of a customer's people in a hundred use it; `fit` how much more or less
    than others customers of each segment want it, smallest segment first.
    """

    code: str
    name: str
    role: ProductRole
    tiers: tuple[Tier, ...]
    reach: int
    fit: tuple[float, float, float]
    value: str
    since: int = 72
    end_of_sale: int | None = None
    end_of_support: int | None = None
    end_of_life: int | None = None
    vendor: str = ""
    is_core: bool = False

    def facts(self, *, on: date) -> dict:
        """The columns of the product's row when today is `on`."""
        third_party = bool(self.vendor)
        return {
            "name": self.name,
            "role": self.role,
            "is_core": self.is_core,
            "origin": Origin.THIRD_PARTY if third_party else Origin.NATIVE,
            "vendor": self.vendor,
            "review_state": ReviewState.APPROVED if third_party else ReviewState.NOT_NEEDED,
            "value_proposition": self.value,
            "available_from": month(on, self.since),
            "end_of_sale_on": month(on, self.end_of_sale),
            "end_of_support_on": month(on, self.end_of_support),
            "end_of_life_on": month(on, self.end_of_life),
        }

    def is_on_sale(self, *, day: date, on: date) -> bool:
        """Whether a customer could buy it on the day, when today is `on`."""
        ends = month(on, self.end_of_sale)
        return month(on, self.since) <= day and (ends is None or day < ends)


class Market(NamedTuple):
    """A segment or region; `share` is how many of a hundred new customers belong to it."""

    code: str
    name: str
    share: int


SEGMENTS = (
    Market("smb", "Small business", 63),
    Market("mid-market", "Mid-market", 27),
    Market("enterprise", "Enterprise", 10),
)
REGIONS = (
    Market("na", "North America", 46),
    Market("emea", "Europe, Middle East and Africa", 31),
    Market("apac", "Asia-Pacific", 15),
    Market("latam", "Latin America", 8),
)

PRODUCTS = (
    DemoProduct(
        "crm",
        "Larkfield CRM",
        ProductRole.ANCHOR,
        (
            Tier("starter", "Starter", 1_900),
            Tier("pro", "Professional", 4_900),
            Tier("enterprise", "Enterprise", 9_900),
            Tier("unlimited", "Unlimited", 14_900),
        ),
        100,
        (1.0, 1.0, 1.0),
        "Every customer, deal and conversation in one place.",
        is_core=True,
    ),
    DemoProduct(
        "desk",
        "Larkfield Desk",
        ProductRole.ANCHOR,
        (
            Tier("team", "Team", 2_500),
            Tier("pro", "Professional", 5_500),
            Tier("enterprise", "Enterprise", 9_500),
        ),
        60,
        (1.0, 1.0, 1.0),
        "Support requests from every channel, answered once and well.",
    ),
    DemoProduct(
        "campaigns",
        "Larkfield Campaigns",
        ProductRole.ATTACH,
        (
            Tier("essentials", "Essentials", 4_500),
            Tier("pro", "Professional", 8_900),
            Tier("enterprise", "Enterprise", 15_900),
        ),
        22,
        (1.0, 1.1, 1.0),
        "Marketing that knows what sales already knows.",
    ),
    DemoProduct(
        "answers",
        "Larkfield Answers",
        ProductRole.ATTACH,
        (Tier("standard", "Standard", 1_200), Tier("plus", "Plus", 2_400)),
        50,
        (1.0, 1.0, 1.0),
        "A knowledge base that closes requests before they are opened.",
    ),
    DemoProduct(
        "insights",
        "Larkfield Insights",
        ProductRole.ATTACH,
        (
            Tier("team", "Team", 3_900),
            Tier("pro", "Professional", 7_900),
            Tier("enterprise", "Enterprise", 12_900),
        ),
        18,
        (0.6, 1.2, 1.5),
        "Reports over everything the other products know.",
    ),
    DemoProduct(
        "prospect",
        "Larkfield Prospect",
        ProductRole.ATTACH,
        (Tier("basic", "Basic", 3_500), Tier("pro", "Professional", 7_500)),
        28,
        (0.9, 1.1, 1.1),
        "Which companies to call next, and whom to ask for.",
    ),
    DemoProduct(
        "voice",
        "Larkfield Voice",
        ProductRole.ATTACH,
        (Tier("lite", "Lite", 1_500), Tier("pro", "Professional", 3_500)),
        40,
        (0.8, 1.1, 1.2),
        "Calls inside the request or the deal they belong to.",
    ),
    DemoProduct(
        "meet",
        "Larkfield Meet",
        ProductRole.ATTACH,
        (Tier("standard", "Standard", 800), Tier("team", "Team", 1_400)),
        70,
        (1.2, 0.9, 0.7),
        "Meetings that customers book themselves.",
        since=29,
    ),
    DemoProduct(
        "quotes",
        "Larkfield Quotes",
        ProductRole.ATTACH,
        (Tier("pro", "Professional", 6_500), Tier("enterprise", "Enterprise", 10_900)),
        22,
        (0.4, 1.2, 1.8),
        "From the deal to an approved quote without a spreadsheet.",
    ),
    DemoProduct(
        "data-platform",
        "Larkfield Data Platform",
        ProductRole.STRATEGIC,
        (
            Tier("growth", "Growth", 9_900),
            Tier("scale", "Scale", 16_900),
            Tier("enterprise", "Enterprise", 24_900),
        ),
        10,
        (0.15, 1.2, 2.4),
        "One record of the customer for every product, ours and others.",
        since=23,
    ),
    DemoProduct(
        "signet",
        "Signet by Quillmark",
        ProductRole.ATTACH,
        (Tier("standard", "Standard", 1_800), Tier("business", "Business", 3_200)),
        30,
        (0.8, 1.1, 1.2),
        "Signatures on quotes and contracts, sold through our marketplace.",
        since=44,
        vendor="Quillmark",
    ),
    DemoProduct(
        "mailroom",
        "Larkfield Mailroom",
        ProductRole.SUNSET,
        (Tier("basic", "Basic", 1_500), Tier("plus", "Plus", 2_900)),
        50,
        (1.2, 0.9, 0.5),
        "Newsletters as we built them first; Campaigns does all of it and more.",
        since=96,
        end_of_sale=8,
        end_of_support=-4,
        end_of_life=-10,
    ),
)
BY_CODE = {product.code: product for product in PRODUCTS}


@cache
def month(on: date, ago: int | None) -> date | None:
    """The first day of the month so many months before the day's month; None stays None."""
    if ago is None:
        return None
    year, index = divmod(on.year * 12 + on.month - 1 - ago, 12)
    return date(year, index + 1, 1)

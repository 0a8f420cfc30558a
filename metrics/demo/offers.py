"""What Larkfield's plans grant, and what is sold beside and above its tiers."""

from typing import NamedTuple

from portfolio.models import Product
from pricing.models import OnExceed, PathKind, PlanKind, Timing, ValueType

UNLIMITED = None
YES, NO = True, False
SUPPORT = ("e-mail", "priority", "dedicated")


class Offer(NamedTuple):
    """A feature of a product, with what each of its tiers grants from the smallest upwards."""

    code: str
    name: str
    grants: tuple
    rating: int | None = None
    unit: str = ""
    levels: tuple[str, ...] = ()
    on_exceed: str = OnExceed.BLOCK_NEW

    @property
    def value_type(self) -> ValueType:
        if self.levels:
            return ValueType.LEVEL
        flag = isinstance(self.grants[0], bool)
        return ValueType.FLAG if flag else ValueType.QUANTITY

    def facts(self, product: Product, *, rank: int) -> dict:
        """The columns of the feature's row."""
        return {
            "name": self.name,
            "product": product,
            "value_type": self.value_type,
            "unit": self.unit,
            "levels": list(self.levels),
            "is_support": self.code == "support",
            "value_rating": self.rating,
            "on_exceed": self.on_exceed,
            "grace_days": 30 if self.on_exceed == OnExceed.GRACE else None,
            "rank": rank,
        }


def support(*levels: int) -> Offer:
    names = tuple(SUPPORT[level] for level in levels)
    return Offer("support", "Support", names, 3, levels=SUPPORT)


FEATURES: dict[str, tuple[Offer, ...]] = {
    "crm": (
        Offer("users", "Users", (5, 25, 250, UNLIMITED), 3),
        Offer("storage", "Storage", (10, 100, 1000, 5000), 2, "GB", on_exceed=OnExceed.GRACE),
        Offer("pipelines", "Pipelines", (1, 5, 25, UNLIMITED), 4),
        Offer(
            "reports",
            "Reports",
            ("basic", "advanced", "customisable", "customisable"),
            4,
            levels=("basic", "advanced", "customisable"),
        ),
        Offer("integrations", "Integrations", (3, 10, UNLIMITED, UNLIMITED), 4),
        Offer("automation", "Automation", (NO, YES, YES, YES), 5),
        Offer("sandbox", "Sandbox", (NO, NO, YES, YES), 3),
        Offer("branding", "Own logo", (NO, NO, NO, YES), 1),
        support(0, 1, 2, 2),
    ),
    "desk": (
        Offer("agents", "Agents", (5, 50, UNLIMITED), 3),
        Offer("channels", "Channels", (2, 6, UNLIMITED), 4),
        Offer("sla", "Service levels", (NO, YES, YES), 5),
        Offer("languages", "Languages", (1, 10, 40), 2),
        support(0, 1, 2),
    ),
    "campaigns": (
        Offer("contacts", "Contacts", (5_000, 50_000, 500_000), 4, on_exceed=OnExceed.GRACE),
        Offer("sends", "Sends a month", (20_000, 250_000, UNLIMITED), 3),
        Offer("journeys", "Journeys", (NO, YES, YES), 5),
        support(0, 1, 2),
    ),
    "answers": (
        Offer("articles", "Articles", (250, UNLIMITED), 3),
        Offer("suggestions", "Suggested answers", (YES, YES), 5),
        support(0, 1),
    ),
    "insights": (
        Offer("dashboards", "Dashboards", (5, 50, UNLIMITED), 3),
        Offer("history", "History", (12, 36, UNLIMITED), 4, "months"),
        Offer("forecasts", "Forecasts", (NO, NO, YES), 5),
        support(0, 1, 2),
    ),
    "prospect": (Offer("lookups", "Lookups a month", (100, 1_000), 4), support(0, 1)),
    "voice": (
        Offer("minutes", "Minutes a month", (500, 5_000), 3, on_exceed=OnExceed.GRACE),
        Offer("recording", "Recording", (NO, YES), 4),
        support(0, 1),
    ),
    "meet": (Offer("calendars", "Calendars", (1, 10), 3), support(0, 0)),
    "quotes": (
        Offer("templates", "Templates", (10, UNLIMITED), 3),
        Offer("approvals", "Approval steps", (1, 5), 4),
        support(1, 2),
    ),
    "data-platform": (
        Offer("rows", "Rows", (1_000_000, 25_000_000, UNLIMITED), 4),
        Offer("sources", "Sources", (10, 50, UNLIMITED), 4),
        Offer("residency", "Data residency", (NO, NO, YES), 5),
        support(1, 1, 2),
    ),
    "signet": (Offer("envelopes", "Envelopes a month", (50, 500), 3),),
}


class Extra(NamedTuple):
    """A plan that is no tier; `grants` are of features, `parts` are components by code.

    `joining` are components too, from the first of next month on: a second version.
    """

    kind: PlanKind
    code: str
    name: str
    product: str = ""
    grants: tuple[tuple[str, object], ...] = ()
    parts: tuple[str, ...] = ()
    joining: tuple[str, ...] = ()


EXTRAS = (
    Extra(
        PlanKind.ADD_ON,
        "crm-sandbox",
        "Larkfield CRM Sandbox",
        "crm",
        (("crm-sandbox", YES),),
    ),
    Extra(
        PlanKind.CAPACITY, "crm-storage-100", "CRM storage, 100 GB", "crm", (("crm-storage", 100),)
    ),
    Extra(
        PlanKind.CAPACITY,
        "campaigns-contacts-10k",
        "Campaigns, 10,000 contacts",
        "campaigns",
        (("campaigns-contacts", 10_000),),
    ),
    Extra(
        PlanKind.BUNDLE,
        "front-office",
        "Larkfield Front Office",
        parts=("crm-pro", "desk-pro", "campaigns-pro"),
        joining=("answers-standard",),
    ),
    Extra(PlanKind.PLATFORM, "larkfield-one", "Larkfield One", parts=("crm-enterprise",)),
    Extra(PlanKind.CREDIT_PACK, "credits-10k", "10,000 credits"),
)


class Way(NamedTuple):
    """A path beyond those between neighbouring tiers."""

    start: str
    end: str
    kind: PathKind
    note: str


WAYS = (
    Way("crm-pro", "front-office", PathKind.UPGRADE, "Desk and Campaigns join the CRM."),
    Way("crm-unlimited", "larkfield-one", PathKind.UPGRADE, "Everything we make, as one plan."),
    Way("front-office", "larkfield-one", PathKind.UPGRADE, "Everything we make, as one plan."),
    Way("mailroom-basic", "campaigns-essentials", PathKind.SUNSET, "Mailroom ends; lists move."),
    Way("mailroom-plus", "campaigns-pro", PathKind.SUNSET, "Mailroom ends; lists move."),
)
NEIGHBOURS = {  # up and down between tiers of a product: who may, and when
    PathKind.UPGRADE: {"self_serve": True, "timing": Timing.NOW},
    PathKind.DOWNGRADE: {"self_serve": False, "timing": Timing.PERIOD_END},
}

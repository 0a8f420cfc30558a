"""How the customers of the demo behave: how likely what is in a month."""

from typing import NamedTuple


class Habits(NamedTuple):
    """What customers of a segment do; chances are for a month unless they say otherwise."""

    people: tuple[int, int]  # fewest and most who work with the products
    discounts: tuple[int, ...]  # percent off, one of them for a customer
    first_tier: tuple[float, float, float]  # weights of the lowest tier and those above
    land_more: float  # of each further product on the first day
    attach: float
    leave: float
    annual: bool  # leaves mostly when a year is over
    upgrade: float
    grow: float


HABITS = {
    "smb": Habits(
        people=(2, 45),
        discounts=(0, 0, 0, 5, 10),
        first_tier=(0.75, 0.22, 0.03),
        land_more=0.08,
        attach=0.075,
        leave=0.0185,
        annual=False,
        upgrade=0.008,
        grow=0.016,
    ),
    "mid-market": Habits(
        people=(15, 170),
        discounts=(0, 5, 10, 15),
        first_tier=(0.42, 0.48, 0.1),
        land_more=0.14,
        attach=0.093,
        leave=0.0125,
        annual=True,
        upgrade=0.011,
        grow=0.021,
    ),
    "enterprise": Habits(
        people=(80, 560),
        discounts=(10, 15, 20, 25),
        first_tier=(0.15, 0.45, 0.4),
        land_more=0.25,
        attach=0.115,
        leave=0.0075,
        annual=True,
        upgrade=0.013,
        grow=0.024,
    ),
}

# What a new customer begins with.
FIRST = {"crm": 60, "desk": 29, "mailroom": 6, "campaigns": 3, "answers": 1, "insights": 1}

# What the holders of a product come to want next; the larger, the sooner.
NEXT = {
    "crm": {
        "campaigns": 44, "prospect": 16, "desk": 14, "insights": 11, "meet": 10, "quotes": 7,
        "voice": 3, "data-platform": 4, "signet": 2, "mailroom": 3, "answers": 1,
    },
    "desk": {
        "answers": 84, "voice": 20, "crm": 11, "insights": 6, "meet": 2, "data-platform": 3,
        "campaigns": 2, "mailroom": 1,
    },
    "campaigns": {"insights": 14, "crm": 14, "prospect": 6, "data-platform": 5, "meet": 2},
    "answers": {"desk": 20, "insights": 3, "voice": 3},
    "insights": {"data-platform": 14, "campaigns": 5, "crm": 4},
    "prospect": {"voice": 3, "meet": 6, "crm": 4, "campaigns": 4},
    "voice": {"insights": 2, "answers": 3},
    "meet": {"signet": 2, "crm": 4},
    "quotes": {"signet": 75, "insights": 4, "data-platform": 2},
    "data-platform": {"insights": 12},
    "signet": {"quotes": 6},
    "mailroom": {"campaigns": 10, "crm": 10},
}  # fmt: skip
ENOUGH = 95.0  # where what a customer wants adds up to this, `attach` holds as it stands
MOST = 1.3  # and no abundance makes it likelier than this

# How open customers are to more products, whatever their size; and how many of a hundred are so.
APPETITES = {0.15: 40, 1.0: 35, 2.0: 25}
SOONER = ((3, 0.8), (9, 1.5), (18, 1.0), (36, 0.55))  # up to that month: so much likelier to attach
FULL = (1.0, 1.0, 1.0, 0.8, 0.6, 0.4, 0.2)  # with 0, 1, 2 ... products held: less room for another
LOYAL = (1.0, 1.0, 0.5, 0.32, 0.22, 0.16)  # with so many products held: less likely to leave
AGAIN = 0.5  # what was given up once is wanted half as much

DROP = {"crm": 0.0025, "desk": 0.003}
DROP_OTHER = 0.0095
DROP_SUNSET = 0.055  # once it is not sold any more
SWITCH = 0.5  # of those who drop it go to its successor on the same day
SUCCESSOR = "campaigns"
SHRINK = 0.009
DOWNGRADE = 0.002

RETURN = 0.012
AWAY = (3, 20)  # months in which a customer that left may come back

# New customers by calendar month (quarters end strong, summers are slow), and growth of a year.
SEASON = (0.85, 0.95, 1.2, 0.95, 1.0, 1.2, 0.75, 0.7, 1.15, 1.05, 1.1, 1.1)
GROWTH = 1.35


def at(steps: tuple[float, ...], count: int) -> float:
    """The figure for so many; the last one holds for all beyond."""
    return steps[min(count, len(steps) - 1)]


def sooner(months: int) -> float:
    """How much likelier a customer of that age is to attach another product."""
    return next((factor for until, factor in SOONER if months <= until), SOONER[-1][1])

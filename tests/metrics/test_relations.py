"""What must hold between figures of generated books, whatever the figures are.

Variants of one book stand side by side as segments of their own: a figure of a segment is that
of its variant, and what others hold changes nothing in it.
"""

from datetime import date, timedelta
from random import Random

import pytest

from metrics.registry import Unit, metrics
from tests.factories.books import bring
from tests.factories.figures import figure
from tests.metrics.test_elsewhere import CODES

WINDOW = (date(2025, 1, 1), date(2026, 1, 1))
LATER = timedelta(days=28)
SAME = (Unit.RATE, Unit.RATIO, Unit.POINTS, Unit.PRODUCTS, Unit.DAYS)
RATES = ("logo-churn", "upsell-conversion")
# What tells of more than its own segment, or says which it is.
APART = ("key", "simpson", "warnings", "parameters", "as_of_position", "groups")


def items_of(chance: Random) -> list[tuple]:
    """Account, product, tier, first day, end, cents: of seven accounts, some of which leave."""
    rows = []
    for account in range(7):
        for product in chance.sample(["CRM", "MKT", "OPS"], chance.randint(1, 3)):
            day = date(2024, 1, 5) + timedelta(days=chance.randrange(600))
            for tier in chance.choice((["base"], ["base", "pro"])):
                end = day + timedelta(days=chance.randint(30, 500))
                last = chance.random() < 0.4
                cents = chance.choice((500, 1_250, 30_000))
                rows.append((f"a{account}", product, tier, day, None if last else end, cents))
                if last:
                    break
                day = end + timedelta(days=chance.choice((0, 0, 40)))
    return rows


def split(rows: list[tuple]) -> list[tuple]:
    """Each row that ends as two: one until its middle, one from there."""
    found = []
    for account, product, tier, start, end, cents in rows:
        middle = end and start + (end - start) // 2
        found.append((account, product, tier, start, middle or end, cents))
        found += [(account, product, tier, middle, end, cents)] if middle else []
    return found


def with_more(rows: list[tuple]) -> list[tuple]:
    """And what must not show: free rows, what begins when the period is over, nobody's row."""
    free = [("a0", "OPS", "free", date(2024, 2, 1), None, 0), ("z", "CRM", "free", *WINDOW, 0)]
    later = [("a1", "DESK", "base", WINDOW[1], None, 900), ("y", "CRM", "base", WINDOW[1], None, 5)]
    return [*reversed(rows), *free, *later]


VARIANTS = {
    "base": lambda rows: rows,
    "split": split,
    "more": with_more,
    "twice": lambda rows: [*rows, *((f"b{row[0]}", *row[1:]) for row in rows)],
    "tenfold": lambda rows: [(*row[:5], row[5] * 10) for row in rows],
    "later": lambda rows: [
        (*row[:3], row[3] + LATER, row[4] and row[4] + LATER, row[5]) for row in rows
    ],
}


def load(folder, seed: int) -> None:
    rows, accounts, items = items_of(Random(seed)), [], []  # noqa: S311
    for name, change in VARIANTS.items():
        changed = change(rows)
        first = sorted({row[0] for row in changed})
        accounts += [f"{name}-{code} {name} emea 2023-06-01" for code in first]
        items += [
            f"{name}-{code} {product} {tier} {start} {end or '-'} {cents}"
            for code, product, tier, start, end, cents in changed
        ]
    bring(folder, "\n".join(accounts), "\n".join(items))


def essence(answer: dict) -> dict:
    return {name: value for name, value in answer.items() if name not in APART}


def of(api, code: str, segment: str, *, shift: timedelta = timedelta()) -> dict:
    start, end = (day + shift for day in WINDOW)
    asked = {"start": start, "end": end}
    if not metrics[code].reads.of_a_period:
        asked = {"on": end - timedelta(days=1)}
    return figure(api, code, segment=segment, **asked)


def check_variants(api, code: str) -> None:
    base = of(api, code, "base")
    for name in ("split", "more"):
        assert essence(of(api, code, name)) == essence(base), (code, name)
    later = of(api, code, "later", shift=LATER)
    twice, tenfold = of(api, code, "twice"), of(api, code, "tenfold")
    assert (later["value"], later["n"]) == (base["value"], base["n"]), code
    assert twice["n"] == 2 * base["n"], code
    if base["value"] is None:
        assert [each["value"] for each in (twice, tenfold)] == [None, None]
        return
    factor = 1 if metrics[code].unit in SAME else 10
    total = 2 if code in ("mrr-movements", "expansion-mrr") else 1
    assert tenfold["value"] == pytest.approx(factor * base["value"]), code
    assert twice["value"] == pytest.approx(total * base["value"]), code
    if code in RATES:
        widths = [each["interval"]["high"] - each["interval"]["low"] for each in (base, twice)]
        assert widths[1] < widths[0], code


def check_sums(api) -> None:
    """Parts are the whole: of segments, cohorts, currencies, and of two periods as one."""
    start, end = WINDOW
    for code in ("mrr-movements", "net-revenue-retention", "gross-revenue-retention", *RATES):
        for by in ("segment", "cohort", "currency"):
            answer = figure(api, code, start=start, end=end, group_by=by)
            for name in ("n", "numerator", "denominator"):
                found = [group[name] or 0 for group in answer["groups"]]
                assert sum(found) == (answer[name] or 0), (code, by, name)
    whole = figure(api, "mrr-movements", start=start, end=end, group_by="cohort")
    middle = date(2025, 6, 17)
    halves = [
        figure(api, "mrr-movements", start=a, end=b)["rows"][0]
        for a, b in ((start, middle), (middle, end))
    ]
    (row,) = whole["rows"]
    assert halves[0]["closing"] == halves[1]["opening"]
    for kind in ("new", "reactivation", "expansion", "contraction", "churn"):
        assert halves[0][kind] + halves[1][kind] == row[kind]
        assert sum(group["rows"][0][kind] for group in whole["groups"]) == row[kind]
    assert all(group["rows"][0]["reconciles"] for group in whole["groups"])
    for code in ("net-revenue-retention", "gross-revenue-retention"):
        answer = figure(api, code, start=start, end=end, group_by="segment")
        weighted = sum(g["value"] * g["denominator"] for g in answer["groups"] if g["denominator"])
        assert weighted / answer["denominator"] == pytest.approx(answer["value"])


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [7, 2026])
def test_figures_stand_to_one_another_as_they_must(api, tmp_path, seed):
    load(tmp_path, seed)
    for code in CODES:
        check_variants(api, code)
    check_sums(api)

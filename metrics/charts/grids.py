"""Figures in rows and columns: cohorts by months, products by products."""

from collections.abc import Callable

from metrics.charts.canvas import TOP, WIDTH, box, cut, drawing, shades, text
from metrics.charts.wording import said

CELL, ROWS, MONTHS = 24, 24, (0, 1, 2, 3, 6, 9, 12, 18, 24, 36)
SHADES = ((0.5, 0), (0.75, 1), (0.95, 2), (1.1, 3))  # retention below, shade
ATTACH = ((0.05, 0), (0.2, 1), (0.4, 2), (0.6, 3))
Told = tuple[float, str]  # the figure of a cell, and what its title says of it
LARGEST, WORDS = 20, 22  # products on a side; how wide a cell must be for words


def _shade(value: float, steps: tuple) -> int:
    return next((shade for limit, shade in steps if value < limit), 4)


def cohorts(answer: dict) -> str | None:
    """What is left of revenue."""
    words = "revenue after so many months, of that of the first paid day"
    return _triangle(answer, _left, SHADES, words)


def activity(answer: dict) -> str | None:
    """Who did it, of those whose month is over."""
    words = "share of customers in each month since they came; 0 is the first month"
    return _triangle(answer, _did, ATTACH, words)


def _triangle(answer: dict, told: Callable[[dict], Told], steps: tuple, words: str) -> str | None:
    """The last two years of cohorts: a triangle, for younger ones have fewer anniversaries."""
    cells = {(row["cohort"], row["months"]): row for row in answer["rows"]}
    names = sorted({cohort for cohort, _ in cells})[-ROWS:]
    columns = [months for months in MONTHS if any((name, months) in cells for name in names)]
    if not names:
        return None
    size = {name: max(cells[key]["customers"] for key in cells if key[0] == name) for name in names}
    first, width = 130, (WIDTH - 144) / len(columns)
    parts = [text(14, TOP + 12, "cohort (customers)", kind="quiet")]
    for at, months in enumerate(columns):
        label = f"{months} mo"
        parts.append(
            text(first + width * (at + 0.5), TOP + 12, label, kind="quiet", anchor="middle")
        )
    for place, name in enumerate(names):
        y = TOP + 20 + CELL * place
        parts.append(text(14, y + 16, f"{name} ({size[name]})"))
        for at, months in enumerate(columns):
            if (name, months) in cells:
                row = cells[name, months]
                parts += _cell(row, told(row), steps, (first + width * at, y, width))
    bottom = TOP + 28 + CELL * len(names)
    if any(not row["complete"] for row in cells.values()):
        words += "; * of some customers of the cohort only"
    parts += [text(14, bottom + 12, words, kind="quiet"), *shades(bottom + 34, _limits(steps))]
    return drawing(parts, bottom + 44, f"{len(names)} cohorts by months")


def _limits(steps: tuple) -> list[str]:
    """What the shades stand for."""
    ends = [said(limit, "rate", digits=0) for limit, _ in steps]
    return [f"below {ends[0]}", *(f"below {end}" for end in ends[1:]), f"{ends[-1]} or more"]


def _left(row: dict) -> Told:
    value = row["revenue_retention"]
    left = f"{row['staying']} of {row['customers']} customers"
    return value, f"{said(value, 'ratio')}, {left}"


def _did(row: dict) -> Told:
    ever = f", {row['by_then']} by its end" if "by_then" in row else ""
    words = f"{said(row['rate'], 'rate')} of {row['customers']} customers"
    return row["rate"], f"{words}: {row['doing']} in the month{ever}"


def _cell(row: dict, told: Told, steps: tuple, place: tuple[float, float, float]) -> list[str]:
    (value, words), (x, y, width) = told, place
    shade = _shade(value, steps)
    mark = "" if row["complete"] else "*"
    title = f"{row['cohort']}, {row['months']} months: {words}"
    label = f"{said(value, 'ratio', digits=0)}{mark}"
    return [
        box(x + 1, y, width - 2, CELL - 2, kind=f"c{shade}", title=title),
        text(x + width / 2, y + 15, label, kind=f"on{shade}", anchor="middle"),
    ]


def heatmap(answer: dict) -> str | None:
    """Of who holds the product of a row, the share that holds that of a column too."""
    rates = {(row["from"], row["to"]): row for row in answer["rows"]}
    holders = {row["from"]: row["holders"] for row in answer["rows"]}
    if not holders:
        return None
    codes = sorted(holders, key=lambda code: (-holders[code], code))[:LARGEST]
    first, width = 150, (WIDTH - 164) / len(codes)
    parts = []
    for at, code in enumerate(codes):
        x = first + width * (at + 0.5) + 4
        words = text(0, 0, cut(code, 14), kind="quiet")
        parts.append(f'<g transform="translate({x:.1f} {TOP + 84}) rotate(-60)">{words}</g>')
    for place, row in enumerate(codes):
        y = TOP + 92 + CELL * place
        parts.append(text(first - 8, y + 16, f"{cut(row, 14)} ({holders[row]})", anchor="end"))
        for at, column in enumerate(codes):
            if (row, column) in rates:
                rate = rates[row, column]["rate"]
                shade = _shade(rate, ATTACH)
                title = f"Of {holders[row]} with {row}, {said(rate, 'rate')} hold {column}"
                x = first + width * at
                parts.append(box(x + 1, y, width - 2, CELL - 2, kind=f"c{shade}", title=title))
                if width > WORDS:
                    words = f"{rate * 100:.0f}"
                    parts.append(
                        text(x + width / 2, y + 15, words, kind=f"on{shade}", anchor="middle")
                    )
    bottom = TOP + 100 + CELL * len(codes)
    words = "of 100 customers with the product of the row, so many hold that of the column, too"
    parts += [text(14, bottom + 12, words, kind="quiet"), *shades(bottom + 34, _limits(ATTACH))]
    return drawing(parts, bottom + 44, f"{len(codes)} products by products")

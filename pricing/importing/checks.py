"""Whether the rows of a price sheet can be taken: each question is asked of all rows at once."""

from babel.core import get_global
from django.db import connection

from pricing.amounts import price_models
from pricing.importing.problems import any_yet, find
from pricing.importing.reading import BOUNDS, NUMBERS, YES
from pricing.models import PriceInterval

AMOUNT = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$"
TOO_FINE, TOO_LARGE = r"^[0-9]+\.[0-9]{7,}$", r"^[0-9]{13,}(\.[0-9]+)?$"
NO_NUMBER = """
SELECT row, {0}, CASE
    WHEN {0} ~ '^-[0-9.]+$' THEN 'Amounts and quantities are not negative.'
    WHEN {0} ~ %(fine)s THEN 'It has more than six decimals: round it.'
    WHEN {0} ~ %(large)s THEN 'It has more than twelve digits before the point.'
    ELSE 'A number is written as 19.99.' END
FROM staged_cell WHERE {0} <> '' AND {0} !~ %(amount)s
"""
# Which rows of the sheet are prices of which charge, with numbers as such.
ROWS = """
CREATE TEMP TABLE staged_row ON COMMIT DROP AS
SELECT s.row, s.plan, c.id AS charge_id, c.cadence, s.currency, s.interval, s.model,
       s.model = ANY(%(banded)s) AS banded, s.ends = 'true' AS is_end,
       s.is_minimum = 'true' AS is_minimum, {}, s.version,
       first_value(s.row) OVER same AS first
FROM staged_cell s JOIN pricing_plan p ON p.code = s.plan
JOIN pricing_charge c ON c.plan_id = p.id AND c.code = s.charge
WINDOW same AS (PARTITION BY c.id, s.currency, s.interval ORDER BY s.row)
""".format(
    ", ".join(f"nullif(s.{name}, '')::numeric(18, 6) AS {name}" for name in (*NUMBERS, *BOUNDS))
)
BANDS = """
SELECT row, up_to, above, lag(up_to) OVER bands AS before, lag(row) OVER bands AS other,
       lead(row) OVER bands IS NULL AS is_last
FROM staged_row WHERE banded AND NOT is_end
WINDOW bands AS (PARTITION BY charge_id, currency, interval ORDER BY above, row)
"""


def check_spelling() -> None:
    """Cells that cannot be read, and names of what there is not."""
    for name in (*NUMBERS, *BOUNDS):
        patterns = {"amount": AMOUNT, "fine": TOO_FINE, "large": TOO_LARGE}
        find(name, NO_NUMBER.format(name), patterns)
    for name in YES:
        find(
            name,
            f"SELECT row, {name}, 'Say true or false.' FROM staged_cell "
            f"WHERE {name} NOT IN ('', 'true', 'false')",
        )
    find(
        "version",
        "SELECT row, version, 'A version is copied from an export, such as 12v1.' FROM staged_cell "
        "WHERE version <> '' AND version !~ '^[0-9]{1,18}v[0-9]{1,18}$'",
    )
    find(
        "plan",
        "SELECT row, plan, 'There is no such plan.' FROM staged_cell s "
        "WHERE NOT EXISTS (SELECT FROM pricing_plan p WHERE p.code = s.plan)",
    )
    find(
        "charge",
        "SELECT s.row, s.charge, 'The plan has no such charge.' FROM staged_cell s "
        "JOIN pricing_plan p ON p.code = s.plan WHERE NOT EXISTS "
        "(SELECT FROM pricing_charge c WHERE c.plan_id = p.id AND c.code = s.charge)",
    )
    _check_choices("currency", sorted(get_global("all_currencies")), "an ISO 4217 code, as EUR")
    _check_choices("interval", PriceInterval.values, " or ".join(PriceInterval.values))
    _check_choices("model", ["", *price_models], " or ".join(price_models))


def _check_choices(column: str, known: list[str], told: str) -> None:
    find(
        column,
        f"SELECT row, {column}, %(reason)s FROM staged_cell WHERE {column} <> ALL(%(known)s)",
        {"known": known, "reason": f"It is {told}."},
    )


def check_rows() -> bool:
    """Whether each price says what its model needs, once; rows without a fault of spelling only."""
    if any_yet():
        return False
    banded = [code for code, model in price_models.items() if model.has_bands]
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"banded": banded})
        cursor.execute("ANALYZE staged_row")
    _check_once()
    _check_ends()
    _check_models()
    _check_bands()
    _check_cadence()
    return not any_yet()


def _check_once() -> None:
    find(
        "plan",
        "SELECT r.row, r.plan, format('Row %%s names the same price.', r.first) "
        "FROM staged_row r JOIN staged_row f ON f.row = r.first "
        "WHERE r.row > r.first AND (NOT r.banded OR r.is_end OR f.model <> r.model)",
    )
    for name in ("is_minimum", "ends", "version"):
        find(
            name,
            f"SELECT r.row, c.{name}, "
            "format('Row %%s, of the same price, says otherwise.', r.first) "
            "FROM staged_row r JOIN staged_cell c ON c.row = r.row "
            "JOIN staged_cell f ON f.row = r.first "
            f"WHERE r.row > r.first AND r.banded AND c.{name} <> f.{name}",
        )


def _check_ends() -> None:
    for name in ("model", *NUMBERS, *BOUNDS, "is_minimum"):
        empty = "('', 'false')" if name == "is_minimum" else "('')"
        find(
            name,
            f"SELECT c.row, c.{name}, 'The end of a price has none.' FROM staged_row r "
            f"JOIN staged_cell c ON c.row = r.row WHERE r.is_end AND c.{name} NOT IN {empty}",
        )
    find(
        "model",
        "SELECT row, '', 'Choose how it is priced, or that it ends the price.' FROM staged_row "
        "WHERE model = '' AND NOT is_end",
    )


def _check_models() -> None:
    for name in NUMBERS:
        of_bands = name in ("flat_amount", "unit_amount")
        for code, model in price_models.items():
            if name in model.needs:
                _ask_of_model(name, code, f"{name} IS NULL", f"{model.name} prices need it.")
            elif name not in model.takes and not (model.has_bands and of_bands):
                _ask_of_model(name, code, f"{name} IS NOT NULL", f"{model.name} prices have none.")
    find(
        "package_size",
        "SELECT row, '0', 'A package holds something.' FROM staged_row WHERE package_size = 0",
    )


def _ask_of_model(column: str, code: str, fault: str, reason: str) -> None:
    find(
        column,
        f"SELECT row, coalesce(trim_scale({column})::text, ''), %(reason)s FROM staged_row "
        f"WHERE model = %(code)s AND NOT is_end AND {fault}",
        {"code": code, "reason": reason},
    )


def _check_bands() -> None:
    for name in BOUNDS:
        find(
            name,
            f"SELECT row, trim_scale({name})::text, 'Only prices with bands have bounds.' "
            f"FROM staged_row WHERE NOT banded AND NOT is_end AND {name} IS NOT NULL",
        )
    find(
        "above", "SELECT row, '', 'A band needs it.' FROM staged_row WHERE banded AND above IS NULL"
    )
    find(
        "unit_amount",
        "SELECT row, '', 'A band has a unit amount, a flat amount, or both.' FROM staged_row "
        "WHERE banded AND unit_amount IS NULL AND flat_amount IS NULL",
    )
    find(
        "up_to",
        "SELECT row, trim_scale(up_to)::text, 'A band ends above where it begins.' "
        "FROM staged_row WHERE banded AND up_to <= above",
    )
    find(
        "above",
        "SELECT row, trim_scale(above)::text, CASE "
        "WHEN other IS NULL THEN 'The first band must begin at 0.' "
        "WHEN before IS NULL OR before > above THEN format('It overlaps with row %%s.', other) "
        "ELSE format('It must begin where row %%s ends.', other) END "
        f"FROM ({BANDS}) band WHERE CASE WHEN other IS NULL THEN above <> 0 "
        "ELSE before IS DISTINCT FROM above END",
    )
    find(
        "up_to",
        "SELECT row, trim_scale(up_to)::text, 'The last band must be without end: leave it empty.' "
        f"FROM ({BANDS}) band WHERE is_last AND up_to IS NOT NULL",
    )


def _check_cadence() -> None:
    find(
        "interval",
        "SELECT row, interval, CASE WHEN cadence = 'one_time' THEN 'The charge is paid once: "
        "one_time.' ELSE 'The charge is paid again and again: no one_time.' END FROM staged_row "
        "WHERE (cadence = 'one_time') <> (interval = 'one_time')",
    )

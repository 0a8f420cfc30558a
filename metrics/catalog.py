"""The catalog's facts that figures need, each read when first asked for."""

from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np

from accounts.models import Experiment
from config.errors import DomainError
from metrics.exchange import Rates
from metrics.product_sets import members_of
from metrics.registry import Ids, Scope
from portfolio.models import Benchmark, Product, Region, Segment, Threshold
from pricing.models import Feature, Plan, RateTable

# For days before the first row of a threshold, and for one that somebody has deleted.
THRESHOLDS = {
    "attach-strong": Decimal("0.40"),
    "attach-weak": Decimal("0.05"),
    "minimum-support": Decimal(30),
    "sunset-revenue-share": Decimal("0.02"),
    "sunset-falling-months": Decimal(6),
    "activated-days": Decimal(30),
}
WORDS = {"rates": "rate table"}
MODELS = {
    "segment": Segment,
    "region": Region,
    "plan": Plan,
    "experiment": Experiment,
    "feature": Feature,
}


class UnknownCode(DomainError):
    """Nothing has the code: of a segment, a plan and so on; `parameter` says which."""

    code = "unknown_code"

    def __init__(self, parameter: str, value: str) -> None:
        super().__init__(f"There is no {WORDS.get(parameter, parameter)} {value}.")
        self.parameter = parameter


class CatalogFacts:
    """See `metrics.registry.Catalog`; product sets are those of the database of this number."""

    def __init__(self, database: int) -> None:
        self.database = database

    @cached_property
    def products(self) -> dict[int, str]:
        return dict(Product.objects.values_list("pk", "code").order_by("pk"))

    def set_members(self, sets: np.ndarray) -> np.ndarray:
        return members_of(sets, list(self.products), database=self.database)

    @cached_property
    def _thresholds(self) -> list[tuple]:
        return list(Threshold.objects.values_list("code", "value", "starts_on", "ends_on"))

    def thresholds(self, on: date) -> dict[str, Decimal]:
        return THRESHOLDS | {
            code: value
            for code, value, starts_on, ends_on in self._thresholds
            if starts_on <= on and (ends_on is None or on < ends_on)
        }

    @cached_property
    def _benchmarks(self) -> list[tuple]:
        rows = Benchmark.objects.order_by("published_on", "pk")
        return list(rows.values_list("key", "low", "high", "published_on"))

    def band(self, key: str, on: date) -> tuple[Decimal | None, Decimal | None]:
        """The ends of the figure published last by the day; before the first, of the first."""
        rows = [row for row in self._benchmarks if row[0] == key]
        known = [row for row in rows if row[3] <= on][-1:] or rows[:1]
        return known[0][1:3] if known else (None, None)

    def names(self, kind: str) -> dict[int, str]:
        if kind == "product":
            return dict(sorted(self.products.items(), key=lambda item: item[1]))
        return dict(MODELS[kind].objects.order_by("rank").values_list("pk", "code"))

    def rates(self, scope: Scope) -> Rates | None:
        """The rates of the table that is asked for. Raises UnknownCode."""
        if not scope.rates:
            return None
        table = RateTable.objects.filter(code=scope.rates).first()
        if table is None:
            raise UnknownCode("rates", scope.rates)
        return Rates(table)

    def ids(self, scope: Scope) -> Ids:
        """The filters of a scope, resolved. Raises UnknownCode."""
        ids: Ids = {"currency": scope.currency} if scope.currency else {}
        for name, model in MODELS.items():
            code = getattr(scope, name)
            if code:
                found = model.objects.filter(code=code).values_list("pk", flat=True).first()
                if found is None:
                    raise UnknownCode(name, code)
                ids[name] = found
        if scope.product:
            by_code = {code: key for key, code in self.products.items()}
            if scope.product not in by_code:
                raise UnknownCode("product", scope.product)
            ids["product"] = by_code[scope.product]
        ids |= {name: given for name in ("motion", "owner") if (given := getattr(scope, name))}
        if scope.cohort:
            ids["cohort"] = scope.cohort.year * 12 + scope.cohort.month - 1
        return ids


def thresholds_on(day: date) -> dict[str, Decimal]:
    """The thresholds that apply on the day."""
    return CatalogFacts(0).thresholds(day)

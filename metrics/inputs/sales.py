"""What was sold, and in which form: in a bundle, by a platform, or alone."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property

import numpy as np

from metrics.columns.keeping import sales
from metrics.columns.sold import Sold
from metrics.registry import Asked, Ids, Input, Read
from pricing.models import Plan

FORMS = ("bundle", "platform", "alone")
ALONE = FORMS.index("alone")


@dataclass(frozen=True)
class Sales:
    """Sales of one stretch and group, an item of each array for each.

    `account` numbers the accounts from 0, `form` is a place among `FORMS`, `kind` is one of
    `metrics.columns.sold`, `gain` minor units a month, `currency` a place among `names`.
    """

    account: np.ndarray
    form: np.ndarray
    kind: np.ndarray
    gain: np.ndarray
    currency: np.ndarray
    names: list[str]

    @cached_property
    def customers(self) -> int:
        return int(np.count_nonzero(np.bincount(self.account)))

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        return tuple(self.names[at] for at in np.flatnonzero(np.bincount(self.currency)))

    def where(self, chosen: np.ndarray) -> "Sales":
        arrays = (getattr(self, each.name)[chosen] for each in fields(self)[:-1])
        return Sales(*arrays, self.names)

    def by_form(self) -> np.ndarray:
        """What was sold in each of the forms."""
        return np.bincount(self.form, self.gain, len(FORMS))

    def to_accounts(self) -> tuple[np.ndarray, np.ndarray]:
        """Of each account that bought anything, what it bought in bundles and by platforms, and
        all that it bought."""
        every = np.bincount(self.account, self.gain)
        some = np.flatnonzero(self.form != ALONE)
        together = np.bincount(self.account[some], self.gain[some], len(every))
        bought = np.flatnonzero(every > 0)
        return together[bought], every[bought]


def read(asked: Asked) -> Read:
    """What was sold to all who are meant, and to each group."""
    books, by = sales(asked.version, asked.ids), asked.scope.group_by
    forms = _forms()
    total, groups = [], defaultdict(dict)
    for place, (start, end) in enumerate(asked.stretches):
        rows = [_chosen(sold, start, end, asked.ids) for sold in books]
        found = _joined(books, rows, forms)
        total.append(found)
        if by:
            labels = _column(books, rows, by)
            for label in np.unique(labels).tolist():
                key = found.names[label] if by == "currency" else label or None
                groups[key][place] = found.where(labels == label)
    nothing = total[0].where(slice(0, 0))
    places = range(len(asked.stretches))
    return Read(total, {key: [of.get(at, nothing) for at in places] for key, of in groups.items()})


def _forms() -> np.ndarray:
    """By the id of a plan, the form in which it sells other plans; 0 and others: alone."""
    kinds = dict(Plan.objects.filter(kind__in=FORMS).values_list("pk", "kind"))
    forms = np.full(max(kinds, default=0) + 1, ALONE, dtype=np.uint8)
    for plan, kind in kinds.items():
        forms[plan] = FORMS.index(kind)
    return forms


def _chosen(sold: Sold, start: date, end: date, ids: Ids) -> slice | np.ndarray:
    """The sales of a period that the filters leave."""
    rows = sold.within(start, end)
    masks = [~sold.hidden[sold.account[rows]]] if sold.hidden is not None else []
    for name, key in ids.items():
        if name in ("segment", "region", "product"):
            masks.append(getattr(sold, name)[rows] == key)
        elif name == "plan":
            masks.append((sold.plan[rows] == key) | (sold.bundle[rows] == key))
        elif name == "cohort":
            masks.append((sold.cohort == key)[sold.account[rows]])
        elif name == "currency":
            masks.append((sold.currency == key.encode())[sold.account[rows]])
    return rows.start + np.flatnonzero(np.logical_and.reduce(masks)) if masks else rows


def _joined(books: list[Sold], rows: list, forms: np.ndarray) -> Sales:
    numbers = np.cumsum([0, *(len(sold.id) for sold in books)])
    accounts = [sold.account[some] for sold, some in zip(books, rows, strict=True)]
    return Sales(
        np.concatenate([each + first for each, first in zip(accounts, numbers, strict=False)]),
        forms[_column(books, rows, "bundle")],
        _column(books, rows, "kind"),
        _column(books, rows, "gain"),
        _column(books, rows, "currency"),
        _names(books),
    )


def _names(books: list[Sold]) -> list[str]:
    """The currencies that there are."""
    return sorted({name for sold in books for name in sold.currencies[0]})


def _column(books: list[Sold], rows: list, name: str) -> np.ndarray:
    """A column of the sales, be it theirs or the account's; of currencies the place among all."""
    found = []
    for sold, some in zip(books, rows, strict=True):
        if name == "currency":
            names, places = sold.currencies
            known = np.array([_names(books).index(each) for each in names], dtype=np.int16)
            found.append(known[places[sold.account[some]]])
        elif name == "cohort":
            found.append(sold.cohort[sold.account[some]])
        else:
            found.append(getattr(sold, name)[some])
    return np.concatenate(found)


SALES = Input(
    read,
    True,
    ("segment", "region", "product", "plan", "cohort", "currency"),
    ("segment", "region", "product", "cohort", "currency"),
)

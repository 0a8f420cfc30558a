"""Which part products play: changed for all that are chosen, or for none."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from config.errors import DomainError
from config.outbox.events import Change, tell
from portfolio.models import Product, ProductRole

CHANGED_MEANWHILE = "Somebody changed it meanwhile: look at it again."
GONE = "It is not there any more."


@dataclass(frozen=True)
class RoleChange:
    """A product before and after; `problem` says why it cannot be so."""

    before: Product
    after: Product
    problem: str = ""

    @property
    def changes(self) -> bool:
        compared = (self.before.role, self.before.end_of_sale_on)
        return compared != (self.after.role, self.after.end_of_sale_on)


class RolesRefused(DomainError):
    """Nothing was changed; `changes` has the problem of every product that has one."""

    code = "roles_refused"

    def __init__(self, changes: list[RoleChange], gone: int = 0) -> None:
        wrong = [change for change in changes if change.problem]
        count = len(wrong) + gone
        said = f"{wrong[0].before}: {wrong[0].problem}" if wrong else GONE
        super().__init__(
            f"Nothing was changed: {count} of the products cannot take this role. {said}"
        )
        self.changes = changes


def propose_role(
    *, products: Iterable[Product], role: ProductRole, end_of_sale_on: date | None = None
) -> list[RoleChange]:
    """What the products would be with the role, and what each would say against it.

    The end of sale is that of products which get the role sunset and have none yet.
    """
    return [_proposed(product, role, end_of_sale_on) for product in products]


@transaction.atomic
def change_role(
    *, seen: Mapping[int, int], role: ProductRole, end_of_sale_on: date | None = None
) -> list[Product]:
    """Give every product the role; `seen` has the version of each, by id, that was looked at.

    Returns those that changed. Raises RolesRefused when one of them cannot take the role, was
    changed meanwhile or is gone: then all stay as they are.
    """
    products = list(locked(seen))
    changes = [
        RoleChange(product, product, CHANGED_MEANWHILE)
        if product.version != seen[product.pk]
        else _proposed(product, role, end_of_sale_on)
        for product in products
    ]
    gone = len(seen) - len(products)
    if gone or any(change.problem for change in changes):
        raise RolesRefused(changes, gone)
    changed = [change.after for change in changes if change.changes]
    for product in changed:
        product.save(update_fields=["role", "end_of_sale_on"])
        tell(product, Change.CHANGED)
    return changed


def locked(ids: Iterable[int]) -> QuerySet[Product]:
    """The products, which nobody else changes until the transaction ends; always in one order."""
    return Product.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)


def _proposed(product: Product, role: ProductRole, end_of_sale_on: date | None) -> RoleChange:
    after = copy(product)
    after.role = role
    if role == ProductRole.SUNSET and after.end_of_sale_on is None:
        after.end_of_sale_on = end_of_sale_on
    try:
        after.full_clean()
    except ValidationError as error:
        return RoleChange(product, after, " ".join(error.messages))
    return RoleChange(product, after)

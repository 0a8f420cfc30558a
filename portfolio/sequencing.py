"""Which products come before which, and which of them somebody still lacks.

That no product comes before itself, not even by way of others, the database sees to: see the
migration of relations. It speaks through every door alike.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from config.errors import DomainError
from portfolio.models import Product, Sequence, SequenceKind, Threshold

USUAL_ADOPTION = "sequence-min-adoption"
EXACT_TO = Decimal("0.001")  # what a sequence can hold


class NoUsualAdoption(DomainError):
    code = "no_usual_adoption"


def usual_adoption(*, on: date) -> Decimal:
    """The least adoption of a sequence for which nobody has said another one.

    Raises NoUsualAdoption when no threshold gives it on the day.
    """
    found = Threshold.objects.in_force(on=on).filter(code=USUAL_ADOPTION).first()
    if found is None:
        raise NoUsualAdoption(
            f"Say the least adoption: no threshold {USUAL_ADOPTION} applies on {on}."
        )
    return found.value.quantize(EXACT_TO)


def steps_around(product: Product) -> list[Sequence]:
    """Every step on the way to the product and on from it, in one query."""
    steps = list(Sequence.objects.select_related("before", "after"))
    earlier = _reached(product.pk, [(step.after_id, step.before_id) for step in steps])
    later = _reached(product.pk, [(step.before_id, step.after_id) for step in steps])
    return [step for step in steps if step.after_id in earlier or step.before_id in later]


def predecessors() -> dict[str, dict[int, list[Product]]]:
    """What comes directly before each product, by the kind of the step and its id; one query."""
    found: dict[str, dict[int, list[Product]]] = {kind: defaultdict(list) for kind in SequenceKind}
    for step in Sequence.objects.select_related("before").order_by("before__code"):
        found[step.kind][step.after_id].append(step.before)
    return found


def missing_before(
    *,
    products: Iterable[Product],
    held: Collection[int],
    before: dict[str, dict[int, list[Product]]] | None = None,
) -> dict[int, list[Product]]:
    """What somebody who holds some products must have before each of these others.

    The required predecessors that are not held, and theirs, the first to add first; by the id
    of the product. In one query, or none where `predecessors` are known. A product that is held
    asks for nothing any more.
    """
    required = (predecessors() if before is None else before)[SequenceKind.REQUIRES]
    return {product.pk: _lacking(product, required, held) for product in products}


def _lacking(
    product: Product, required: dict[int, list[Product]], held: Collection[int]
) -> list[Product]:
    found: dict[int, Product] = {}

    def look(at: int) -> None:
        for before in required[at] if at in required and at not in held else ():
            if before.pk not in held and before.pk not in found:
                look(before.pk)
                found[before.pk] = before

    look(product.pk)
    return list(found.values())


def _reached(start: int, ways: Iterable[tuple[int, int]]) -> set[int]:
    """The start and all that the ways lead to from there."""
    onward = defaultdict(list)
    for here, there in ways:
        onward[here].append(there)
    reached, waiting = {start}, [start]
    while waiting:
        fresh = [there for there in onward[waiting.pop()] if there not in reached]
        reached.update(fresh)
        waiting += fresh
    return reached

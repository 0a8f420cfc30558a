"""How well products belong together: four questions about every two of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from django.db.models import Q

from portfolio.models import (
    CoherenceOverride,
    Depth,
    Integration,
    IntegrationStatus,
    Portfolio,
    Product,
    ProductRole,
    Question,
    Threshold,
    WorkflowEdge,
)

PLATFORM, POINT_SOLUTIONS = "coherence-platform", "coherence-point-solutions"
SCORE_OF_DEPTH = {Depth.NONE: 0.0, Depth.SURFACE: 0.5, Depth.DEEP: 1.0}
EXACT_TO = 9  # digits in which a mean is compared with a threshold

Key = tuple[int, int]


class Label(StrEnum):
    PLATFORM = "platform"
    MIXED = "mixed"
    POINT_SOLUTIONS = "point solutions"


class Score(NamedTuple):
    """The answer to one question: computed, and what somebody judged instead, if anybody did."""

    computed: float
    override: CoherenceOverride | None = None

    @property
    def overridden(self) -> float | None:
        return None if self.override is None else float(self.override.score)

    @property
    def value(self) -> float:
        return self.computed if self.override is None else float(self.override.score)


class Pair(NamedTuple):
    """Two products and the mean of their four scores.

    A pair `is_judged` where somebody's judgement stands in place of a computed score.
    """

    a: Product
    b: Product
    scores: dict[Question, Score]
    value: float
    is_judged: bool

    def other(self, product: Product) -> Product:
        return self.b if product.pk == self.a.pk else self.a


@dataclass(frozen=True)
class Relations:
    """What is known of some products, keyed by their ids; a pair's lower id comes first."""

    needs: dict[int, frozenset[int]]
    personas: dict[int, frozenset[int]]
    integrations: dict[Key, Integration]
    flows: set[tuple[int, int]]  # from one into another, in that order
    overrides: dict[Key, dict[str, CoherenceOverride]]

    def depth(self, at: Key) -> Depth:
        """How deeply the two work together now: what is planned or retired counts as none."""
        found = self.integrations.get(at)
        is_live = found is not None and found.status == IntegrationStatus.LIVE
        return Depth(found.depth) if is_live else Depth.NONE


@dataclass(frozen=True)
class Coherence:
    """How well the products of a portfolio belong together on a day.

    `value` is the mean over all pairs, null with fewer than two products; `integration_index`
    the mean of how deeply the products are integrated, judgements left aside.
    """

    portfolio: Portfolio
    on: date
    products: list[Product]
    pairs: list[Pair]
    value: float | None
    integration_index: float | None
    label: Label | None
    thresholds: dict[str, Threshold]


class Neighbourhood(NamedTuple):
    """A product with each of the others, and what is known of all of them."""

    product: Product
    pairs: list[Pair]
    relations: Relations


def coherence_of(*, portfolio: Portfolio, on: date) -> Coherence:
    """The coherence of a portfolio: every two of its products that are not retired on the day.

    Drafts and scheduled products count: a portfolio is planned before it is sold. The same
    number of queries, however many products and relations there are.
    """
    products = list(portfolio.products.not_retired(on=on))
    relations = relations_among(products)
    pairs = [pair_of(a, b, relations) for a, b in combinations(products, 2)]
    depths = [pair.scores[Question.INTEGRATION].computed for pair in pairs]
    thresholds = thresholds_on(on)
    value = _mean([pair.value for pair in pairs])
    return Coherence(
        portfolio=portfolio,
        on=on,
        products=products,
        pairs=pairs,
        value=value,
        integration_index=_mean(depths),
        label=label(value, {code: row.value for code, row in thresholds.items()}),
        thresholds=thresholds,
    )


def neighbourhood_of(*, product: Product, on: date) -> Neighbourhood:
    """The product and each of the others: its row of the matrix, with what it follows from.

    The others are those of its portfolio, and those elsewhere that it is integrated with or
    exchanges work with, unless they are retired on the day.
    """
    tied = Integration.objects.of_product(product).values_list("product_a", "product_b")
    flows = WorkflowEdge.objects.of_product(product).values_list("from_product", "to_product")
    elsewhere = {at for pair in [*tied, *flows] for at in pair}
    others = Product.objects.not_retired(on=on).exclude(pk=product.pk)
    others = list(others.filter(Q(portfolio=product.portfolio_id) | Q(pk__in=elsewhere)))
    relations = relations_among([product, *others])
    pairs = [pair_of(product, other, relations) for other in others]
    return Neighbourhood(product, pairs, relations)


def relations_among(products: Sequence[Product]) -> Relations:
    """What the database knows of these products, in five queries."""
    ids = [product.pk for product in products]
    integrations = Integration.objects.among(ids)
    flows = WorkflowEdge.objects.filter(from_product__in=ids, to_product__in=ids)
    overrides = defaultdict(dict)
    for row in CoherenceOverride.objects.among(ids):
        overrides[row.product_a_id, row.product_b_id][row.question] = row
    return Relations(
        needs=_linked(Product.needs, "customerneed_id", ids),
        personas=_linked(Product.personas, "persona_id", ids),
        integrations={(row.product_a_id, row.product_b_id): row for row in integrations},
        flows=set(flows.values_list("from_product_id", "to_product_id")),
        overrides=dict(overrides),
    )


def pair_of(a: Product, b: Product, relations: Relations) -> Pair:
    """The four scores of two products and their mean."""
    at = key(a, b)
    scores = {question: _plain(computed(relations, at)) for question, computed in COMPUTED.items()}
    judged = relations.overrides.get(at, {})
    for question, override in judged.items():
        scores[Question(question)] = Score(scores[Question(question)].computed, override)
    value = sum(score.value for score in scores.values()) / len(scores)
    return Pair(a, b, scores, value, bool(judged))


@lru_cache(maxsize=1000)
def _plain(computed: float) -> Score:
    """A score that nobody judged; the same few occur in thousands of pairs."""
    return Score(computed)


def key(a: Product, b: Product) -> Key:
    return (a.id, b.id) if a.id < b.id else (b.id, a.id)


def label(value: float | None, thresholds: dict[str, Decimal]) -> Label | None:
    """What a coherence amounts to; nothing where it or one of the two thresholds is unknown."""
    if value is None or not {PLATFORM, POINT_SOLUTIONS} <= thresholds.keys():
        return None
    rounded = round(Decimal(value), EXACT_TO)
    if rounded >= thresholds[PLATFORM]:
        return Label.PLATFORM
    return Label.POINT_SOLUTIONS if rounded <= thresholds[POINT_SOLUTIONS] else Label.MIXED


def thresholds_on(on: date) -> dict[str, Threshold]:
    """The two figures at which the label changes, as they apply on the day."""
    rows = Threshold.objects.in_force(on=on).filter(code__in=(PLATFORM, POINT_SOLUTIONS))
    return {row.code: row for row in rows}


def pairs_without_statement(*, portfolio: Portfolio, on: date) -> list[tuple[Product, Product]]:
    """Pairs that can be sold together on the day and of which nobody says why to have both.

    Products on sale but not on their way out. Which of the pairs are targets of cross-selling
    depends on customers and is for the caller to say.
    """
    on_sale = portfolio.products.not_retired(on=on).on_sale(on=on).exclude(role=ProductRole.SUNSET)
    products = list(on_sale)
    written = Integration.objects.among([product.pk for product in products])
    said = set(written.exclude(better_together="").values_list("product_a_id", "product_b_id"))
    return [(a, b) for a, b in combinations(products, 2) if key(a, b) not in said]


def jaccard(ours: frozenset, theirs: frozenset) -> float:
    """What two sets share, of all that either has; 0 where both are empty.

    Jaccard (1912). Two products of which nobody has said what they are for share nothing that
    is known, and an empty catalog must not look like a platform.
    """
    both = len(ours & theirs)
    return both / (len(ours) + len(theirs) - both) if both else 0.0


def _of_sets(name: str):
    def computed(relations: Relations, at: Key) -> float:
        sets = getattr(relations, name)
        return jaccard(sets[at[0]], sets[at[1]])

    return computed


COMPUTED = {
    Question.NEEDS: _of_sets("needs"),
    Question.PERSONAS: _of_sets("personas"),
    Question.INTEGRATION: lambda relations, at: SCORE_OF_DEPTH[relations.depth(at)],
    Question.WORKFLOW: lambda relations, at: float(
        at in relations.flows or at[::-1] in relations.flows
    ),
}


def _linked(links, column: str, ids: list[int]) -> dict[int, frozenset[int]]:
    found = defaultdict(set)
    rows = links.through.objects.filter(product__in=ids)
    for product, other in rows.values_list("product_id", column):
        found[product].add(other)
    return {product: frozenset(found[product]) for product in ids}


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None

"""What a release would change: every price before and after, in money and percent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from pricing.amounts import amount_of
from pricing.bands import Dip, dips, misfits
from pricing.models import KEY, Price, PriceRelease

ONE = Decimal(1)


@dataclass(frozen=True)
class Change:
    """One line of a release beside the price it succeeds, both for the quantity asked about."""

    line: Price
    before: Price | None
    old: Decimal | None
    new: Decimal | None
    dips: tuple[Dip, ...]
    misfits: tuple[str, ...]

    @property
    def kind(self) -> str:
        """new, ended, changed, or same: what it comes to for the quantity."""
        if self.line.is_end:
            return "ended" if self.before else "same"
        if self.old is None:
            return "new"
        return "same" if self.old == self.new else "changed"

    @property
    def difference(self) -> Decimal | None:
        return None if self.old is None or self.new is None else self.new - self.old

    @property
    def share(self) -> Decimal | None:
        """The difference as a fraction of the old amount; None from nothing."""
        return self.difference / self.old if self.difference is not None and self.old else None


def preview(
    *, release: PriceRelease, lines: QuerySet | None = None, quantity: Decimal = ONE
) -> list[Change]:
    """The lines of a release beside what their charges cost on the day before, by four queries.

    `lines` narrows them, to a page of many for instance.
    """
    found = release.lines.all() if lines is None else lines
    pairs = before(release=release, lines=found.select_related("charge__plan"))
    return [_change(line, earlier, quantity) for line, earlier in pairs]


def before(*, release: PriceRelease, lines: QuerySet) -> list[tuple[Price, Price | None]]:
    """Lines of a release, each with what its charge costs on the day before, by four queries."""
    found = lines.annotate(before=Subquery(_before(release).values("pk")[:1]))
    found = list(found.prefetch_related("tiers"))
    ids = {line.before for line in found if line.before}
    old = Price.objects.prefetch_related("tiers").in_bulk(ids)
    return [(line, old.get(line.before)) for line in found]


def counts(release: PriceRelease) -> dict[str, int]:
    """How many lines set a price, how many of these a first one, and how many end one."""
    lines = release.lines.annotate(before=Subquery(_before(release).values("pk")[:1]))
    return lines.aggregate(
        lines=Count("pk"),
        new=Count("pk", filter=Q(is_end=False, before=None)),
        changed=Count("pk", filter=Q(is_end=False, before__isnull=False)),
        ended=Count("pk", filter=Q(is_end=True)),
    )


def _before(release: PriceRelease) -> QuerySet:
    """What the book says of a line's charge on the day before the release takes effect."""
    on = release.effective_on - timedelta(days=1)
    key = {name: OuterRef(name) for name in KEY}
    return Price.objects.known(on=on).priced().filter(**key).order_by()


def _change(line: Price, before: Price | None, quantity: Decimal) -> Change:
    terms = line.terms()
    faults = tuple(misfits(terms.bands)) if line.has_bands else ()
    broken = bool(faults) or line.is_end
    return Change(
        line=line,
        before=before,
        old=_amount(before, quantity) if before else None,
        new=None if broken else _amount(line, quantity),
        dips=() if broken else tuple(dips(terms, currency=line.currency)),
        misfits=faults,
    )


def _amount(price: Price, quantity: Decimal) -> Decimal:
    return amount_of(price.terms(), quantity, currency=price.currency).total


def warnings(changes: Sequence[Change]) -> list[str]:
    """What a reviewer should see: quantities that cost less than smaller ones."""
    return [f"{change.line.charge}: {dip}" for change in changes for dip in change.dips]

"""Which asset suits a customer best."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portfolio.models import Asset, Product


@dataclass(frozen=True)
class Match:
    """The asset to show, none where nothing suits, and what of it matched."""

    asset: Asset | None
    matched: list[str]
    trace: list[dict]


def best_asset(
    *,
    product: Product,
    other_product: Product | None = None,
    kind: str | None = None,
    industry: str = "",
    employees: int | None = None,
    on: date,
) -> Match:
    """The asset about the product, or about it and the other, with most tags that match.

    Tags are the products it names, industry and size; a blank one suits anybody, one that does
    not match excludes the asset, and so does one of a customer of whom it is not known. Of
    equally many the newest goes first. Industries are compared without case.
    """
    products = [each for each in (product, other_product) if each]
    assets = Asset.objects.shown(on=on).of_products(*products)
    if other_product is None:
        assets = assets.filter(product=product)
    if kind:
        assets = assets.filter(kind=kind)
    judged = [(asset, *_judge(asset, industry, employees)) for asset in assets]
    fitting = [(asset, tags) for asset, tags, misfit in judged if not misfit]
    best = max(fitting, key=lambda each: _rank(*each), default=(None, []))
    trace = [_step(asset, tags, misfit, best[0]) for asset, tags, misfit in judged]
    return Match(*best, trace)


def suiting(
    *, assets: Iterable[Asset], industry: str, employees: int | None
) -> list[tuple[Asset, list[str]]]:
    """The assets that suit a customer, each with its tags that match, the best first."""
    judged = [(asset, *_judge(asset, industry, employees)) for asset in assets]
    fitting = [(asset, tags) for asset, tags, misfit in judged if not misfit]
    return sorted(fitting, key=lambda each: _rank(*each), reverse=True)


def _rank(asset: Asset, tags: list[str]) -> tuple:
    return (len(tags), asset.published_on, asset.pk)


def _judge(asset: Asset, industry: str, employees: int | None) -> tuple[list[str], str]:
    """The tags of the asset that match, and why it does not suit, "" if it does."""
    tags = ["product", *(["other_product"] if asset.other_product_id else [])]
    if asset.industry:
        if asset.industry.casefold() != industry.casefold():
            return tags, f"It is for {asset.industry}, not {industry or 'an unknown industry'}."
        tags.append("industry")
    if asset.employees_from is not None or asset.employees_to is not None:
        if not _fits_size(asset, employees):
            size = f"{employees:,} employees" if employees is not None else "an unknown size"
            return tags, f"It is for companies of another size, not {size}."
        tags.append("size")
    return tags, ""


def _fits_size(asset: Asset, employees: int | None) -> bool:
    if employees is None:
        return False
    least, most = asset.employees_from or 0, asset.employees_to
    return least <= employees and (most is None or employees <= most)


def _step(asset: Asset, tags: list[str], misfit: str, best: Asset | None) -> dict:
    if asset == best:
        reason = f"Most tags match ({', '.join(tags)}), and it is the newest of those."
    else:
        reason = misfit or f"Fewer tags match ({', '.join(tags)}), or it is older."
    return {
        "step": "asset",
        "subject": f"/assets/{asset.pk}/",
        "considered": asset.name,
        "matched": asset == best,
        "reason": reason,
    }

"""Who sells a product to a segment by a motion: the most exact channel, else the portfolio's."""

from collections.abc import Iterator
from dataclasses import dataclass

from portfolio.models import Channel, Motion, OwnerModel, Portfolio, Product, Segment

LEVELS = ("segment and motion", "segment", "motion", "product")


@dataclass(frozen=True)
class Chosen:
    """Who sells, by which channel (none: by the portfolio's own), and how that was decided."""

    owner_model: OwnerModel
    channel: Channel | None
    trace: list[dict]


def choose_channel(
    *,
    product: Product | None,
    segment: Segment | None = None,
    motion: str | None = None,
    channels: list[Channel] | None = None,
) -> Chosen:
    """Who sells the product to a customer of the segment by the motion.

    Where no product is asked about, channels of a product do not count, and of the portfolios'
    own channels the one that they share, else hybrid.

    A blank criterion of a channel fits anything; a criterion that is not asked about fits only
    blank ones. Of the channels that fit, one with segment and motion goes first, then one with
    a segment, a motion, then those with neither; among equals the one that names the product.
    `channels` may be given where they are read already.
    """
    if channels is None:
        channels = list(Channel.objects.about(product).select_related("product", "segment"))
    relevant = [each for each in channels if each.product_id in (None, product and product.pk)]
    ordered = sorted(relevant, key=exactness)
    reasons = {each.pk: _misfit(each, segment, motion) for each in ordered}
    winner = next((each for each in ordered if not reasons[each.pk]), None)
    trace = list(_steps(ordered, reasons, winner))
    if winner:
        return Chosen(OwnerModel(winner.owner_model), winner, trace)
    if product is None:
        model, step = _shared_default()
    else:
        model, step = product.portfolio.default_channel, _default(product, bool(relevant))
    return Chosen(OwnerModel(model), None, [*trace, step])


def exactness(channel: Channel) -> tuple:
    """How exact a channel is: the smaller, the more it says."""
    return (_level(channel), channel.product_id is None, channel.pk)


def _level(channel: Channel) -> int:
    has = (channel.segment_id is not None, channel.motion is not None)
    return {(True, True): 0, (True, False): 1, (False, True): 2}.get(has, 3)


def _misfit(channel: Channel, segment: Segment | None, motion: str | None) -> str:
    """Why the channel is not about this, "" where it fits."""
    if channel.segment_id is not None and (segment is None or channel.segment_id != segment.pk):
        asked = f"not {segment}" if segment else "and no segment is asked about"
        return f"It is for {channel.segment}, {asked}."
    if channel.motion is not None and channel.motion != motion:
        asked = f"not {Motion(motion).label}" if motion else "and no motion is asked about"
        return f"It is for {channel.get_motion_display()}, {asked}."
    return ""


def _steps(
    ordered: list[Channel], reasons: dict[int, str], winner: Channel | None
) -> Iterator[dict]:
    for channel in ordered:
        level = LEVELS[_level(channel)]
        if channel is winner:
            reason = f"It fits, and no channel by {level} or anything more exact comes before it."
        else:
            reason = reasons[channel.pk] or f"It fits, but {winner} is more exact."
        yield {
            "step": level,
            "subject": f"/channels/{channel.pk}/",
            "considered": str(channel),
            "matched": channel is winner,
            "reason": reason,
        }


def _default(product: Product, considered: bool) -> dict:
    portfolio = product.portfolio
    return {
        "step": "portfolio",
        "subject": f"/portfolios/{portfolio.code}/",
        "considered": f"{portfolio}: {portfolio.get_default_channel_display()}",
        "matched": True,
        "reason": "No channel fits." if considered else "No channel is about this product.",
    }


def _shared_default() -> tuple[str, dict]:
    models = set(Portfolio.objects.order_by().values_list("default_channel", flat=True))
    shared = len(models) == 1
    model = models.pop() if shared else OwnerModel.HYBRID
    step = {
        "step": "portfolio",
        "subject": "/portfolios/",
        "considered": f"All portfolios: {OwnerModel(model).label}",
        "matched": True,
        "reason": "They say the same." if shared else "They differ, so the size decides.",
    }
    return model, step

"""What accounts hold on a day: by number of products, or by which."""

from dataclasses import replace
from functools import partial

from metrics.engine import each_account, holdings
from metrics.holdings import Grain, Holdings, merged
from metrics.inputs import held as by_lines
from metrics.inputs.bundled import bundled
from metrics.registry import Asked, Group, Input, Read

FILTERS = ("segment", "region", "product", "currency", "known_at", "basis", "gap_days")
GROUPS = ("segment", "region", "currency")


def read(asked: Asked, *, grain: Grain) -> Read:
    """The holdings of all and of each group, at the end of each stretch."""
    if not by_lines.is_plain(asked):
        return by_lines.read(asked, grain=grain)
    group_by = asked.scope.group_by
    days = asked.days
    # A pair of products is part of the whole: attach rates do not leave out other customers.
    ids = {name: key for name, key in asked.ids.items() if name != "product" or grain == "sizes"}
    by_group = holdings(
        grain=grain,
        days=days,
        version=asked.version,
        ids=ids,
        group_by=group_by,
        money=asked.metric.money,
    )

    def each(held: Holdings, place: int, group: tuple[str, Group] | None) -> Holdings:
        read = partial(each_account, on=days[place], ids=ids, version=asked.version, group=group)
        pairs = bundled(on=days[place], ids=ids, version=asked.version, group=group)
        return replace(held, each_account=read, bundled=pairs)

    totals = [merged([states[place] for states in by_group.values()]) for place in range(len(days))]
    return Read(
        [each(held, place, None) for place, held in enumerate(totals)],
        {
            key: [each(held, place, (group_by, key)) for place, held in enumerate(states)]
            for key, states in by_group.items()
            if group_by
        },
    )


SIZES = Input(partial(read, grain=Grain.SIZES), False, FILTERS, GROUPS)
SETS = Input(partial(read, grain=Grain.SETS), False, FILTERS, GROUPS)

"""Whether a difference between two groups turns round inside the strata that they are made of."""

from dataclasses import dataclass

import numpy as np

from metrics.registry import Warn


@dataclass(frozen=True)
class Arm:
    hits: int
    n: int

    @property
    def rate(self) -> float | None:
        return self.hits / self.n if self.n else None


@dataclass(frozen=True)
class Stratum:
    key: str
    first: Arm
    second: Arm

    @property
    def difference(self) -> float:
        return self.first.hits / self.first.n - self.second.hits / self.second.n


@dataclass(frozen=True)
class Stratified:
    """Two groups, stratum by stratum; strata where one has nobody are only named."""

    by: str
    pooled: float
    strata: list[Stratum]
    left_out: list[str]

    @property
    def mantel_haenszel(self) -> float | None:
        """The difference of rates over strata, each with the weight n1 n2 / (n1 + n2)."""
        weights = [
            each.first.n * each.second.n / (each.first.n + each.second.n) for each in self.strata
        ]
        if not weights:
            return None
        differences = [each.difference for each in self.strata]
        return float(np.dot(weights, differences) / sum(weights))

    @property
    def is_reversed(self) -> bool:
        """Whether the differences of the whole and over strata have opposite signs."""
        within = self.mantel_haenszel
        return within is not None and self.pooled * within < 0

    @property
    def is_fully_reversed(self) -> bool:
        """Whether every stratum goes against the whole; one stratum says nothing."""
        return len(self.strata) > 1 and all(
            each.difference * self.pooled < 0 for each in self.strata
        )

    def as_dict(self) -> dict:
        return {
            "by": self.by,
            "pooled": self.pooled,
            "mantel_haenszel": self.mantel_haenszel,
            "reversed": self.is_reversed,
            "full_reversal": self.is_fully_reversed,
            "strata": [
                {
                    "key": each.key,
                    "multi": vars(each.first),
                    "single": vars(each.second),
                    "difference": each.difference,
                }
                for each in self.strata
            ],
            "left_out": self.left_out,
        }


def stratified(by: str, found: dict[str, tuple[Arm, Arm]]) -> Stratified | None:
    """The strata of two groups, by name; None where a group has nobody at all."""
    whole = [
        Arm(sum(arm.hits for arm in side), sum(arm.n for arm in side))
        for side in zip(*found.values(), strict=True)
    ]
    if len(whole) < 2 or not whole[0].n or not whole[1].n:
        return None
    both = {key: arms for key, arms in found.items() if arms[0].n and arms[1].n}
    return Stratified(
        by,
        whole[0].rate - whole[1].rate,
        [Stratum(key, *arms) for key, arms in both.items()],
        [key for key, arms in found.items() if key not in both and (arms[0].n or arms[1].n)],
    )


def warning(found: Stratified) -> Warn:
    every = "every" if found.is_fully_reversed else "the average"
    without = (
        f" Not compared, for one group is empty there: {', '.join(found.left_out)}."
        if found.left_out
        else ""
    )
    return Warn(
        "SIMPSON",
        f"Customers with several products leave {'more' if found.pooled > 0 else 'less'} often in "
        f"the whole, and {'less' if found.pooled > 0 else 'more'} often inside {every} {found.by}: "
        f"what differs is who they are.{without}",
    )

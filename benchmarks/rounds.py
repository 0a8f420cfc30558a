"""Variants side by side: first that they agree, then how long each takes, round by round."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from benchmarks.variants import Variant

NOISY = 1.5  # slowest by fastest round
SLOW = 10.0  # what takes longer than so many seconds runs once


class Disagreement(Exception):
    """Variants give different answers: their times mean nothing."""


@dataclass
class Timing:
    """The rounds of one variant, in milliseconds; in `ratios` its time divided by the first's."""

    name: str
    times: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    @property
    def is_noisy(self) -> bool:
        return max(self.times) > NOISY * min(self.times)

    def as_dict(self) -> dict:
        return {
            "variant": self.name,
            "median_ms": round(median(self.times), 3),
            "min_ms": round(min(self.times), 3),
            "max_ms": round(max(self.times), 3),
            "rounds": len(self.times),
            "ratio": round(median(self.ratios), 3),
            "noisy": self.is_noisy,
        }


def compare(variants: Sequence[Variant], rounds: int, say: Callable[[str], None]) -> list[Timing]:
    """Times of all variants, interleaved; the first is what the others are divided by.

    Raises Disagreement, before anything is timed, unless all answers are equal.
    """
    gc.collect()
    durations = _agree(variants, say)
    timings = [Timing(variant.name) for variant in variants]
    quick = [place for place, duration in enumerate(durations) if duration <= SLOW]
    for _ in range(rounds):
        for place in quick:
            timing = timings[place]
            timing.times.append(_timed(variants[place])[0] * 1000)
            timing.ratios.append(timing.times[-1] / timings[0].times[-1])
    for timing, duration in zip(timings, durations, strict=True):
        if not timing.times:  # its only run is that of the comparison
            timing.times.append(duration * 1000)
            timing.ratios.append(timing.times[-1] / median(timings[0].times))
    return timings


def _agree(variants: Sequence[Variant], say: Callable[[str], None]) -> list[float]:
    """How many seconds each took when its answer was compared; this also warms everything up.

    Raises Disagreement.
    """
    durations, expected = [], None
    for variant in variants:
        duration, given = _timed(variant)
        answer = variant.read(given)
        say(f"    {variant.name}: {duration:.3f} s")
        durations.append(duration)
        if expected is None:
            expected = answer
        elif answer != expected:
            raise Disagreement(f"{variant.name} and {variants[0].name} answer differently.")
    return durations


def _timed(variant: Variant) -> tuple[float, object]:
    gc.disable()  # or a variant pays for the garbage of the one before it
    try:
        start = perf_counter()
        given = variant.run()
        return perf_counter() - start, given
    finally:
        gc.enable()

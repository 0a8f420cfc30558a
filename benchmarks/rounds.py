"""Variants side by side: first that they agree, then how long each takes, round by round."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

from benchmarks.environment import processor_seconds
from benchmarks.variants import Variant

NOISY = 1.5  # slowest by fastest round
SLOW = 10.0  # what takes longer than so many seconds runs once


class Disagreement(Exception):
    """Variants give different answers: their times mean nothing."""


@dataclass
class Timing:
    """The rounds of one variant, in milliseconds; in `ratios` its time divided by the first's.

    `work` is the processor time of this process and of the one that PostgreSQL answers it by,
    without parallel workers of that one.
    """

    name: str
    times: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)

    def add(self, seconds: float, of_processor: float) -> None:
        self.times.append(seconds * 1000)
        self.work.append(of_processor * 1000)

    @property
    def is_noisy(self) -> bool:
        return max(self.times) > NOISY * min(self.times)

    def as_dict(self) -> dict:
        return {
            "variant": self.name,
            "median_ms": round(median(self.times), 3),
            "min_ms": round(min(self.times), 3),
            "max_ms": round(max(self.times), 3),
            "processor_ms": round(median(self.work), 3),
            "rounds": len(self.times),
            "ratio": round(median(self.ratios), 3),
            "noisy": self.is_noisy,
        }


def compare(
    variants: Sequence[Variant], rounds: int, say: Callable[[str], None], slow: float = SLOW
) -> list[Timing]:
    """Times of all variants, interleaved; the first is what the others are divided by.

    What takes more than `slow` seconds runs once. Raises Disagreement, before anything is timed,
    unless all answers are equal.
    """
    gc.collect()
    alone = _agree(variants, say)
    timings = [Timing(variant.name) for variant in variants]
    quick = [place for place, (seconds, _) in enumerate(alone) if not place or seconds <= slow]
    for _ in range(rounds):
        for place in quick:
            _, *spent = _timed(variants[place])
            timings[place].add(*spent)
            timings[place].ratios.append(timings[place].times[-1] / timings[0].times[-1])
    for timing, spent in zip(timings, alone, strict=True):
        if not timing.times:  # its only run is that of the comparison
            timing.add(*spent)
            timing.ratios.append(timing.times[-1] / median(timings[0].times))
    return timings


def _agree(variants: Sequence[Variant], say: Callable[[str], None]) -> list[tuple[float, float]]:
    """How many seconds each took when its answer was compared; this also warms everything up.

    Raises Disagreement.
    """
    durations, expected = [], None
    for variant in variants:
        given, *spent = _timed(variant)
        answer = variant.read(given)
        say(f"    {variant.name}: {spent[0]:.3f} s")
        durations.append(tuple(spent))
        if expected is None:
            expected = answer
        elif answer != expected:
            raise Disagreement(f"{variant.name} and {variants[0].name} answer differently.")
    return durations


def _timed(variant: Variant) -> tuple[object, float, float]:
    """What it gave, the seconds on the clock, and those of processor."""
    gc.disable()  # or a variant pays for the garbage of the one before it
    try:
        work, start = processor_seconds(), perf_counter()
        given = variant.run()
        return given, perf_counter() - start, processor_seconds() - work
    finally:
        gc.enable()

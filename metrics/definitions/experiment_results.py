"""Which of the things tried on customers sells better, and how sure that is."""

import numpy as np

from metrics.inputs.trials import TRIALS, Arm, Trials
from metrics.registry import Answer, Interval, Question, Unit, Warn, metric
from metrics.statistics import Look, always_valid_p, newcombe, pooled_p, sample_ratio_p, wilson

UNEVEN = 0.01  # a split as odd as that is no accident
TAU = 0.05  # how far the rates of variants are expected to lie apart
COMPARED = ("difference", "relative_lift", "interval", "p_value", "always_valid_p")
NOTHING = {
    "experiment": None,
    "in_two_arms": 0,
    "difference": None,
    "relative_lift": None,
    "p_value": None,
    "always_valid_p": None,
    "tau": TAU,
    "sample_ratio_p": None,
    "comparisons": [],
}


@metric(
    unit=Unit.POINTS,
    reads=TRIALS,
    parameters=("min_support",),
    chart="rates",
    formula="customers of the second variant who bought / its customers - the same of the first",
)
def experiment_results(trials: Trials, question: Question) -> Answer:
    """What an experiment has shown by the day: of the customers who got each variant the share
    that bought, and by how much the second does better than the first, with Newcombe's interval.
    Customers are counted, not offers; one in two arms is in neither, and counted. Look at
    `sample_ratio_p` first: below 0.01 the arms are not as large as their weights say, and nothing
    else is to be believed. `p_value` is right for one look on a day chosen before the start,
    `always_valid_p` however often one looks. Every further variant is compared with the first;
    segments only suggest what to try next."""
    found = trials.experiments(question.on)
    if len(found) == 1:
        ((code, (arms, left_out)),) = found.items()
        return _result(code, arms, left_out, question)
    words = "Nothing was tried on anybody."
    if found:
        words = f"Several experiments are not one figure; ask for one of: {', '.join(found)}."
    parts = [
        {"key": {"experiment": code}, **_result(code, *each, question).told()}
        for code, each in found.items()
    ]
    warnings = [Warn("ZERO_DENOMINATOR", words)]
    return Answer(None, n=trials.customers, warnings=warnings, members=NOTHING, groups=parts)


def _result(code: str, arms: list[Arm], left_out: int, question: Question) -> Answer:
    counts = [len(arm.began) for arm in arms]
    split = sample_ratio_p(*_drawn(arms))
    compared = [_compared(arms[0], arm, question) for arm in arms[1:]]
    first = compared[0] if compared else dict.fromkeys(COMPARED)
    members = {
        **NOTHING,
        **{name: first[name] for name in COMPARED if name != "interval"},
        "experiment": code,
        "in_two_arms": left_out,
        "sample_ratio_p": split,
        "comparisons": [{**each, "interval": _ends(each["interval"])} for each in compared],
    }
    return Answer(
        first["difference"],
        n=sum(counts),
        interval=first["interval"],
        warnings=_warnings(counts, split, first, question),
        members=members,
        rows=[_row(arm, question) for arm in arms],
    )


def _drawn(arms: list[Arm]) -> tuple[list[int], list[int]]:
    """Customers and weights of the variants that are given to anybody."""
    drawn = [arm for arm in arms if arm.variant.weight]
    return [len(arm.began) for arm in drawn], [arm.variant.weight for arm in drawn]


def _ends(interval: Interval | None) -> dict | None:
    return interval and vars(interval)


def _warnings(counts: list[int], split: float | None, first: dict, question: Question) -> list:
    warnings = []
    if split is not None and split < UNEVEN:
        sizes = ", ".join(map(str, counts))
        detail = f"Arms of {sizes} are not what their weights say (p = {split:.2g})."
        warnings.append(Warn("SAMPLE_RATIO", detail))
    if first["difference"] is None:
        warnings.append(Warn("ZERO_DENOMINATOR", "An arm has no customers yet."))
    elif min(counts) < question.min_support:
        detail = f"An arm has fewer than {question.min_support} customers."
        warnings.append(Warn("INSUFFICIENT_SUPPORT", detail))
    return warnings


def _row(arm: Arm, question: Question) -> dict:
    n, won = len(arm.began), len(arm.won)
    interval = wilson(won, n, question.scope.level)
    return {
        "variant": arm.variant.code,
        "weight": arm.variant.weight,
        "n": n,
        "won": won,
        "rate": won / n if n else None,
        "low": interval and interval.low,
        "high": interval and interval.high,
    }


def _compared(first: Arm, other: Arm, question: Question) -> dict:
    """How much better another arm does than the first, by fixed horizon and by every look."""
    told = {"variant": other.variant.code, "against": first.variant.code}
    arms = [(len(arm.won), len(arm.began)) for arm in (other, first)]
    if not all(n for _, n in arms):
        return {**told, **dict.fromkeys(COMPARED)}
    rate, base = (won / n for won, n in arms)
    return {
        **told,
        "difference": rate - base,
        "relative_lift": rate / base - 1 if base else None,
        "interval": newcombe(*arms, question.scope.level),
        "p_value": pooled_p(*arms),
        "always_valid_p": always_valid_p(_looks(first, other), TAU),
    }


def _looks(first: Arm, other: Arm) -> list[Look]:
    """What somebody would have seen on the evening of each day on which something happened."""
    arms = first.began, first.won, other.began, other.won
    days = sorted({day for found in arms for day in found})
    began, won, others, others_won = (
        np.searchsorted(sorted(found), days, side="right").tolist() for found in arms
    )
    seen = zip(won, began, others_won, others, strict=True)
    return [Look((k1, n1), (k2, n2)) for k1, n1, k2, n2 in seen]

"""Portico's own answer: every figure with its statistics, as the JSON text of the API."""

import json
from datetime import timedelta

from django.core.cache import caches

from benchmarks.questions import Answer, Question, opening_of
from benchmarks.variants import Variant
from benchmarks.variants.first_days import turned
from config.access.models import User
from metrics.answering import answer_bytes
from metrics.models import KINDS
from metrics.registry import Scope, metrics


def scope_of(question: Question) -> Scope:
    last = question.days[-1]
    end = last + timedelta(days=1)
    if question.figure == "retention" and not question.is_trend:
        return Scope(on=last, start=opening_of(last) + timedelta(days=1), end=end)
    if not question.is_trend:
        return Scope(on=last)
    trailing = 12 if question.figure == "retention" else None
    start = question.days[0].replace(day=1)
    return Scope(on=last, start=start, end=end, interval="month", trailing_months=trailing)


def variants(question: Question) -> list[Variant]:
    """Retention between two dates is asked twice, net and gross: each is a whole answer."""
    twice = question.figure == "retention" and not question.is_trend
    asked = [question.metric, *(["gross-revenue-retention"] if twice else [])]
    scope, actor = scope_of(question), User(is_superuser=True)

    def cached() -> list[bytes]:
        return [answer_bytes(metrics[code], scope, actor=actor)[1] for code in asked]

    def computed() -> list[bytes]:
        caches["metrics"].clear()
        return cached()

    def read(bodies: list[bytes]) -> Answer:
        return read_answer([json.loads(body) for body in bodies], question)

    return [Variant("portico", computed, read), Variant("portico, cached", cached, read)]


def read_answer(bodies: list[dict], question: Question) -> Answer:
    parts = [body["series"] if question.is_trend else [body] for body in bodies]
    return {
        day: READERS[question.figure](*each)
        for day, *each in zip(question.days, *parts, strict=True)
    }


def _retention(net: dict, gross: dict | None = None) -> dict:
    found = {
        "customers": net["n"],
        "opening": net["denominator"],
        "closing": net["numerator"],
    }
    return {**found, "kept": gross["numerator"]} if gross else found


def _movements(part: dict) -> dict:
    (row,) = part["rows"]
    return {kind: row[kind] for kind in KINDS if row[kind]}


def _pairs(part: dict) -> dict:
    found = {}
    for row in part["rows"]:
        first, second = int(row["from"][1:]), int(row["to"][1:])
        found[first, first] = row["holders"]
        if row["both"]:
            found[min(first, second), max(first, second)] = row["both"]
    return found


def _customers(part: dict) -> dict:
    return {row["products"]: row["customers"] for row in part["distribution"]}


def _mrr(part: dict) -> dict:
    return {row["products"]: row["mrr"] for row in part["by_products"]}


def _second(part: dict) -> dict:
    return {name: part[name] for name in ("immediate", "events")} | part["quantiles"]


def _order(part: dict) -> dict:
    found = {}
    for row in part["rows"]:
        pair = int(row["first"][1:]), int(row["second"][1:])
        told = (row["before"], row["after"], row["same_day"]), row["median_lag"]
        found[min(pair), max(pair)] = turned(told) if pair[0] > pair[1] else told
    return found


READERS = {
    "pairs": _pairs,
    "customers": _customers,
    "mrr": _mrr,
    "retention": _retention,
    "movements": _movements,
    "second": _second,
    "order": _order,
}

"""Portico's own answer: every figure with its statistics, as the JSON text of the API."""

import json
from datetime import timedelta

from django.core.cache import caches

from benchmarks.questions import Answer, Question
from benchmarks.variants import Variant
from config.access.models import User
from metrics.answering import answer_bytes
from metrics.registry import Scope, metrics


def scope_of(question: Question) -> Scope:
    if not question.is_trend:
        return Scope(on=question.days[0])
    end = question.days[-1] + timedelta(days=1)
    return Scope(
        on=question.days[-1], start=question.days[0].replace(day=1), end=end, interval="month"
    )


def variants(question: Question) -> list[Variant]:
    metric, scope = metrics[question.metric], scope_of(question)
    actor = User(is_superuser=True)

    def cached() -> bytes:
        return answer_bytes(metric, scope, actor=actor)[1]

    def computed() -> bytes:
        caches["metrics"].clear()
        return cached()

    def read(body: bytes) -> Answer:
        return read_answer(json.loads(body), question)

    return [Variant("portico", computed, read), Variant("portico, cached", cached, read)]


def read_answer(body: dict, question: Question) -> Answer:
    parts = body["series"] if question.is_trend else [body]
    return {
        day: READERS[question.figure](part) for day, part in zip(question.days, parts, strict=True)
    }


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


READERS = {"pairs": _pairs, "customers": _customers, "mrr": _mrr}

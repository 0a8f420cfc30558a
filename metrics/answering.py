"""From a question to its answer: one snapshot, few statements, nothing stored as truth."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from uuid import uuid4

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from accounts.models import Account
from accounts.ownership import sees_every_account
from config.access.scoping import visible
from config.postgresql.limits import allow_a_figure
from metrics.catalog import CatalogFacts
from metrics.exchange import converted
from metrics.lines import ACCOUNTS
from metrics.registry import (
    Answer,
    Asked,
    Catalog,
    Group,
    Metric,
    Part,
    Question,
    Read,
    Scope,
    Warn,
    metrics,
)
from metrics.slots import take_slot
from metrics.stretches import asked_stretches
from metrics.versions import Version, data_version

NEEDS = "accounts.view_account"
# Trials and usage change too often to be counted: what stands on them is computed each time.
UNCOUNTED = ("activated", "entitled")


def accounts_seen(actor) -> list[int] | None:
    """The accounts that an actor's figures are about, None when they are about all."""
    if sees_every_account(actor):
        return None
    return list(visible(Account.objects.order_by("pk"), actor).values_list("pk", flat=True))


def fingerprint(metric: Metric, scope: Scope, *, actor) -> str:
    """What an unchanged question of this actor has in common: see `_mark`."""
    return _mark(metric, scope, data_version(), actor, accounts_seen(actor))


def _mark(metric: Metric, scope: Scope, version: Version, actor, accounts: list[int] | None) -> str:
    """Definition, parameters, data, and the caller's scope.

    The scope of who sees some accounts only is who they are and which accounts those are: it
    changes with every assignment, membership, role and day that changes what they see.
    """
    seen = None if accounts is None else [actor.pk, accounts]
    facts = [metric.code, metric.version, asdict(scope), version.position, version.inputs, seen]
    facts.append(version.database)
    if not _is_counted(metric, scope):
        facts.append(uuid4())
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()[:32]


def _is_counted(metric: Metric, scope: Scope) -> bool:
    """Whether the state of the data tells when the answer changes."""
    return metric.reads.is_counted and scope.basis not in UNCOUNTED


def ask(code: str, /, *, actor, **parameters) -> dict:
    """The answer to a metric for an actor, in the shape of the API; `parameters` as in Scope.

    Who sees some accounts only gets the figures of those. Raises KeyError for a metric there is
    not, PermissionDenied for an actor who may not see accounts, UnknownCode for a segment, region
    or product there is not, Busy when the database computes as many figures as it may.
    """
    return json.loads(answer_bytes(metrics[code], Scope(**parameters), actor=actor)[1])


def answer_bytes(metric: Metric, scope: Scope, *, actor) -> tuple[str, bytes]:
    """The fingerprint and the JSON text of an answer; from the cache if nothing has changed."""
    if not actor.has_perm(NEEDS):
        raise PermissionDenied
    mark = fingerprint(metric, scope, actor=actor)
    body = caches["metrics"].get(mark)
    if body is None:
        with snapshot():
            take_slot()
            version, accounts = data_version(), accounts_seen(actor)
            mark = _mark(metric, scope, version, actor, accounts)
            body = json.dumps(_answer(metric, scope, version, accounts), default=str).encode()
        if _is_counted(metric, scope):
            caches["metrics"].set(mark, body)
    return mark, body


@contextmanager
def snapshot() -> Iterator[None]:
    """One view of the data for several statements, within the limits that figures have."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        allow_a_figure(settings.METRIC_TIMEOUT)
        yield


def _answer(metric: Metric, scope: Scope, version: Version, accounts: list[int] | None) -> dict:
    catalog = CatalogFacts(version.database)
    ids = catalog.ids(scope)
    if accounts is not None:
        ids[ACCOUNTS] = accounts
    version = version.as_known_at(scope.known_at)
    stretches = asked_stretches(scope, of_a_period=metric.reads.of_a_period)
    asked = Asked(metric, scope, ids, version, catalog, stretches, catalog.rates(scope))
    if scope.rates:
        whole = replace(asked, scope=replace(scope, group_by=None))
        return _body(asked, converted(asked, _currencies(metric.reads.read(whole))))
    read = metric.reads.read(asked)
    if metric.money and scope.group_by != "currency" and len(_currencies(read)) > 1:
        asked = replace(asked, scope=replace(scope, group_by="currency"))
        read = metric.reads.read(asked)
    return _body(asked, read)


def _currencies(read: Read) -> list[str]:
    return sorted({name for part in read.total for name in part.currencies})


def _body(asked: Asked, read: Read) -> dict:
    """The answer of the whole, of its groups, and of each stretch of its series."""
    metric, scope = asked.metric, asked.scope
    place, series = _layout(asked)
    questions = [
        Question(scope, asked.catalog, start, end if metric.reads.of_a_period or series else None)
        for start, end in asked.stretches
    ]
    whole = questions[place]
    months = _months(asked, read.total, questions, series)
    members = _members(metric, read.total[place], whole)
    if series and metric.reads.of_a_period and members["rows"]:
        members["rows"] = [row for month in months for row in month["rows"]]
    groups = members.pop("groups", [])
    if scope.group_by:
        groups = _groups(asked, read.groups, questions)
    return {
        "metric": metric.code,
        "definition_version": metric.version,
        "parameters": _echo(metric, scope, whole),
        "as_of_position": asked.version.position
        if asked.version.known is None
        else asked.version.known,
        "unit": metric.unit,
        **({"rates": asked.rates.told(metric.reads.rates_of)} if asked.rates else {}),
        **members,
        "groups": groups,
        "series": months,
    }


def _layout(asked: Asked) -> tuple[int, list[int]]:
    """Which of the stretches is the headline's, and which are those of the series.

    Of a period the whole comes first; of days the last is the headline.
    """
    places = list(range(len(asked.stretches)))
    if asked.metric.reads.of_a_period:
        return 0, places[1:]
    return places[-1], places if asked.scope.interval else []


def _echo(metric: Metric, scope: Scope, question: Question) -> dict:
    """The parameters with every default filled in; asked again, they give the same answer."""
    given = asdict(scope)
    if "min_support" in metric.parameters:
        given["min_support"] = question.min_support
    if scope.interval or metric.reads.of_a_period:
        given["on"] = None
    if scope.cohort:
        given["cohort"] = f"{scope.cohort:%Y-%m}"
    return {name: given[name] for name in metric.parameters if given[name] is not None}


def _members(metric: Metric, part: Part, question: Question) -> dict:
    if metric.money and len(part.currencies) > 1:
        detail = f"Money in {', '.join(part.currencies)} is not added up: ask for a currency."
        answer = Answer(None, n=part.customers, warnings=[Warn("MIXED_CURRENCY", detail)])
    else:
        answer = metric.compute(part, question)
    answer = replace(answer, warnings=[*answer.warnings, *_incomplete(question)])
    one = metric.money and len(part.currencies) == 1
    return answer.told(**({"currency": part.currencies[0]} if one else {}))


def _incomplete(question: Question) -> list[Warn]:
    """That a period goes on after the day on which it is asked about."""
    if question.start is None or question.end is None or question.on <= question.scope.on:
        return []
    detail = f"The period goes on until {question.on}: after {question.scope.on} nothing is known."
    return [Warn("INCOMPLETE_PERIOD", detail)]


def _months(
    asked: Asked, parts: list[Part], questions: list[Question], series: list[int]
) -> list[dict]:
    """The answer of each stretch of a series."""
    return [
        {
            "start": asked.stretches[at][0],
            "end": asked.stretches[at][1],
            **_members(asked.metric, parts[at], questions[at]),
        }
        for at in series
    ]


def _groups(
    asked: Asked, by_group: dict[Group, list[Part]], questions: list[Question]
) -> list[dict]:
    """The answer of each group that has customers; of a series, with its stretches too."""
    by, answers = asked.scope.group_by, []
    place, series = _layout(asked)
    for key, name in _names(by, by_group, asked.catalog):
        part = by_group[key][place]
        if part.customers:
            members = _members(asked.metric, part, questions[place])
            members.pop("groups", None)
            if series:
                members["series"] = _months(asked, by_group[key], questions, series)
            answers.append({"key": {by: name}, **members})
    return answers


def _names(by: str, keys: dict[Group, list[Part]], catalog: Catalog) -> list[tuple[Group, object]]:
    """The groups that there are with their names, in order; those that belong to none are last."""
    if by in ("segment", "region", "product"):
        named = list(catalog.names(by).items())
    elif by == "cohort":
        named = [(key, f"{key // 12}-{key % 12 + 1:02}") for key in sorted(filter(None, keys))]
    else:
        named = [(key, key) for key in sorted(key for key in keys if key is not None)]
    return [(key, name) for key, name in [*named, (None, None)] if key in keys]

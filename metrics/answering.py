"""From a question to its answer: one snapshot, one statement, nothing stored as truth."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from accounts.models import Account
from accounts.ownership import sees_every_account
from config.access.scoping import visible
from config.errors import DomainError
from config.periods import next_month
from config.postgresql.limits import allow_a_figure
from metrics.engine import ACCOUNTS, Ids, asked_days, each_account, holdings, merged
from metrics.product_sets import members_of
from metrics.registry import Answer, Grain, Holdings, Metric, Question, Scope, Warn, metrics
from metrics.slots import take_slot
from metrics.versions import Version, data_version
from portfolio.models import Product, Region, Segment, Threshold

NEEDS = "accounts.view_account"

# For days before the first row of a threshold, and for one that somebody has deleted.
THRESHOLDS = {
    "attach-strong": Decimal("0.40"),
    "attach-weak": Decimal("0.05"),
    "minimum-support": Decimal(30),
    "sunset-revenue-share": Decimal("0.02"),
    "sunset-falling-months": Decimal(6),
}


class UnknownCode(DomainError):
    """A segment, region or product that there is not; `parameter` names where it was asked."""

    code = "unknown_code"

    def __init__(self, parameter: str, value: str) -> None:
        super().__init__(f"There is no {parameter} {value}.")
        self.parameter = parameter


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
    return hashlib.sha256(json.dumps(facts, default=str).encode()).hexdigest()[:32]


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
    products = dict(Product.objects.values_list("pk", "code").order_by("pk"))
    ids = _ids(scope, products, filters_by_product=metric.grain is Grain.SIZES)
    if accounts is not None:
        ids[ACCOUNTS] = accounts
    thresholds = _thresholds(asked_days(scope))
    question = Question(
        scope,
        thresholds[-1],
        products,
        partial(members_of, products=list(products), database=version.database),
        lambda: each_account(on=asked_days(scope)[-1], ids=ids, group=None),
    )
    by_group = holdings(metric=metric, scope=scope, ids=ids, version=version)
    days = asked_days(scope)
    totals = [merged([states[place] for states in by_group.values()]) for place in range(len(days))]
    currencies = {name for total in totals for name in total.currencies}
    if metric.money and len(currencies) > 1 and scope.group_by != "currency":
        scope = replace(scope, group_by="currency")
        by_group = holdings(metric=metric, scope=scope, ids=ids, version=version)
    body = {
        "metric": metric.code,
        "definition_version": metric.version,
        "parameters": _echo(metric, scope, question),
        "as_of_position": version.position,
        "unit": metric.unit,
        **_members(metric, totals[-1], question),
        "groups": [],
        "series": [],
    }
    if scope.group_by:
        body["groups"] = _groups(metric, by_group, question, scope.group_by, ids)
    if scope.interval:
        questions = [replace(question, thresholds=values) for values in thresholds]
        body["series"] = _series(metric, scope, totals, questions, ids)
    return body


def _thresholds(days: list[date]) -> list[dict[str, Decimal]]:
    """The thresholds that apply on each day."""
    rows = list(Threshold.objects.values_list("code", "value", "starts_on", "ends_on"))
    return [
        THRESHOLDS
        | {
            code: value
            for code, value, starts_on, ends_on in rows
            if starts_on <= day and (ends_on is None or day < ends_on)
        }
        for day in days
    ]


def thresholds_on(day: date) -> dict[str, Decimal]:
    """The thresholds that apply on the day."""
    return _thresholds([day])[0]


def _ids(scope: Scope, products: dict[int, str], *, filters_by_product: bool) -> Ids:
    """The filters of a scope, resolved. Raises UnknownCode."""
    ids: Ids = {"currency": scope.currency} if scope.currency else {}
    for name, model in (("segment", Segment), ("region", Region)):
        code = getattr(scope, name)
        if code:
            found = model.objects.filter(code=code).values_list("pk", flat=True).first()
            if found is None:
                raise UnknownCode(name, code)
            ids[name] = found
    if scope.product:
        by_code = {code: key for key, code in products.items()}
        if scope.product not in by_code:
            raise UnknownCode("product", scope.product)
        if filters_by_product:
            ids["product"] = by_code[scope.product]
    return ids


def _echo(metric: Metric, scope: Scope, question: Question) -> dict:
    """The parameters with every default filled in; asked again, they give the same answer."""
    given = asdict(scope) | {"min_support": question.min_support}
    if scope.interval:
        given["on"] = None
    return {name: given[name] for name in metric.parameters if given[name] is not None}


def _members(metric: Metric, held: Holdings, question: Question) -> dict:
    if metric.money and len(held.currencies) > 1:
        detail = f"Money in {', '.join(held.currencies)} is not added up: ask for a currency."
        answer = Answer(None, n=int(held.accounts.sum()), warnings=[Warn("MIXED_CURRENCY", detail)])
    else:
        answer = metric.compute(held, question)
    return {
        "value": answer.value,
        "numerator": answer.numerator,
        "denominator": answer.denominator,
        "n": answer.n,
        "interval": asdict(answer.interval) if answer.interval else None,
        "warnings": [asdict(warning) for warning in answer.warnings],
        **answer.members,
        "rows": answer.rows,
    }


def _groups(
    metric: Metric,
    by_group: dict[int | str | None, list[Holdings]],
    question: Question,
    group_by: str,
    ids: Ids,
) -> list[dict]:
    models = {"segment": Segment, "region": Region}
    if group_by in models:
        names = list(models[group_by].objects.order_by("rank").values_list("pk", "code"))
    else:
        names = [(name, name) for name in sorted(by_group)]
    last = asked_days(question.scope)[-1]
    answers = []
    for key, name in [*names, (None, None)]:
        if key not in by_group or not by_group[key][-1].accounts.size:
            continue
        each = partial(each_account, on=last, ids=ids, group=(group_by, key))
        members = _members(metric, by_group[key][-1], replace(question, each_account=each))
        answers.append({"key": {group_by: name}, **members})
    return answers


def _series(
    metric: Metric, scope: Scope, totals: list[Holdings], questions: list[Question], ids: Ids
) -> list[dict]:
    rows, start = [], scope.start
    for day, held, question in zip(asked_days(scope), totals, questions, strict=True):
        end = min(next_month(day), scope.end)
        each: partial = partial(each_account, on=day, ids=ids, group=None)
        members = _members(metric, held, replace(question, each_account=each))
        rows.append({"start": start, "end": end, **members})
        start = end
    return rows

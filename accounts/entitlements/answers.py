"""What an account may do on a day, feature by feature, with where that comes from."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db import connection

from accounts.entitlements.ratios import FRESH, limits, nearness
from accounts.entitlements.relation import EFFECTIVE, SOURCES, asked
from accounts.entitlements.upgrades import Allowing, cheapest
from accounts.models import Account
from portfolio.models import ProductStatus
from pricing.grants import Grant, measure
from pricing.models import Feature, Plan, PlanVersion, ValueType

ANSWERS = f"""
WITH {EFFECTIVE}
SELECT feature_id, flag, unlimited, quantity, place, is_trial, override_id, used.value
FROM effective FULL JOIN used USING (account_id, feature_id)"""
FROM = f"""
WITH {SOURCES}
SELECT feature_id, source, ref, plan_id, version_id, adds, flag, quantity, unlimited, place
FROM source ORDER BY feature_id, source, plan_id, ref"""


class State(StrEnum):
    ALLOWED = "allowed"  # without limit
    LIMITED = "limited"  # up to a limit
    TRIAL = "trial"  # that much only while it is tried
    DENIED = "denied"


@dataclass(frozen=True)
class Source:
    """One thing that grants a feature: a line, a trial, an override; `row` is its id."""

    source: str
    row: int
    plan: Plan | None
    version: PlanVersion | None
    grant: Grant
    adds: bool


@dataclass(frozen=True)
class Effective:
    """What an account may do with a feature, how much of it is used, and how to get more."""

    feature: Feature
    grant: Grant | None
    state: State
    used: Decimal | None
    nearness: str | None
    override: int | None
    sources: list[Source] = field(default_factory=list)
    cheapest: Allowing | None = None

    @property
    def limit(self) -> Decimal | None:
        """How much there is of what is counted; None without a limit, and of anything else."""
        counted = self.feature.value_type == ValueType.QUANTITY
        if not counted or (self.grant and self.grant.unlimited):
            return None
        return self.grant.quantity if self.grant else Decimal(0)

    @property
    def remaining(self) -> Decimal | None:
        """What is left of the limit, never less than nothing; None without a limit."""
        return None if self.limit is None else max(self.limit - (self.used or 0), Decimal(0))

    @property
    def trace(self) -> list[dict]:
        return [*map(_said, self.sources), *self._last()]

    def _last(self) -> list[dict]:
        what = self.grant.text if self.grant else "nothing"
        reason = f"Together: {what}." if self.sources else "Nothing that they hold grants it."
        step = "override" if self.override else "together"
        if self.override:
            reason = f"An override has the last word: {what}."
        subject = f"/entitlement-overrides/{self.override}/" if self.override else None
        return [
            {
                "step": step,
                "subject": subject,
                "considered": len(self.sources),
                "matched": self.state != State.DENIED,
                "reason": reason,
            }
        ]


def effective(
    *,
    account: Account,
    on: date,
    without: Iterable[int] = (),
    wished: Iterable[int] = (),
    with_cheapest: bool = True,
) -> list[Effective]:
    """What the account may do with every feature that there is on the day; a dozen queries.

    Per line the version that counts; the most of tiers, the sum of add-ons and packs; trials;
    overrides last. `without` lines and `wished` plans ask what if. With each that is denied or
    limited, the cheapest plan that would allow more, at this account's prices.
    """
    figures = limits(on=on)
    values = asked(
        on=on, fresh=int(figures[FRESH]), accounts=[account.pk], without=without, wished=wished
    )
    answers, sources = _ask(values)
    features = _features(on, answers.keys())
    found = [
        _answer(feature, answers.get(feature.pk), sources.get(feature.pk, []), figures)
        for feature in features
    ]
    if not with_cheapest:
        return found
    lacking = {
        each.feature: each.grant
        for each in found
        if each.state != State.ALLOWED or _could_be_more(each)
    }
    offers = cheapest(account=account, lacking=lacking, on=on)
    return [replace(each, cheapest=offers.get(each.feature.pk)) for each in found]


def _ask(values: dict) -> tuple[dict[int, tuple], dict[int, list[tuple]]]:
    sources = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, values)
        answers = {feature: row for feature, *row in cursor.fetchall()}
        cursor.execute(FROM, values)
        for feature, *row in cursor.fetchall():
            sources[feature].append(row)
    plans = Plan.objects.in_bulk({row[2] for rows in sources.values() for row in rows} - {None})
    versions = PlanVersion.objects.in_bulk(
        {row[3] for rows in sources.values() for row in rows} - {None}
    )
    for rows in sources.values():
        for row in rows:
            row[2:4] = plans.get(row[2]), versions.get(row[3])
    return answers, sources


def _features(on: date, known: Iterable[int]) -> list[Feature]:
    """Every feature of what is sold, and what else they have; in the order of comparisons."""
    known = set(known)
    rows = Feature.objects.select_related("product")
    return sorted(
        (
            row
            for row in rows
            if row.pk in known or row.product.status(on=on) == ProductStatus.ON_SALE
        ),
        key=lambda row: (row.product.code, row.is_support, row.rank, row.code),
    )


def _answer(
    feature: Feature, row: list | None, sources: list[list], figures: dict[str, Decimal]
) -> Effective:
    flag, unlimited, quantity, place, is_trial, override, used = row or [None] * 7
    grant = _grant(feature, flag, quantity, unlimited, place)
    if not measure(grant):
        state = State.DENIED
    elif is_trial:
        state = State.TRIAL
    else:
        counted = feature.value_type == ValueType.QUANTITY
        state = State.LIMITED if counted and not grant.unlimited else State.ALLOWED
    limit = None if grant is None or grant.unlimited else grant.quantity
    ratio = used / limit if used is not None and limit else None
    return Effective(
        feature,
        grant,
        state,
        used,
        nearness(ratio, figures),
        override,
        [_source(feature, each) for each in sources],
    )


def _grant(feature: Feature, flag, quantity, unlimited, place) -> Grant | None:
    kind = ValueType(feature.value_type)
    if kind == ValueType.FLAG:
        return None if flag is None else Grant(feature, flag=flag)
    if kind == ValueType.LEVEL:
        return Grant(feature, level=feature.levels[place - 1]) if place else None
    if unlimited:
        return Grant(feature, unlimited=True)
    return None if quantity is None else Grant(feature, quantity=quantity)


def _source(feature: Feature, row: list) -> Source:
    source, ref, plan, version, adds, flag, quantity, unlimited, place = row
    return Source(
        source, ref, plan, version, _grant(feature, flag, quantity, unlimited, place), adds
    )


def _could_be_more(found: Effective) -> bool:
    levels = found.feature.levels
    return bool(levels) and measure(found.grant) < len(levels)


def _said(source: Source) -> dict:
    addresses = {"line": "subscription-lines", "trial": "trials"}
    subject = f"/{addresses[source.source]}/{source.row}/" if source.source in addresses else None
    what = source.grant.text if source.grant else "nothing"
    by = source.version or source.plan
    reason = f"{by} grants {what}" if by else f"It is tried: {what}"
    return {
        "step": source.source,
        "subject": subject,
        "considered": str(source.plan) if source.plan else None,
        "matched": bool(measure(source.grant)),
        "reason": f"{reason}, which adds up." if source.adds else f"{reason}.",
    }

"""What the rules are asked about: every account's facts, by one statement for one or for all."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db import connection

from accounts.models import Account, RoutingRule
from accounts.routing.criteria import misfit
from portfolio.models import Product

Owners = Mapping[str, int]


@dataclass(frozen=True)
class Question:
    """For what an owner is looked for: the account as such, or a deal of a product by a motion.

    `expected_mrr` is the size of the deal, in minor units a month; None: what the account pays.
    """

    on: date
    product: Product | None = None
    motion: str | None = None
    expected_mrr: int | None = None


@dataclass(slots=True)
class Subject:
    """An account as the rules see it on the day; who owns it, and its parent, by role.

    `fits` has a letter for each rule of the set: see `criteria.misfit`.
    """

    account_id: int
    parent_id: int | None
    segment_id: int | None
    currency: str
    mrr: int
    size: int
    fits: str
    owners: Owners
    parent_owners: Owners
    named: Owners
    facts: dict | None = None


IN_FORCE = "starts_on <= %s AND (ends_on IS NULL OR ends_on > %s)"
# Accounts below others come after them: who inherits an owner finds the one that the parent got.
ORDER = """
WITH RECURSIVE below AS (
    SELECT id, 1 AS depth FROM accounts_account
    WHERE parent_id IN (SELECT id FROM accounts_account WHERE parent_id IS NULL)
  UNION ALL
    SELECT a.id, depth + 1 FROM accounts_account a JOIN below ON a.parent_id = below.id
)
SELECT found.* FROM ({found}) found LEFT JOIN below USING (id)
ORDER BY coalesce(below.depth, CASE WHEN parent_id IS NULL THEN 0 ELSE 32767 END), id
"""
STATEMENT = """
WITH paid AS (
    SELECT account_id, sum(mrr)::bigint AS mrr FROM accounts_subscriptionline
    WHERE {some} voided_at IS NULL AND mrr > 0 AND {in_force} GROUP BY account_id
), owned AS (
    SELECT account_id,
           string_agg(role || ':' || member_id, ',' ORDER BY product_id NULLS LAST, id) AS held
    FROM accounts_assignment
    WHERE {some} {in_force} AND (product_id IS NULL OR product_id = %s) GROUP BY account_id
), named AS (
    SELECT account_id, string_agg(role || ':' || member_id, ',' ORDER BY id) AS held
    FROM accounts_namedaccount WHERE {some} {in_force} GROUP BY account_id
), subject AS (
    SELECT a.id, a.parent_id, a.country, a.industry, a.employees,
           a.procurement_required AS procurement, a.currency, p.segment_id, p.region_id,
           %s::text AS motion, %s::bigint AS product_id, coalesce(paid.mrr, 0) AS mrr,
           coalesce(%s::bigint, paid.mrr, 0) AS size
    FROM accounts_account a
    LEFT JOIN accounts_accountprofile p ON p.account_id = a.id
         AND p.starts_on <= %s AND (p.ends_on IS NULL OR p.ends_on > %s)
    LEFT JOIN paid ON paid.account_id = a.id
    WHERE {one} true
)
SELECT subject.id, parent_id, segment_id, currency, mrr, size, concat({fits}),
       owned.held AS owners, parents.held AS parents, named.held AS named, {facts} AS facts
FROM subject
LEFT JOIN owned ON owned.account_id = subject.id
LEFT JOIN owned parents ON parents.account_id = subject.parent_id
LEFT JOIN named ON named.account_id = subject.id
"""
FETCHED = 5000


def subject_of(account: Account, *, question: Question, rules: Sequence[RoutingRule]) -> Subject:
    """One account, with its facts in full."""
    statement, parameters = _statement(question, rules, of=account)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return _read(cursor.fetchone())


def every_subject(*, question: Question, rules: Sequence[RoutingRule]) -> Iterator[Subject]:
    """All accounts, parents before those below them; needs a transaction, keeps none in memory."""
    statement, parameters = _statement(question, rules)
    with connection.chunked_cursor() as cursor:
        cursor.execute(ORDER.format(found=statement), parameters)
        while rows := cursor.fetchmany(FETCHED):
            yield from map(_read, rows)


def _statement(
    question: Question, rules: Sequence[RoutingRule], of: Account | None = None
) -> tuple[str, list]:
    tests = [misfit(rule) for rule in rules]
    days = [question.on, question.on]
    product = question.product.pk if question.product else None
    one = [of.pk] if of else []
    some = [[of.pk, of.parent_id or of.pk]] if of else []
    text = STATEMENT.format(
        some="account_id = ANY(%s) AND" if of else "",
        one="a.id = %s AND" if of else "",
        in_force=IN_FORCE,
        fits=", ".join(text for text, _ in tests) or "''",
        facts="row_to_json(subject)::text" if of else "NULL",
    )
    parameters = [
        *some,
        *days,
        *some,
        *days,
        product,
        *some,
        *days,
        question.motion,
        product,
        question.expected_mrr,
        *days,
        *one,
        *(value for _, values in tests for value in values),
    ]
    return text, parameters


def _read(row: tuple) -> Subject:
    *facts, owners, parents, named, told = row
    return Subject(
        *facts,
        _owners(owners),
        _owners(parents),
        _owners(named),
        json.loads(told) if told else None,
    )


@lru_cache(maxsize=4096)
def _owners(text: str | None) -> Owners:
    """Who is who by role; what is said first holds: an owner of the product before others."""
    found: dict[str, int] = {}
    for pair in text.split(",") if text else ():
        role, member = pair.split(":")
        found.setdefault(role, int(member))
    return found

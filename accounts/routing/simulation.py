"""A rule set rehearsed on every account: who would have what, and which rules do nothing.

One statement tells all accounts what they are and which rules fit; one pass deals them out, by
the very function that decides live, from copies of the queues. Nothing is locked while it runs
and nothing is written but the report.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from accounts.models import (
    Account,
    How,
    LoadMeasure,
    RoutingRule,
    RoutingRuleSet,
    RuleSetState,
    Strategy,
)
from accounts.routing.criteria import CRITERIA, FITS
from accounts.routing.rule_sets import NotInState, content_hash, gaps_of, lock, shadowed
from accounts.routing.stages import Pick, decide
from accounts.routing.subjects import Question, Subject, every_subject
from accounts.routing.world import World, load_world, rules_of
from config.errors import DomainError
from config.postgresql.limits import allow_long_work

SHOWN = 100  # moved accounts and accounts without owner that the report names
MOST_IN_A_REQUEST = 200_000
ABOUT_DEALS = {"motion", "product"}


class ChangedMeanwhile(DomainError):
    code = "changed_meanwhile"


class TooManyForARequest(DomainError):
    code = "too_many_for_a_request"


@dataclass
class Tally:
    """What the pass has counted so far; revenue by member and currency."""

    accounts: int = 0
    unmatched: int = 0
    kept: int = 0
    moved: int = 0
    first: int = 0
    how: Counter = field(default_factory=Counter)
    models: Counter = field(default_factory=Counter)
    fits: Counter = field(default_factory=Counter)
    decided: Counter = field(default_factory=Counter)
    flows: Counter = field(default_factory=Counter)
    before: Counter = field(default_factory=Counter)
    after: Counter = field(default_factory=Counter)
    revenue_before: dict = field(default_factory=lambda: defaultdict(Counter))
    revenue_after: dict = field(default_factory=lambda: defaultdict(Counter))
    movers: list[tuple] = field(default_factory=list)
    without: list[int] = field(default_factory=list)


def check_size() -> None:
    """Raises TooManyForARequest where a rehearsal takes longer than somebody waits for a page."""
    if Account.objects.order_by().values("pk")[MOST_IN_A_REQUEST:].exists():
        raise TooManyForARequest(
            f"There are more than {MOST_IN_A_REQUEST:,} accounts: let an operator run "
            "python manage.py simulate_routing with the number of the set."
        )


def simulate(*, rule_set: RoutingRuleSet, on: date) -> RoutingRuleSet:
    """Rehearse the set on all accounts and keep the report on it, with what it was about.

    Raises NotInState for a set that was activated, ChangedMeanwhile when it or its pools are
    edited while it runs, and what the database refuses of a set without a last rule for all.
    """
    if not rule_set.is_editable:
        raise NotInState(f"It is {rule_set.get_state_display().lower()}: draft the next one.")
    content = content_hash(rule_set)
    report = rehearse(rule_set=rule_set, on=on)
    with transaction.atomic():
        lock(rule_set)
        if content != content_hash(rule_set) or not rule_set.is_editable:
            raise ChangedMeanwhile("It was edited while it was simulated: simulate it again.")
        rule_set.report, rule_set.content_hash, rule_set.simulated_on = report, content, on
        complete = not list(gaps_of(rule_set, on=on))
        rule_set.state = RuleSetState.SIMULATED if complete else rule_set.state
        rule_set.save(update_fields=["report", "content_hash", "simulated_on", "state"])
        rule_set.refresh_from_db()
    return rule_set


@transaction.atomic
def rehearse(*, rule_set: RoutingRuleSet, on: date) -> dict:
    """The report of routing every account anew, as plain data; writes nothing."""
    allow_long_work()
    question = Question(on=on)
    rules = rules_of(rule_set)
    world = load_world(rule_set=rule_set, rules=rules, question=question)
    tally = Tally()
    pass_over(world, every_subject(question=question, rules=rules), tally)
    return _report(world, tally, gaps=list(gaps_of(rule_set, on=on)))


def pass_over(world: World, subjects: Iterable[Subject], tally: Tally) -> None:
    """Deals out all accounts, and counts."""
    parents = set(
        Account.objects.filter(parent__isnull=False).order_by().values_list("parent", flat=True)
    )
    given: dict[int, dict[str, int]] = {}
    scales = _scales(world)
    for subject in subjects:
        if subject.parent_id in given:
            subject.parent_owners = given[subject.parent_id]
        outcome = decide(world, subject)
        pick = outcome.pick
        tally.models[outcome.owner_model] += 1
        tally.fits[subject.fits] += 1
        _count(tally, subject, pick)
        if pick is None:
            continue
        if scales:
            _settle(scales, subject, pick)
        if subject.account_id in parents:
            given[subject.account_id] = {**subject.owners, pick.role: pick.member}


def _count(tally: Tally, subject: Subject, pick: Pick | None) -> None:
    owners = subject.owners
    for member in set(owners.values()):
        tally.before[member] += 1
        tally.revenue_before[member][subject.currency] += subject.mrr
    tally.accounts += 1
    if pick is None:
        tally.unmatched += 1
        if len(tally.without) < SHOWN:
            tally.without.append(subject.account_id)
        after = set(owners.values())
    else:
        tally.how[pick.how] += 1
        tally.decided[pick.rule.pk if pick.rule else None] += 1
        _count_move(tally, subject, pick)
        after = {member for role, member in owners.items() if role != pick.role} | {pick.member}
    for member in after:
        tally.after[member] += 1
        tally.revenue_after[member][subject.currency] += subject.mrr


def _count_move(tally: Tally, subject: Subject, pick: Pick) -> None:
    before = subject.owners.get(pick.role)
    if before is None:
        tally.first += 1
    elif before == pick.member:
        tally.kept += 1
    else:
        tally.moved += 1
        tally.flows[before, pick.member] += 1
        if len(tally.movers) < SHOWN:
            tally.movers.append((subject.account_id, pick.role, before, pick.member, subject.mrr))


def _scales(world: World) -> dict[int, list[tuple]]:
    """The turns whose load counts, by member, each with what it is counted in."""
    found = defaultdict(list)
    pools = {rule.pool_id: rule.pool for rule in world.rules if rule.strategy == Strategy.CAPACITY}
    for pool in pools.values():
        for turn in world.queues[pool.pk].turns:
            found[turn.member].append((turn, pool))
    return dict(found)


def _settle(scales: dict, subject: Subject, pick: Pick) -> None:
    """Loads as they are once the account has changed hands."""
    owners = set(subject.owners.values())
    before = subject.owners.get(pick.role)
    others = {member for role, member in subject.owners.items() if role != pick.role}
    if pick.member not in owners:
        _load(scales, pick.member, subject, 1)
    if before not in (None, pick.member) and before not in others:
        _load(scales, before, subject, -1)


def _load(scales: dict, member: int, subject: Subject, sign: int) -> None:
    for turn, pool in scales.get(member, ()):
        if pool.measure == LoadMeasure.ACCOUNTS:
            turn.load += sign
        elif pool.currency == subject.currency:
            turn.load += sign * subject.mrr


def _report(world: World, tally: Tally, *, gaps: list[str]) -> dict:
    last = tally.how[How.CATCH_ALL]
    return {
        "on": world.question.on.isoformat(),
        "accounts": tally.accounts,
        "moved": tally.moved,
        "kept": tally.kept,
        "first_owner": tally.first,
        "unmatched": tally.unmatched,
        "catch_all": last,
        "catch_all_share": last / tally.accounts if tally.accounts else None,
        "how": dict(tally.how),
        "owner_models": dict(tally.models),
        "gaps": gaps,
        "members": _members(tally),
        "flows": [
            {"from": giver, "to": taker, "accounts": count}
            for (giver, taker), count in sorted(tally.flows.items(), key=lambda f: (-f[1], f[0]))
        ][:SHOWN],
        "rules": _rules(world, tally),
        "moved_accounts": _movers(tally),
        "without_owner": _codes(tally.without),
    }


def _members(tally: Tally) -> list[dict]:
    """Before and after of everybody who has or gets something; by id, for reports are kept."""
    return [
        {
            "member": member,
            "accounts_before": tally.before[member],
            "accounts_after": tally.after[member],
            "revenue_before": dict(tally.revenue_before[member]),
            "revenue_after": dict(tally.revenue_after[member]),
        }
        for member in sorted({*tally.before, *tally.after})
    ]


def _rules(world: World, tally: Tally) -> list[dict]:
    fitting, deciding = Counter(), Counter(tally.decided)
    for fits, count in tally.fits.items():
        for letter, rule in zip(fits, world.rules, strict=True):
            fitting[rule.pk] += count * (letter == FITS)
        first = world.first_stage(fits)
        if first:
            deciding[first.pk] += count
    hidden = shadowed(world.rules)
    return [
        {
            "rule": rule.pk,
            "rank": rule.rank,
            "name": str(rule),
            "fits": fitting[rule.pk],
            "decides": deciding[rule.pk],
            "verdict": _verdict(rule, fitting[rule.pk], deciding[rule.pk], hidden.get(rule.pk)),
            "shadowed_by": hidden[rule.pk].rank if rule.pk in hidden else None,
        }
        for rule in world.rules
    ]


def _verdict(rule: RoutingRule, fits: int, decides: int, hider: RoutingRule | None) -> str:
    """used; dead: for no account; shadowed: an earlier rule takes all; deals: not rehearsed."""
    if decides:
        return "used"
    if hider:
        return "shadowed"
    if any(each.code in ABOUT_DEALS and each.is_asked(rule) for each in CRITERIA):
        return "deals"
    return "shadowed" if fits else "dead"


def _movers(tally: Tally) -> list[dict]:
    codes = Account.objects.in_bulk([account for account, *_ in tally.movers])
    return [
        {
            "account": codes[account].code,
            "role": role,
            "from": giver,
            "to": taker,
            "revenue": mrr,
            "currency": codes[account].currency,
        }
        for account, role, giver, taker, mrr in tally.movers
    ]


def _codes(accounts: list[int]) -> list[str]:
    found = Account.objects.in_bulk(accounts)
    return [found[account].code for account in accounts]

"""Which lines a policy covers on its first day, and which exceptions were made."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import (
    AccountProfile,
    ExceptionKind,
    GrandfatheringException,
    SubscriptionLine,
)
from accounts.sharing import share, share_books
from config.periods import add_months
from pricing.models import Cadence, GrandfatheringPolicy

CHUNK = 2_000
REFERRED_TO = ("subscription", "account", "plan", "product", "charge", "price", "bundle_plan")
PROTECTING = (ExceptionKind.INCLUDE, ExceptionKind.CUSTOM)


def lines_in_scope(policy: GrandfatheringPolicy) -> QuerySet[SubscriptionLine]:
    """The lines that the policy covers: held on its first day, of its plans, in its markets.

    An exception in force beats everything but the plans. Trials are no lines, so none is covered.
    """
    day = policy.effective_on
    lines = (
        SubscriptionLine.objects.live(on=day)
        .filter(charge__cadence=Cadence.RECURRING)
        .filter(_of_plans(policy))
        .annotate(held_since=Coalesce("root__starts_on", "starts_on"))
    )
    exceptions = in_force(policy)
    excluded = exceptions.filter(kind=ExceptionKind.EXCLUDE).values("account")
    included = exceptions.filter(kind__in=PROTECTING).values("account")
    wanted = _of_markets(policy) & _of_tenure(policy, day) & _of_books(policy)
    if wanted:  # an empty condition would be lost in the alternative, not hold for everybody
        lines = lines.filter(wanted | Q(account__in=included))
    return lines.exclude(account__in=excluded)


def read(lines: QuerySet[SubscriptionLine]) -> list[SubscriptionLine]:
    """Lines of a piece with all that their outcome asks for; eight queries."""
    found = share(lines, *REFERRED_TO)
    share_books(found)
    return found


def in_force(policy: GrandfatheringPolicy) -> QuerySet[GrandfatheringException]:
    """The approved exceptions that count on the policy's first day."""
    return policy.exceptions.filter(approver__isnull=False, expires_on__gt=policy.effective_on)


def protected_elsewhere(policy: GrandfatheringPolicy) -> dict[int, frozenset[int]]:
    """By account, the other policies that protect it by an exception that counts."""
    found = defaultdict(set)
    rows = GrandfatheringException.objects.filter(
        kind__in=PROTECTING, approver__isnull=False, expires_on__gt=F("policy__effective_on")
    ).exclude(policy=policy)
    for account, other in rows.values_list("account", "policy"):
        found[account].add(other)
    return {account: frozenset(others) for account, others in found.items()}


def chunks(lines: QuerySet[SubscriptionLine], size: int = CHUNK) -> Iterator[list]:
    """The lines in pieces, in the order of their accounts; all lines of one together.

    A piece is asked for by where it begins and ends: of a list of its accounts the planner thinks
    that reading all lines each time is cheaper.
    """
    accounts = lines.order_by("account").values_list("account", flat=True).distinct()
    for some in _pieces(accounts.iterator(chunk_size=size), size):
        piece = lines.filter(account__gte=some[0], account__lte=some[-1])
        yield read(piece.order_by("account", "subscription", "id"))


def _pieces(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    piece: list[int] = []
    for each in ids:
        piece.append(each)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece


def _of_plans(policy: GrandfatheringPolicy) -> Q:
    plans = policy.plans.values("pk")
    return Q(plan__in=plans, bundle_plan=None) | Q(bundle_plan__in=plans)


def _of_books(policy: GrandfatheringPolicy) -> Q:
    books = list(policy.books.values_list("pk", flat=True))
    return Q(price__book__in=books) if books else Q()


def _of_tenure(policy: GrandfatheringPolicy, day: date) -> Q:
    tenure = Q()
    if policy.started_before:
        tenure &= Q(held_since__lt=policy.started_before)
    if policy.min_tenure_months:
        tenure &= Q(held_since__lte=add_months(day, -policy.min_tenure_months))
    return tenure


def _of_markets(policy: GrandfatheringPolicy) -> Q:
    markets = {
        name: list(getattr(policy, f"{name}s").values_list("pk", flat=True))
        for name in ("segment", "region")
    }
    wanted = {f"{name}__in": ids for name, ids in markets.items() if ids}
    if not wanted:
        return Q()
    profiles = AccountProfile.objects.in_force(on=policy.effective_on)
    return Q(Exists(profiles.filter(account=OuterRef("account"), **wanted)))

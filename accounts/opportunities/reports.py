"""What opportunities teach: why they are lost, which answers help, who finds and who closes."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import (
    Account,
    Exposure,
    ObjectionRaised,
    Opportunity,
    Stage,
    SubscriptionLine,
)
from accounts.opportunities.qualification import score
from portfolio.models import Product, ProductRole

WON = (Stage.WON, Stage.ADOPTED)
PERSON = ("name", "email")


def loss_reasons(opportunities: QuerySet[Opportunity]) -> list[dict]:
    """Of those lost with a reason, how many for which, and the share; the most frequent first."""
    lost = opportunities.filter(stage=Stage.LOST).exclude(loss_reason="")
    counts = dict(lost.order_by().values_list("loss_reason").annotate(n=Count("pk")))
    total = sum(counts.values())
    return [
        {"reason": reason, "lost": count, "share": count / total}
        for reason, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def answers(objections: QuerySet[ObjectionRaised]) -> list[dict]:
    """For each kind of objection and way to answer it: how many are decided, and won, of them.

    An opportunity counts once for a kind and answer, however often that was raised.
    """
    rows = objections.order_by("kind", "response").values_list("kind", "response")
    won = Count("opportunity", distinct=True, filter=Q(opportunity__stage__in=WON))
    lost = Count("opportunity", distinct=True, filter=Q(opportunity__stage=Stage.LOST))
    return [
        {
            "kind": kind,
            "response": response,
            "won": n_won,
            "lost": n_lost,
            "rate": n_won / (n_won + n_lost) if n_won + n_lost else None,
        }
        for kind, response, n_won, n_lost in rows.annotate(won=won, lost=lost)
    ]


def sourcing(opportunities: QuerySet[Opportunity]) -> list[dict]:
    """Of each person, how many they found, how many of these were won, and how many they closed.

    In the order of their names; `person` is the e-mail, which is also the name of who has none.
    """
    found: dict[tuple[str, str], Counter] = defaultdict(Counter)
    who = [f"{part}__user__{fact}" for part in ("sourced_by", "closed_by") for fact in PERSON]
    for *people, stage in opportunities.values_list(*who, "stage"):
        sourced, closed = tuple(people[:2]), tuple(people[2:])
        if any(sourced):
            found[sourced]["sourced"] += 1
            found[sourced]["sourced_won"] += stage in WON
        if any(closed) and stage in WON:
            found[closed]["closed"] += 1
    counted = ("sourced", "sourced_won", "closed")
    rows = [
        {"person": email, "name": name or email, **{each: counts[each] for each in counted}}
        for (name, email), counts in found.items()
    ]
    return sorted(rows, key=lambda row: (row["name"].casefold(), row["person"]))


def never_shown(
    accounts: QuerySet[Account],
    *,
    product: Product,
    on: date,
    days: int,
    anchors: Iterable[Product] | None = None,
) -> QuerySet[Account]:
    """Accounts that hold an anchor, not the product, and were not shown it in the last days.

    The anchors are those given, else every product of that role. The day itself counts as one.
    """
    held = SubscriptionLine.objects.live(on=on).filter(account=OuterRef("pk"))
    anchor = {"product__in": list(anchors)} if anchors else {"product__role": ProductRole.ANCHOR}
    shown = Exposure.objects.within(since=on - timedelta(days=days - 1), on=on)
    return accounts.filter(
        Exists(held.filter(**anchor)),
        ~Exists(held.filter(product=product)),
        ~Exists(shown.filter(account=OuterRef("pk"), product=product)),
    )


def as_rows(opportunities: Iterable[Opportunity]) -> Iterable[list]:
    """Opportunities as lines of a table, in the order of COLUMNS."""
    for each in opportunities:
        plan, before = each.target_plan, each.from_plan
        yield [
            each.code,
            each.account.code,
            each.account.name,
            each.account.industry,
            each.account.employees,
            each.motion,
            before and before.code,
            plan and plan.code,
            each.expected_mrr,
            each.account.currency,
            each.stage,
            str(each.journey),
            each.owner and each.owner.user.email,
            each.problem,
            None if (passing := score(each.qualification)) is None else f"{passing:.4f}",
            each.variant and each.variant.code,
            each.opened_on,
            each.stage_since,
            each.decided_on,
            each.loss_reason,
            each.signal and each.signal.why,
        ]


COLUMNS = (
    "code",
    "account",
    "name",
    "industry",
    "employees",
    "motion",
    "from_plan",
    "target_plan",
    "expected_mrr",
    "currency",
    "stage",
    "journey",
    "owner",
    "problem",
    "score",
    "variant",
    "opened_on",
    "stage_since",
    "decided_on",
    "loss_reason",
    "noticed",
)
TOLD = (
    "account",
    "from_plan",
    "target_plan",
    "owner__user",
    "variant",
    "signal",
)  # what a row names

"""What subscriptions and lines say of their terms: what renews when at which price, and why."""

from accounts.admin.columns import paid, quantity
from accounts.consolidation import consolidation
from accounts.models import Account, Subscription, SubscriptionLine
from accounts.renewal import Renewal, price_schedules
from config.access.scoping import visible
from config.admin import asof
from config.admin.formatting import money
from config.admin.panels import panel

RENEWALS = 6


@panel(
    "accounts.subscription",
    title="Terms and next renewals",
    template="accounts/schedule.html",
    permission="accounts.view_subscriptionline",
    rank=10,
    above=True,
)
def schedule(request, subscription: Subscription) -> dict:
    """Each line that is held on the day, with what its next six renewals come to."""
    on = asof.day(request)[0]
    held = visible(SubscriptionLine.objects.live(on=on), request.user)
    held = held.filter(subscription=subscription).with_terms()
    lines = list(held.order_by("plan__rank", "id"))
    found = price_schedules(lines=lines, after=on, renewals=RENEWALS)
    rows = [_row(line, found[line.pk]) for line in lines]
    days = sorted({each["on"] for row in rows for each in row["renewals"]})
    for row in rows:
        by_day = {each["on"]: each for each in row["renewals"]}
        row["cells"] = [by_day.get(day) for day in days]
    return {
        "on": on,
        "subscription": subscription,
        "renews_on": subscription.renews_on(after=on),
        "days": days,
        "rows": rows,
    }


def _row(line: SubscriptionLine, schedule: list[Renewal]) -> dict:
    currency = line.subscription.currency
    renewals = [
        {"on": each.on, "amount": money(each.amount, currency), "moves": each.moves}
        for each in schedule
    ]
    return {"line": line, "paid": paid(line), "quantity": quantity(line), "renewals": renewals}


@panel(
    "accounts.subscriptionline",
    title="Why this price?",
    template="accounts/why.html",
    permission="accounts.view_subscriptionline",
    rank=10,
)
def why(request, line: SubscriptionLine) -> dict:
    """The steps that led to the line's terms when it was written, and what they refer to."""
    may_see = request.user.has_perm("pricing.view_price")
    price = line.price if may_see else None
    return {"line": line, "steps": line.trace, "price": price, "paid": paid(line)}


@panel(
    "accounts.account",
    title="What there is to renew",
    template="accounts/consolidation.html",
    permission="accounts.view_subscription",
    rank=15,
    above=True,
)
def to_renew(request, account: Account) -> dict | None:
    """How many subscriptions renew on how many days, and when all of them can."""
    found = consolidation(account=account, on=asof.day(request)[0])
    if not found.running:
        return None
    may = request.user.has_perm("accounts.change_subscription")
    return {"found": found, "account": account, "may_coterm": may and found.is_scattered}

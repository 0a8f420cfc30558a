"""What a customer holds and pays, at a glance."""

from accounts.entitlements import State, effective
from accounts.entitlements.upgrades import Allowing
from accounts.models import Account, AccountProfile, Assignment, SubscriptionLine
from accounts.segmentation import explain
from config.access.scoping import visible
from config.admin import asof
from config.admin.formatting import money
from config.admin.panels import panel
from portfolio.assets import suiting
from portfolio.models import Asset

MOST = 5


@panel(
    "accounts.account",
    title="At a glance",
    template="accounts/glance.html",
    permission="accounts.view_subscriptionline",
    rank=10,
    above=True,
)
def glance(request, account: Account) -> dict:
    """Products, recurring revenue, segment and region on the day."""
    on = asof.day(request)[0]
    lines = visible(SubscriptionLine.objects.live(on=on), request.user).filter(account=account)
    lines = list(lines.select_related("product", "plan").order_by("product__name", "plan__rank"))
    profile = (
        visible(AccountProfile.objects.in_force(on=on), request.user)
        .filter(account=account)
        .select_related("segment", "region")
        .first()
    )
    return {
        "on": on,
        "account": account,
        "profile": profile,
        "lines": lines,
        "revenue": sum(line.mrr for line in lines),
    }


@panel(
    "accounts.account",
    title="Who looks after them",
    template="accounts/owners.html",
    permission="accounts.view_assignment",
    rank=20,
    above=True,
)
def owners(request, account: Account) -> dict:
    """Everybody who owns the account or one of its products on the day, and since when."""
    on = asof.day(request)[0]
    found = visible(Assignment.objects.in_force(on=on), request.user).filter(account=account)
    return {
        "on": on,
        "owners": found.select_related("member__user", "member__team", "product"),
        "may_end": request.user.has_perm("accounts.change_assignment"),
    }


@panel(
    "accounts.account",
    title="What to show them",
    template="accounts/assets.html",
    permission="portfolio.view_asset",
    rank=40,
)
def assets(request, account: Account) -> dict | None:
    """What suits them best by industry and size, whatever it is about."""
    on = asof.day(request)[0]
    rows = visible(Asset.objects.shown(on=on), request.user)
    found = suiting(
        assets=rows.select_related("product", "other_product"),
        industry=account.industry,
        employees=account.employees,
    )
    return {"on": on, "found": found[:MOST]} if found else None


@panel(
    "accounts.account",
    title="Why this segment",
    template="accounts/segment.html",
    permission="accounts.view_segmentrule",
    rank=60,
)
def segment(request, account: Account) -> dict:
    """What was said by hand, and what each rule says of the account, condition by condition."""
    on = asof.day(request)[0]
    return {"on": on, "found": explain(account=account, on=on)}


@panel(
    "accounts.account",
    title="What they may do",
    template="accounts/entitlements.html",
    permission="pricing.view_feature",
    rank=50,
)
def entitlements(request, account: Account) -> dict | None:
    """Every feature that they have, use or lack in the products they hold, and why."""
    on = asof.day(request)[0]
    lines = visible(SubscriptionLine.objects.live(on=on), request.user).filter(account=account)
    held = set(lines.values_list("product", flat=True))
    found = [
        each
        for each in effective(account=account, on=on)
        if each.feature.product_id in held or each.state != State.DENIED or each.used
    ]
    rows = [(each, _price(each.cheapest)) for each in found]
    return {"on": on, "rows": rows} if rows else None


def _price(offer: Allowing | None) -> str:
    return money(offer.amount, offer.currency) if offer and offer.amount is not None else ""

"""What waits for whom, how an opportunity stands, and what to offer to an account next."""

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Account, LossReason, Opportunity, Stage
from accounts.opportunities.next_products import next_products
from accounts.opportunities.qualification import TITLES, checklist, score
from accounts.opportunities.reports import loss_reasons
from accounts.ownership import sees_every_account
from config.access.scoping import visible
from config.admin import asof
from config.admin.panels import HOME, panel

MOST = 8


def _told(rows: QuerySet[Opportunity]) -> QuerySet[Opportunity]:
    return rows.select_related("account", "target_plan", "playbook").order_by("stage_since", "id")


@panel(
    HOME,
    title="Opportunities that wait for you",
    template="accounts/queue.html",
    permission="accounts.change_opportunity",
    rank=5,
)
def queue(request, obj=None) -> dict | None:
    """What one owns or helps with, the longest waiting first, each with its next step."""
    mine = visible(Opportunity.objects.waiting_for(request.user), request.user)
    rows = list(_told(mine).prefetch_related("playbook__steps")[: MOST + 1])
    if not rows:
        return None
    return {"rows": [(row, _to_do(row)) for row in rows[:MOST]], "more": len(rows) > MOST}


def _to_do(opportunity: Opportunity) -> str:
    """The first thing that the playbook has for the stage."""
    steps = opportunity.playbook.steps.all() if opportunity.playbook else ()
    return next((step.title for step in steps if step.stage == opportunity.stage), "")


@panel(
    HOME,
    title="Why opportunities are lost",
    template="accounts/losses.html",
    permission="accounts.view_opportunity",
    rank=70,
)
def losses(request, obj=None) -> dict | None:
    """The share of each reason, for whom sees all accounts."""
    if not sees_every_account(request.user):
        return None
    rows = loss_reasons(visible(Opportunity.objects.all(), request.user))
    return {"rows": [_labelled(row) for row in rows]} if rows else None


def _labelled(row: dict) -> dict:
    return {**row, "label": LossReason(row["reason"]).label}


@panel(
    "accounts.opportunity",
    title="Where it stands",
    template="accounts/standing.html",
    permission="accounts.view_opportunity",
    rank=10,
    above=True,
)
def stands(request, opportunity: Opportunity) -> dict:
    """The checklist as of today while it is open, else as it was when it was decided."""
    on = timezone.localdate()
    if opportunity.stage in (Stage.WON, Stage.ADOPTED, Stage.LOST, Stage.DISQUALIFIED):
        rows = opportunity.qualification
    else:
        rows = [check.as_row() for check in checklist(opportunity=opportunity, on=on)]
    checks = [{**row, "title": TITLES.get(row["criterion"], row["criterion"])} for row in rows]
    trace = opportunity.price_trace if request.user.has_perm("pricing.view_price") else []
    return {"opportunity": opportunity, "checks": checks, "score": score(rows), "trace": trace}


@panel(
    "accounts.opportunity",
    title="Playbook",
    template="accounts/playbook.html",
    permission="accounts.view_playbook",
    rank=20,
    above=True,
)
def at_hand(request, opportunity: Opportunity) -> dict | None:
    """What to do at this stage, whom to involve, and how to answer what they object to."""
    playbook = opportunity.playbook
    if playbook is None:
        return None
    steps = list(playbook.steps.all())
    return {
        "playbook": playbook,
        "variant": opportunity.variant,
        "now": [step for step in steps if step.stage == opportunity.stage],
        "later": [step for step in steps if step.stage in opportunity.next_stages[:1]],
        "objections": list(playbook.objections.all()),
    }


@panel(
    "accounts.account",
    title="What to offer next",
    template="accounts/next.html",
    permission="accounts.view_opportunity",
    rank=30,
    above=True,
)
def offer_next(request, account: Account) -> dict | None:
    """Ranked, priced in the account's own books, with why; and what is blocked by what."""
    if not request.user.has_perms(("portfolio.view_product", "pricing.view_price")):
        return None
    on = asof.day(request)[0]
    found = next_products(account=account, on=on)
    rows = list(_told(visible(Opportunity.objects.open(), request.user).filter(account=account)))
    return {
        "on": on,
        "account": account,
        "found": found,
        "open": rows,
        "pursued": {row.target_plan_id for row in rows},
        "may_open": request.user.has_perm("accounts.add_opportunity"),
    }

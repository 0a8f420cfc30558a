"""How Larkfield sells more: its playbooks, one experiment, and what its people pursue now."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from accounts.experiments import begin
from accounts.models import (
    Account,
    Band,
    Contact,
    ContactRole,
    Experiment,
    Exposure,
    HealthScore,
    Member,
    Objection,
    ObjectionRaised,
    Opportunity,
    Playbook,
    PlaybookState,
    PlaybookStep,
    Stage,
    Stakeholder,
    Subscription,
    SubscriptionLine,
    ValueOutcome,
    Variant,
)
from accounts.opportunities.next_products import Suggestion, next_products
from accounts.opportunities.offers import offered
from accounts.opportunities.opening import open_opportunity
from accounts.opportunities.stages import move
from accounts.subscriptions import start
from accounts.trials import start_trial
from metrics.demo.plays import OBJECTIONS, OUTCOMES, PROBLEMS, Play, plays
from portfolio.models import Motion

FRESH_DAYS = 90  # longer than a score is believed
PURSUERS = ("sales@larkfield.example", "csm@larkfield.example")
EACH = 6
PEOPLE = (
    ("Robin Ade", ContactRole.CHAMPION, False),
    ("Kim Soto", ContactRole.USER, False),
    ("Jo Brandt", ContactRole.EXECUTIVE, True),
)
ALL_THE_WAY = (Stage.QUALIFIED, Stage.ENGAGED, Stage.EVALUATING, Stage.PURCHASING)
# How far each pursuit of a person has come, and how many days ago it began.
COURSES: tuple[tuple[tuple[str, ...], int], ...] = (
    ((), 4),
    ((Stage.QUALIFIED,), 12),
    ((Stage.QUALIFIED, Stage.ENGAGED), 25),
    (ALL_THE_WAY, 60),
    ((*ALL_THE_WAY, Stage.WON), 75),
    ((Stage.QUALIFIED, Stage.ENGAGED, Stage.EVALUATING, Stage.LOST), 80),
)


@transaction.atomic
def make_selling(*, on: date) -> int:
    """Add playbooks, an experiment and opportunities, where there are none; how many these are."""
    if Playbook.objects.exists() or not Member.objects.filter(user__email__in=PURSUERS).exists():
        return 0
    for play in plays():
        _write(play)
    _begin_experiment(on)
    return sum(_pursue(email, on) for email in PURSUERS)


def _write(play: Play) -> None:
    playbook = Playbook.objects.create(
        motion=play.motion, number=1, name=play.name, message=play.message, success=play.success
    )
    PlaybookStep.objects.bulk_create(
        PlaybookStep(
            playbook=playbook, stage=stage, rank=1, title=title, words=words, involve=involve
        )
        for stage, title, words, involve in play.steps
    )
    Objection.objects.bulk_create(
        Objection(playbook=playbook, kind=kind, response=response, says=says, reply=reply)
        for kind, response, says, reply in OBJECTIONS
    )
    Playbook.objects.filter(pk=playbook.pk).update(state=PlaybookState.PUBLISHED)


def _begin_experiment(on: date) -> None:
    experiment = Experiment(
        code="first-quarter-free",
        name="A quarter free, or a guided start",
        motion=Motion.ADJACENT_CROSS_SELL,
        hypothesis="A guided start wins more than a quarter for nothing: what lacks is time.",
        starts_on=on - timedelta(days=120),
    )
    offers = (
        Variant(code="free", name="A quarter free", weight=50, offer="Three months for nothing."),
        Variant(code="guided", name="A guided start", weight=50, offer="We set it up with you."),
    )
    begin(experiment=experiment, variants=offers)


def _pursue(email: str, on: date) -> int:
    """What one person pursues: an opportunity at each course, in accounts of theirs."""
    owned = Account.objects.looked_after(on=on, member__user__email=email).order_by("code")
    member = Member.objects.get(user__email=email)
    opened = 0
    free = (account for account in owned[: 8 * EACH] if not account.opportunities.exists())
    for account, (steps, ago) in zip(_ready(free, on), COURSES, strict=False):
        opened += _open(account, member, steps, on - timedelta(days=ago), on)
    return opened


def _ready(accounts: Iterable[Account], on: date) -> Iterable[Account]:
    """Accounts that have held something for a while, given people and something they reached.

    Those that were not well in the last months are left alone, as the product would have it.
    """
    since = on - timedelta(days=COURSES[-1][1] + FRESH_DAYS)
    for account in accounts:
        if HealthScore.objects.filter(account=account, day__gte=since, band=Band.RED).exists():
            continue
        lines = SubscriptionLine.objects.live(on=on - timedelta(days=90)).filter(account=account)
        line = lines.select_related("product").first()
        if line is None:
            continue
        for name, role, decides in PEOPLE:
            Contact.objects.create(
                account=account, name=name, role=role, has_budget_authority=decides
            )
        ValueOutcome.objects.create(
            account=account,
            product=line.product,
            achieved_on=on - timedelta(days=90),
            description=OUTCOMES[account.pk % len(OUTCOMES)],
        )
        yield account


def _open(account: Account, member: Member, steps: tuple[str, ...], began: date, on: date) -> int:
    wanted = _wanted(account, began)
    if wanted is None:
        return 0
    plan = wanted.candidate.plan
    talked_on = began - timedelta(days=2)
    Exposure.objects.create(
        account=account, product=plan.product, kind="csm_talk", shown_on=talked_on
    )
    opportunity = open_opportunity(
        account=account,
        target_plan=plan,
        on=began,
        by=member.user,
        owner=member,
        weak_pair_reason="They have asked for it themselves." if wanted.needs_reason else "",
    )
    if opportunity.stage == Stage.IDENTIFIED:
        _walk(opportunity, member, steps, began, on)
    return 1


def _wanted(account: Account, on: date) -> Suggestion | None:
    """What is offered first of single products."""
    found = next_products(account=account, on=on).suggestions
    return next((each for each in found if each.candidate.product), None)


def _walk(
    opportunity: Opportunity, member: Member, steps: tuple[str, ...], began: date, on: date
) -> None:
    """Bring it on, a week for each step, with the people and the words that it takes."""
    for number, step in enumerate(steps, start=1):
        day = min(began + timedelta(days=7 * number), on)
        said = {"problem": PROBLEMS[opportunity.pk % len(PROBLEMS)]} if number > 1 else {}
        if step == Stage.ENGAGED:
            _engage(opportunity, day)
        if step == Stage.EVALUATING:
            alone = Stage.LOST in steps and member.user.email == PURSUERS[0]
            _let_try(opportunity, day, is_guided=not alone)
        if step == Stage.WON:
            said["won_line"] = _buy(opportunity, day)
        if step == Stage.LOST:
            said["loss_reason"] = "timing"
            said["reason"] = "They reorganise first; we talk again next quarter."
        opportunity = move(opportunity=opportunity, by=member.user, to=step, on=day, **said)


def _engage(opportunity: Opportunity, day: date) -> None:
    people = Contact.objects.filter(account=opportunity.account)
    Stakeholder.objects.bulk_create(
        Stakeholder(opportunity=opportunity, contact=contact, engaged_on=day)
        for contact in people.exclude(role=ContactRole.USER)
    )
    ObjectionRaised.objects.create(
        opportunity=opportunity,
        kind="timing",
        response="tie_to_initiative",
        raised_on=day,
        note="They have a launch in the autumn that this would help.",
    )


def _let_try(opportunity: Opportunity, day: date, *, is_guided: bool) -> None:
    """What they would buy, for as long as trials last."""
    start_trial(
        account=opportunity.account,
        plan=opportunity.target_plan,
        starts_on=day,
        is_guided=is_guided,
        opportunity=opportunity,
    )


def _buy(opportunity: Opportunity, day: date) -> SubscriptionLine:
    """A subscription of what was offered, at its price."""
    account, plan = opportunity.account, opportunity.target_plan
    price = offered(account=account, plan=plan, on=day).prices[0].price
    subscription = Subscription(
        code=f"{account.code}-{opportunity.code}",
        account=account,
        currency=account.currency,
        starts_on=day,
    )
    line = SubscriptionLine(charge=price.charge, interval=price.interval, starts_on=day)
    start(subscription=subscription, lines=[line])
    return line

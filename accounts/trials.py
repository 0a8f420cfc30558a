"""Letting a customer try a feature or a plan: until a day, so many times, and not twice a year."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import OPEN, Account, Opportunity, Trial, TrialUse
from accounts.ownership import lock
from accounts.usage_events import trial_ended, trial_started
from config.errors import DomainError
from config.periods import add_months
from portfolio.models import Threshold
from pricing.bundles import composition
from pricing.models import Feature, Plan

REPEAT, USUAL = "trial-repeat-months", "trial-days"
USUAL_DAYS = 14


class TrialOpen(DomainError):
    code = "trial_open"


class TrialRepeated(DomainError):
    code = "trial_repeated"


class TrialOver(DomainError):
    code = "trial_over"


class OtherOpportunity(DomainError):
    code = "opportunity_of_something_else"


class OpportunityDecided(DomainError):
    code = "opportunity_decided"


@transaction.atomic
def start_trial(
    *,
    account: Account,
    starts_on: date,
    feature: Feature | None = None,
    plan: Plan | None = None,
    days: int | None = None,
    max_uses: int | None = None,
    is_guided: bool = False,
    opportunity: Opportunity | None = None,
) -> Trial:
    """Let an account try a feature or a plan from a day on.

    It ends after so many days, after so many uses, or whichever comes first; one that proves the
    value for an opportunity lasts trial-days where neither is said. Raises TrialOpen while
    another of the same thing runs, TrialRepeated within trial-repeat-months of the last one's
    end, OtherOpportunity and OpportunityDecided for one that it cannot prove anything for,
    ValidationError when it would have no end.
    """
    lock(account)
    if opportunity and days is None and max_uses is None:
        days = int(Threshold.objects.values_on(starts_on).get(USUAL, USUAL_DAYS))
    trial = Trial(
        account=account,
        feature=feature,
        plan=plan,
        starts_on=starts_on,
        ends_on=None if days is None else starts_on + timedelta(days=days),
        max_uses=max_uses,
        is_guided=is_guided,
        opportunity=opportunity,
    )
    trial.full_clean(validate_constraints=False)
    if opportunity:
        _check_opportunity(trial)
    _check_repeat(trial)
    trial.full_clean()
    trial.save()
    trial_started(trial)
    return trial


def _check_opportunity(trial: Trial) -> None:
    """It is about what is tried, of the same account, and open: the account is locked."""
    opportunity = Opportunity.objects.get(pk=trial.opportunity_id)
    if opportunity.account_id != trial.account_id:
        raise OtherOpportunity(f"{opportunity.code} is no opportunity of {trial.account}.")
    if opportunity.stage not in OPEN:
        stage = opportunity.get_stage_display().lower()
        raise OpportunityDecided(f"{opportunity.code} is {stage}: there is nothing to prove.")
    if trial.starts_on < opportunity.opened_on:
        raise OtherOpportunity(f"{opportunity.code} was opened on {opportunity.opened_on}.")
    target = opportunity.target_plan
    if (
        target
        and trial.plan != target
        and trial.thing.product_id not in _about(target, trial.starts_on)
    ):
        raise OtherOpportunity(f"{opportunity.code} is about {target}, not about {trial.thing}.")


def _about(target: Plan, on: date) -> set[int]:
    """The products of a plan, by id; of a bundle or a platform those that are in it."""
    if target.product_id:
        return {target.product_id}
    return {member.plan.product_id for member in composition(plan=target, on=on).granted}


def tried_for(*, opportunity: Opportunity, on: date) -> tuple[QuerySet[Plan], QuerySet[Feature]]:
    """The plans and features of which a trial can count for an opportunity."""
    target = opportunity.target_plan
    if target is None:
        return Plan.objects.all(), Feature.objects.all()
    products = _about(target, on)
    plans = Plan.objects.filter(Q(pk=target.pk) | Q(product__in=products))
    return plans, Feature.objects.filter(product__in=products)


def _check_repeat(trial: Trial) -> None:
    before = Trial.objects.filter(account=trial.account, feature=trial.feature, plan=trial.plan)
    months = int(Threshold.objects.values_on(trial.starts_on).get(REPEAT, 0))
    for other in before:
        if other.ends_on is None or other.ends_on > trial.starts_on:
            until = f"until {other.ends_on}" if other.ends_on else "until it is used up"
            raise TrialOpen(f"They try {other.thing} from {other.starts_on} {until}.")
        again = add_months(other.ends_on, months)
        if again > trial.starts_on:
            raise TrialRepeated(
                f"They tried {other.thing} until {other.ends_on}: again from {again} on."
            )


@transaction.atomic
def use_trial(*, trial: Trial, on: date, key: str) -> Trial:
    """Count one use of a trial; the same key again counts nothing.

    The last use ends a trial that is counted. Raises TrialOver when it is not open on the day.
    """
    trial = Trial.objects.select_for_update(no_key=True).get(pk=trial.pk)
    if TrialUse.objects.filter(trial=trial, key=key).exists():
        return trial
    if not Trial.objects.open(on=on).filter(pk=trial.pk).exists():
        raise TrialOver(f"The trial of {trial.thing} is not open on {on}.")
    TrialUse.objects.create(trial=trial, day=on, key=key)
    if trial.max_uses is not None and trial.used.count() >= trial.max_uses:
        _end(trial, on + timedelta(days=1))
    return trial


@transaction.atomic
def end_trial(*, trial: Trial, on: date) -> Trial:
    """End a trial early: `on` is the first day without it.

    Raises TrialOver when it ends earlier already, or on or before its first day.
    """
    trial = Trial.objects.select_for_update(no_key=True).get(pk=trial.pk)
    if trial.ends_on and trial.ends_on <= on:
        raise TrialOver(f"It ends on {trial.ends_on} already.")
    if on <= trial.starts_on:
        raise TrialOver(f"It begins on {trial.starts_on}: it can end from the day after.")
    _end(trial, on)
    return trial


def _end(trial: Trial, on: date) -> None:
    if trial.ends_on is None or trial.ends_on > on:
        trial.ends_on = on
        trial.save(update_fields=["ends_on"])
    trial_ended(trial)

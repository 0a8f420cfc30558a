"""What trials, downgrades and use tell other systems."""

from datetime import date

from accounts.models import DowngradeReminder, Trial
from config.outbox import emit
from config.outbox.kinds import kind


@kind(
    "trial.started",
    about="accounts.trial",
    path="trials",
    key="7",
    example={
        "account": "acme",
        "feature": "reports",
        "plan": None,
        "opportunity": "O-7",
        "ends_on": "2026-01-15",
    },
)
def trial_started(trial: Trial) -> None:
    """An account tries a feature or a plan, until a day or until it is used up."""
    _tell_trial("trial.started", trial)


@kind(
    "trial.ended",
    about="accounts.trial",
    path="trials",
    key="7",
    example={
        "account": "acme",
        "feature": "reports",
        "plan": None,
        "opportunity": "O-7",
        "ends_on": "2026-01-10",
    },
)
def trial_ended(trial: Trial) -> None:
    """A trial was ended early, or used up; one that runs out on its last day tells nothing."""
    _tell_trial("trial.ended", trial)


def _tell_trial(code: str, trial: Trial) -> None:
    payload = {
        "account": trial.account.code,
        "feature": trial.feature.code if trial.feature else None,
        "plan": trial.plan.code if trial.plan else None,
        "opportunity": trial.opportunity.code if trial.opportunity else None,
        "ends_on": trial.ends_on,
    }
    emit(code, f"/trials/{trial.pk}/", payload)


@kind(
    "downgrade.decided",
    about="accounts.downgradereminder",
    path="downgrade-reminders",
    key="7",
    example={"subscription": "acme-crm", "to": "crm-basic", "outcome": "kept"},
)
def downgrade_decided(reminder: DowngradeReminder) -> None:
    """A customer who was shown what a downgrade would cost kept what they have, or did not."""
    payload = {
        "subscription": reminder.subscription.code,
        "to": reminder.to_plan.code if reminder.to_plan else None,
        "outcome": reminder.outcome,
    }
    emit("downgrade.decided", f"/downgrade-reminders/{reminder.pk}/", payload)


@kind(
    "usage.moment",
    about="accounts.account",
    path="accounts",
    key="acme",
    example={"kind": "near_full", "feature": "storage", "day": "2026-01-01"},
)
def usage_moment(account: str, kind: str, feature: str, day: date) -> None:
    """A moment to ask a customer how it goes: a limit nearly used up, a feature used for long."""
    emit("usage.moment", f"/accounts/{account}/", {"kind": kind, "feature": feature, "day": day})

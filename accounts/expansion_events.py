"""What is told of offers to customers: opportunities, playbooks, experiments, answers."""

from accounts.models import Opportunity
from config.outbox import emit
from config.outbox.kinds import kind, row_kind


@kind(
    "opportunity.opened",
    about="accounts.opportunity",
    path="opportunities",
    key="O-7",
    example={
        "account": "acme",
        "motion": "tier_upsell",
        "target": "crm-pro",
        "stage": "identified",
    },
)
def opportunity_opened(opportunity: Opportunity) -> None:
    """An opportunity was opened; one that waits from the start is deferred."""
    payload = {
        "account": opportunity.account.code,
        "motion": opportunity.motion,
        "target": opportunity.target_plan.code,
        "stage": opportunity.stage,
    }
    emit("opportunity.opened", f"/opportunities/{opportunity.code}/", payload)


@kind(
    "opportunity.moved",
    about="accounts.opportunity",
    path="opportunities",
    key="O-7",
    example={"account": "acme", "from": "purchasing", "to": "won", "on": "2026-05-01"},
)
def opportunity_moved(opportunity: Opportunity, came_from: str) -> None:
    """An opportunity came to another stage: won and lost are the ones that most ask about."""
    payload = {
        "account": opportunity.account.code,
        "from": came_from,
        "to": opportunity.stage,
        "on": opportunity.stage_since,
    }
    emit("opportunity.moved", f"/opportunities/{opportunity.code}/", payload)


row_kind(
    "playbook.changed",
    about="accounts.playbook",
    path="playbooks",
    key="7",
    meaning="A playbook was added, changed or published.",
)
row_kind(
    "experiment.changed",
    about="accounts.experiment",
    path="experiments",
    key="pitch",
    meaning="An experiment was added, changed or deleted.",
)
row_kind(
    "feedback.changed",
    about="accounts.feedback",
    path="feedback",
    key="7",
    meaning="What a customer says of an opportunity that is over was added or changed.",
)

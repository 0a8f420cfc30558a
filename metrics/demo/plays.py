"""What Larkfield's people say, motion by motion."""

from collections.abc import Iterator
from typing import NamedTuple

from accounts.models import Stage, StepPart
from portfolio.models import Motion

Step = tuple[str, str, str, str]


class Play(NamedTuple):
    """A playbook: the motion it is for, what to say, what to measure, and its steps."""

    motion: Motion
    name: str
    message: str
    success: str
    steps: tuple[Step, ...]


WORDS = {
    Motion.TIER_UPSELL: (
        "Up one tier",
        "You have outgrown what you started with: the next tier takes the limits away.",
        "The limits that were hit are not hit again within 60 days.",
        StepPart.CHAMPION,
    ),
    Motion.FEATURE_UPSELL: (
        "The missing feature",
        "What you asked for exists, as an add-on to what you have.",
        "The feature is used in the first two weeks.",
        StepPart.CHAMPION,
    ),
    Motion.CAPACITY_UPSELL: (
        "Room to grow",
        "You will run out of room this quarter; more is a click, not a project.",
        "Use stays between half and four fifths of the new limit.",
        StepPart.USER,
    ),
    Motion.ADJACENT_CROSS_SELL: (
        "The next step of the work",
        "Your people carry work from one tool to the next by hand. That step can go.",
        "Nobody exports to the other tool any more after 60 days.",
        StepPart.BUDGET_OWNER,
    ),
    Motion.COMPLEMENTARY_CROSS_SELL: (
        "More for those who use it most",
        "Those who live in it every day could do more with what belongs to it.",
        "A third of the frequent users use both within 60 days.",
        StepPart.BUDGET_OWNER,
    ),
    Motion.PLATFORM_CROSS_SELL: (
        "One for everything",
        "One platform, one bill, one renewal, for what you set out to do this year.",
        "Three products in weekly use after two quarters.",
        StepPart.EXECUTIVE,
    ),
}
OBJECTIONS = (
    ("price", "roi", "It costs too much.", "It pays for itself by the hours it saves: count them."),
    (
        "price",
        "payment_flexibility",
        "Not in this year's budget.",
        "Begin now, pay with the renewal.",
    ),
    (
        "timing",
        "tie_to_initiative",
        "Not now.",
        "You have a launch ahead: it would be in place for it.",
    ),
    (
        "adoption",
        "phased_rollout",
        "We do not even use what we have.",
        "One team first; the rest when they ask for it.",
    ),
)
PROBLEMS = (
    "Support types every address twice, because tickets do not know the customer.",
    "Marketing finds out a week late which leads sales has closed.",
    "Nobody can say which campaigns bring customers that stay.",
    "Managers build the same report in a spreadsheet every Monday.",
)
OUTCOMES = (
    "Answers within two hours instead of a day.",
    "Pipeline reviews take twenty minutes instead of an hour.",
    "Double entry of contacts is gone.",
)


def plays() -> Iterator[Play]:
    """A playbook for every motion."""
    for motion, (name, message, success, involve) in WORDS.items():
        yield Play(motion, name, message, success, _steps(message, involve))


def _steps(message: str, involve: StepPart) -> tuple[Step, ...]:
    return (
        (Stage.IDENTIFIED, "Read what they use and what they reached", "", StepPart.NOBODY),
        (Stage.QUALIFIED, "Ask which problem costs them most", message, involve),
        (Stage.ENGAGED, "Show it with their own data", "Half an hour, one case.", involve),
        (Stage.EVALUATING, "Agree what a good trial shows", "Fourteen days.", StepPart.CHAMPION),
        (Stage.PURCHASING, "Clear the order with procurement", "", StepPart.PROCUREMENT),
        (Stage.WON, "Plan the first two weeks of use", "", StepPart.CHAMPION),
    )

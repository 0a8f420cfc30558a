"""The motions apart, the stages of an opportunity, which may follow which, and why one ends."""

from itertools import pairwise

from django.db import models

from portfolio.models import Motion


class Stage(models.TextChoices):
    """Where an opportunity stands; which step may follow which is `FOLLOWS`."""

    IDENTIFIED = "identified", "Identified"
    QUALIFIED = "qualified", "Qualified"
    ENGAGED = "engaged", "Engaged"
    EVALUATING = "evaluating", "Evaluating"
    PURCHASING = "purchasing", "Purchasing"
    WON = "won", "Won, being adopted"
    ADOPTED = "adopted", "Adopted"
    DEFERRED = "deferred", "Deferred"
    DISQUALIFIED = "disqualified", "Disqualified"
    LOST = "lost", "Lost"


UPSELLS = (Motion.TIER_UPSELL, Motion.FEATURE_UPSELL, Motion.CAPACITY_UPSELL)
CROSS_SELLS = (
    Motion.ADJACENT_CROSS_SELL,
    Motion.COMPLEMENTARY_CROSS_SELL,
    Motion.PLATFORM_CROSS_SELL,
)
FORWARD = (
    Stage.IDENTIFIED,
    Stage.QUALIFIED,
    Stage.ENGAGED,
    Stage.EVALUATING,
    Stage.PURCHASING,
    Stage.WON,
    Stage.ADOPTED,
)
OPEN = (*FORWARD[:5], Stage.DEFERRED)  # not decided yet
ASIDE = (Stage.DEFERRED, Stage.DISQUALIFIED, Stage.LOST)
FOLLOWS: dict[str, tuple[str, ...]] = {
    **{stage: (after, *ASIDE) for stage, after in pairwise(FORWARD[:6])},
    Stage.WON: (Stage.ADOPTED,),
    Stage.DEFERRED: (Stage.IDENTIFIED, Stage.QUALIFIED, Stage.DISQUALIFIED, Stage.LOST),
    Stage.ADOPTED: (),
    Stage.DISQUALIFIED: (),
    Stage.LOST: (),
}


class Journey(models.TextChoices):
    """The five steps a customer takes towards another product."""

    AWARENESS = "awareness", "Awareness"
    CONSIDERATION = "consideration", "Consideration"
    EVALUATION = "evaluation", "Evaluation"
    PURCHASE = "purchase", "Purchase"
    ADOPTION = "adoption", "Adoption"


JOURNEY = {
    Stage.IDENTIFIED: Journey.AWARENESS,
    Stage.QUALIFIED: Journey.AWARENESS,
    Stage.ENGAGED: Journey.CONSIDERATION,
    Stage.EVALUATING: Journey.EVALUATION,
    Stage.PURCHASING: Journey.PURCHASE,
    Stage.WON: Journey.ADOPTION,
    Stage.ADOPTED: Journey.ADOPTION,
}


class DeferReason(models.TextChoices):
    ANCHOR_UNHEALTHY = "anchor_unhealthy", "The customer is not well with what they have"
    PREMATURE = "premature", "They have not got value from what they have yet"
    VALUE_NOT_REALISED = "value_not_realised", "What must come before is not adopted yet"
    COOLDOWN = "cooldown", "They have turned this down not long ago"
    CUSTOMER_TIMING = "customer_timing", "The customer wants to talk later"
    OTHER = "other", "Something else"


class LossReason(models.TextChoices):
    TIMING = "timing", "Timing"
    SEGMENTATION = "segmentation", "Not the right customer for it"
    STAKEHOLDER = "stakeholder", "Not the right people"
    VALUE = "value", "The value was not clear"
    PRICE = "price", "Price"
    ADOPTION = "adoption", "They do not use what they have"
    COMPETITOR = "competitor", "They took another vendor's"
    OTHER = "other", "Something else"

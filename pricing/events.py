"""What plans tell other systems."""

from config.outbox.kinds import row_kind

row_kind(
    "plan.changed",
    about="pricing.plan",
    path="plans",
    key="crm-pro",
    meaning="A plan was added, changed or deleted.",
)
row_kind(
    "plan_version.changed",
    about="pricing.planversion",
    path="plan-versions",
    key="7",
    meaning="A version of a plan was added, changed or deleted.",
)
row_kind(
    "charge.changed",
    about="pricing.charge",
    path="charges",
    key="7",
    meaning="A charge of a plan was added, changed or deleted.",
)
row_kind(
    "plan_enablement.changed",
    about="pricing.planenablement",
    path="plan-enablements",
    key="7",
    meaning="That a product enables a plan was said, changed or taken back.",
)

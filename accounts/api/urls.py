"""Where customers are found under /api/v1/."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from accounts.api import (
    contact_views,
    credit_views,
    entitlement_views,
    evidence_views,
    incentive_views,
    next_views,
    opportunity_views,
    owner_views,
    playbook_views,
    price_views,
    protection_views,
    quote_views,
    routing_views,
    segment_views,
    signal_views,
    usage_views,
    views,
)
from config.api.views import CODE_IN_ADDRESS

app_name = "accounts"

router = SimpleRouter()
router.register("accounts", views.AccountViewSet)
router.register("account-profiles", views.ProfileViewSet)
router.register("contacts", contact_views.ContactViewSet)
router.register("subscriptions", views.SubscriptionViewSet)
router.register("subscription-lines", views.LineViewSet)
router.register("segment-rules", segment_views.SegmentRuleViewSet)
router.register("entitlement-overrides", entitlement_views.OverrideViewSet)
router.register("trials", entitlement_views.TrialViewSet)
router.register("downgrade-reminders", entitlement_views.ReminderViewSet)
router.register("subscription-feedback", entitlement_views.FeedbackViewSet)
router.register("usage", usage_views.UsageViewSet)
router.register("health-scores", usage_views.HealthViewSet)
router.register("teams", owner_views.TeamViewSet)
router.register("members", owner_views.MemberViewSet)
router.register("assignments", owner_views.AssignmentViewSet)
router.register("pools", routing_views.PoolViewSet)
router.register("absences", routing_views.AbsenceViewSet)
router.register("named-accounts", routing_views.NamedAccountViewSet)
router.register("routing-rule-sets", routing_views.RuleSetViewSet)
router.register("routing/decisions", routing_views.DecisionViewSet)
router.register("rebalancing-proposals", routing_views.ProposalViewSet)
router.register("opportunities", opportunity_views.OpportunityViewSet)
router.register("stakeholders", opportunity_views.StakeholderViewSet)
router.register("objections", opportunity_views.ObjectionViewSet)
router.register("feedback", opportunity_views.FeedbackViewSet)
router.register("playbooks", playbook_views.PlaybookViewSet)
router.register("experiments", playbook_views.ExperimentViewSet)
router.register("exposures", evidence_views.ExposureViewSet)
router.register("exposure-gaps", evidence_views.ExposureGapViewSet, basename="exposure-gap")
router.register("value-outcomes", evidence_views.ValueOutcomeViewSet)
router.register("behaviour-events", evidence_views.BehaviourViewSet)
router.register("signal-rules", signal_views.SignalRuleViewSet)
router.register("signals", signal_views.SignalViewSet)
router.register("credit-grants", credit_views.CreditGrantViewSet)
router.register("incentive-redemptions", incentive_views.RedemptionViewSet)
router.register("credit-draws", credit_views.CreditDrawViewSet)
router.register("grandfathering-policies", protection_views.PolicyViewSet)
router.register("grandfathering-exceptions", protection_views.ExceptionViewSet)
router.register("price-locks", protection_views.PriceLockViewSet)
router.register("entitlement-locks", protection_views.EntitlementLockViewSet)
router.register("policy-preview-lines", protection_views.PreviewLineViewSet)
urlpatterns = [
    path("routing/explain/", routing_views.ExplainView.as_view(), name="routing-explain"),
    path(
        "routing/assign/",
        routing_views.AssignViewSet.as_view({"post": "create"}),
        name="routing-assign",
    ),
    path(
        "routing/assign/batch/",
        routing_views.AssignViewSet.as_view({"post": "batch"}),
        name="routing-assign-batch",
    ),
    path(
        "routing/rebalancing/",
        routing_views.RebalancingViewSet.as_view({"post": "create"}),
        name="routing-rebalancing",
    ),
    path(
        "accounts/<code>/next-products/",
        next_views.NextProductsView.as_view(),
        name="next-products",
    ),
    path("accounts/<code>/readiness/", signal_views.ReadinessView.as_view(), name="readiness"),
    path("credits/simulate/", credit_views.SimulationView.as_view(), name="credit-simulation"),
    path("prices/resolve/", price_views.ResolveView.as_view(), name="price-resolve"),
    path("quotes/", quote_views.QuoteView.as_view(), name="quote"),
    re_path(
        rf"^plans/(?P<code>{CODE_IN_ADDRESS})/diff/(?P<other>{CODE_IN_ADDRESS})/$",
        quote_views.PlanDiffViewSet.as_view({"get": "diff"}),
        name="plan-diff",
    ),
    *router.urls,
]

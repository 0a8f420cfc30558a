"""Where the catalog is found under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from portfolio.api import positioning_views, views
from portfolio.api import relation_views as relations
from portfolio.api.finding_views import FindingsView

app_name = "portfolio"

router = SimpleRouter()
router.register("portfolios", views.PortfolioViewSet)
router.register("products", views.ProductViewSet)
router.register("segments", views.SegmentViewSet)
router.register("regions", views.RegionViewSet)
router.register("thresholds", views.ThresholdViewSet)
router.register("personas", relations.PersonaViewSet)
router.register("needs", relations.NeedViewSet)
router.register("integrations", relations.IntegrationViewSet)
router.register("workflow-edges", relations.WorkflowEdgeViewSet)
router.register("sequences", relations.SequenceViewSet)
router.register("coherence-overrides", relations.CoherenceOverrideViewSet)
router.register("region-countries", positioning_views.RegionCountryViewSet)
router.register("targetings", positioning_views.TargetingViewSet)
router.register("channels", positioning_views.ChannelViewSet)
router.register("assets", positioning_views.AssetViewSet)
router.register("sunset-plans", positioning_views.SunsetPlanViewSet)
router.register("segment-enablements", positioning_views.SegmentEnablementViewSet)
router.register("benchmarks", positioning_views.BenchmarkViewSet)
urlpatterns = [path("findings/", FindingsView.as_view(), name="finding-list"), *router.urls]

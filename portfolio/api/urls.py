"""Where the catalog is found under /api/v1/."""

from rest_framework.routers import SimpleRouter

from portfolio.api import relation_views as relations
from portfolio.api import views

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
urlpatterns = router.urls

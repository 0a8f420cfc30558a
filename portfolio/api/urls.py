"""Where the catalog is found under /api/v1/."""

from rest_framework.routers import SimpleRouter

from portfolio.api import views

app_name = "portfolio"

router = SimpleRouter()
router.register("portfolios", views.PortfolioViewSet)
router.register("products", views.ProductViewSet)
router.register("segments", views.SegmentViewSet)
router.register("regions", views.RegionViewSet)
router.register("thresholds", views.ThresholdViewSet)
urlpatterns = router.urls

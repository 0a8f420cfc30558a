"""Where plans are found under /api/v1/."""

from rest_framework.routers import SimpleRouter

from pricing.api import price_views, views

app_name = "pricing"

router = SimpleRouter()
router.register("plans", views.PlanViewSet)
router.register("plan-versions", views.PlanVersionViewSet)
router.register("charges", views.ChargeViewSet)
router.register("price-books", price_views.PriceBookViewSet)
router.register("prices", price_views.PriceViewSet)
router.register("price-releases", price_views.PriceReleaseViewSet)
urlpatterns = router.urls

"""Where plans are found under /api/v1/."""

from rest_framework.routers import SimpleRouter

from pricing.api import views
from pricing.api.cloning import CloningViewSet

app_name = "pricing"

router = SimpleRouter()
router.register("plans", views.PlanViewSet)
router.register("plan-versions", views.PlanVersionViewSet)
router.register("charges", views.ChargeViewSet)
router.register("plan-enablements", views.PlanEnablementViewSet)
router.register("products", CloningViewSet, basename="cloning")
urlpatterns = router.urls

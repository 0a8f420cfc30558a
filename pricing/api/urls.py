"""Where plans are found under /api/v1/."""

from rest_framework.routers import SimpleRouter

from pricing.api import views

app_name = "pricing"

router = SimpleRouter()
router.register("plans", views.PlanViewSet)
router.register("plan-versions", views.PlanVersionViewSet)
router.register("charges", views.ChargeViewSet)
router.register("plan-enablements", views.PlanEnablementViewSet)
urlpatterns = router.urls

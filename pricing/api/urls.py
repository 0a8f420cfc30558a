"""Where plans are found under /api/v1/."""

from django.urls import path, re_path
from rest_framework.routers import SimpleRouter

from config.api.views import CODE_IN_ADDRESS
from pricing.api import (
    content_views,
    credit_views,
    exchange_views,
    incentive_views,
    price_views,
    views,
)
from pricing.api.cloning import CloningViewSet
from pricing.api.tool_views import BookToolsViewSet, CalendarView

app_name = "pricing"

router = SimpleRouter()
router.register("plans", views.PlanViewSet)
router.register("plan-versions", views.PlanVersionViewSet)
router.register("charges", views.ChargeViewSet)
router.register("plan-enablements", views.PlanEnablementViewSet)
router.register("features", content_views.FeatureViewSet)
router.register("entitlements", content_views.EntitlementViewSet)
router.register("bundle-items", content_views.BundleItemViewSet)
router.register("migration-paths", content_views.MigrationPathViewSet)
router.register("credit-units", credit_views.CreditUnitViewSet)
router.register("credit-terms", credit_views.CreditTermsViewSet)
router.register("burn-rates", credit_views.BurnRateViewSet)
router.register("rate-tables", exchange_views.RateTableViewSet)
router.register("exchange-rates", exchange_views.ExchangeRateViewSet)
router.register("incentives", incentive_views.IncentiveViewSet)
router.register("products", CloningViewSet, basename="cloning")
router.register("price-books", price_views.PriceBookViewSet)
router.register("price-books", BookToolsViewSet, basename="book-tools")
router.register("prices", price_views.PriceViewSet)
router.register("price-releases", price_views.PriceReleaseViewSet)
urlpatterns = [
    re_path(
        rf"^products/(?P<code>{CODE_IN_ADDRESS})/compare/$",
        content_views.ComparisonViewSet.as_view({"get": "compare"}),
        name="product-compare",
    ),
    path("price-calendar/", CalendarView.as_view(), name="price-calendar"),
    *router.urls,
]

"""Where customers are found under /api/v1/."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from accounts.api import contact_views, owner_views, price_views, views

app_name = "accounts"

router = SimpleRouter()
router.register("accounts", views.AccountViewSet)
router.register("account-profiles", views.ProfileViewSet)
router.register("contacts", contact_views.ContactViewSet)
router.register("subscriptions", views.SubscriptionViewSet)
router.register("subscription-lines", views.LineViewSet)
router.register("teams", owner_views.TeamViewSet)
router.register("members", owner_views.MemberViewSet)
router.register("assignments", owner_views.AssignmentViewSet)
urlpatterns = [
    path("prices/resolve/", price_views.ResolveView.as_view(), name="price-resolve"),
    *router.urls,
]

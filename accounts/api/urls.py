"""Where customers are found under /api/v1/."""

from rest_framework.routers import SimpleRouter

from accounts.api import views

app_name = "accounts"

router = SimpleRouter()
router.register("accounts", views.AccountViewSet)
router.register("account-profiles", views.ProfileViewSet)
router.register("subscriptions", views.SubscriptionViewSet)
router.register("subscription-lines", views.LineViewSet)
urlpatterns = router.urls

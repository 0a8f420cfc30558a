"""Where events and webhooks are found under /api/v1/."""

from rest_framework.routers import SimpleRouter

from config.outbox.api import views

app_name = "outbox"

router = SimpleRouter()
router.register("events", views.EventViewSet)
router.register("webhook-endpoints", views.EndpointViewSet)
router.register("webhook-deliveries", views.DeliveryViewSet)
urlpatterns = router.urls

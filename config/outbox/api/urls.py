"""Where events and webhooks are found under /api/v1/."""

from rest_framework.routers import SimpleRouter

from config.outbox.api import views

app_name = "outbox"

router = SimpleRouter()
router.register("events", views.EventViewSet)
urlpatterns = router.urls

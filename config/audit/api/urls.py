"""Where the audit trail is found under /api/v1/."""

from rest_framework.routers import SimpleRouter

from config.audit.api.views import EventViewSet

app_name = "audit"

router = SimpleRouter()
router.register("audit-events", EventViewSet)
urlpatterns = router.urls

"""Where the audit trail is found under /api/v1/."""

from rest_framework.routers import SimpleRouter

from config.audit.api.views import AuditEventViewSet

app_name = "audit"

router = SimpleRouter()
router.register("audit-events", AuditEventViewSet)
urlpatterns = router.urls

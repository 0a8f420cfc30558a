"""The audit trail over REST."""

from config.access.scopes import Scope
from config.api.views import ID_IN_ADDRESS, ReadOnlyViewSet
from config.audit.api.filters import AuditEventFilter
from config.audit.api.serializers import AuditEventSerializer
from config.audit.models import Event


class AuditEventViewSet(ReadOnlyViewSet):
    queryset = Event.objects.all()
    serializer_class = AuditEventSerializer
    filterset_class = AuditEventFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("-id",)
    ordering_fields = ("id",)
    read_scope = Scope.EVENTS_READ

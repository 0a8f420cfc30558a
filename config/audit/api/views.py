"""The audit trail over REST."""

from config.access.scopes import Scope
from config.api.views import ID_IN_ADDRESS, ReadOnlyViewSet
from config.audit.api.filters import EventFilter
from config.audit.api.serializers import EventSerializer
from config.audit.models import Event


class EventViewSet(ReadOnlyViewSet):
    queryset = Event.objects.all()
    serializer_class = EventSerializer
    filterset_class = EventFilter
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS
    ordering = ("-id",)
    ordering_fields = ("id",)
    read_scope = Scope.EVENTS_READ

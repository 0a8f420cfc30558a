"""The feed of events over REST."""

from rest_framework import mixins

from config.access.scopes import Scope
from config.api.views import ViewSet
from config.outbox.api.filters import EventFilter
from config.outbox.api.pagination import FeedPagination
from config.outbox.api.serializers import EventSerializer
from config.outbox.models import Event


class EventViewSet(mixins.ListModelMixin, ViewSet):
    """What happened, oldest first, about rows that the caller may see.

    Nothing is ever put in before an event that was served: only events below the oldest running
    transaction are there. Come back with `after`, which never goes stale.
    """

    queryset = Event.objects.all()
    serializer_class = EventSerializer
    filterset_class = EventFilter
    pagination_class = FeedPagination
    read_scope = Scope.EVENTS_READ

    def get_queryset(self):
        return super().get_queryset().settled().visible_to(self.request.user)

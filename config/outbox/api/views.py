"""Events and webhooks over REST."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.response import Response

from config.access.scopes import Scope
from config.api.views import ID_IN_ADDRESS, Deletable, ModelViewSet, ReadOnlyViewSet, ViewSet
from config.api.writing import write
from config.outbox.api.filters import DeliveryFilter, EndpointFilter, EventFilter
from config.outbox.api.pagination import FeedPagination
from config.outbox.api.serializers import (
    DeliverySerializer,
    EndpointSerializer,
    EventSerializer,
    NewEndpointSerializer,
    SecretSerializer,
)
from config.outbox.deliveries import redeliver
from config.outbox.endpoints import rotate_secret, send_test
from config.outbox.models import Event, WebhookDelivery, WebhookEndpoint


class EventViewSet(mixins.ListModelMixin, ViewSet):
    """What happened, oldest first, about rows that the caller may see.

    Nothing is ever put in before an event that was served: only events below the oldest running
    transaction are there. Come back with `after`: it is good as long as events are kept, 90 days
    if nobody has chosen otherwise; after that the answer is 410, and one begins anew without it.
    """

    queryset = Event.objects.all()
    serializer_class = EventSerializer
    filterset_class = EventFilter
    pagination_class = FeedPagination
    read_scope = Scope.EVENTS_READ

    def get_queryset(self):
        return super().get_queryset().settled().visible_to(self.request.user)


class WebhooksFrame:
    read_scope = Scope.WEBHOOKS_MANAGE
    write_scope = Scope.WEBHOOKS_MANAGE
    lookup_field = "pk"
    lookup_value_regex = ID_IN_ADDRESS


class EndpointViewSet(WebhooksFrame, Deletable, ModelViewSet):
    queryset = WebhookEndpoint.objects.select_related("owner")
    serializer_class = EndpointSerializer
    filterset_class = EndpointFilter
    ordering = ("id",)

    def get_serializer_class(self):
        return NewEndpointSerializer if self.action == "create" else EndpointSerializer

    def create(self, request, *args, **kwargs) -> Response:
        """Adds an endpoint; the answer shows its secret this once."""
        answer = super().create(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    def add(self, data: object) -> WebhookEndpoint:
        serializer = self.get_serializer(data=data)
        serializer.is_valid(raise_exception=True)
        return serializer.save(owner=self.request.user)

    def _change(self) -> Response:
        # Only what the one who says where events go may see is sent there.
        self.get_object()
        WebhookEndpoint.objects.filter(pk=self.kwargs["pk"]).update(owner=self.request.user)
        return super()._change()

    @extend_schema(request=None, responses=SecretSerializer)
    @action(
        detail=True,
        methods=["post"],
        url_path="rotate-secret",
        needs=("outbox.change_webhookendpoint",),
    )
    def rotate_secret(self, request, pk: str) -> Response:
        """A new secret, shown this once. For 24 hours the old one signs too."""
        return write(self, self._rotate)

    def _rotate(self) -> Response:
        endpoint = self.get_object()
        rotate_secret(endpoint=endpoint, at=timezone.now())
        endpoint.refresh_from_db()
        answer = Response(SecretSerializer(endpoint).data)
        answer["Cache-Control"] = "no-store"
        return answer

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"], needs=("outbox.change_webhookendpoint",))
    def test(self, request, pk: str) -> Response:
        """Sends a signed test event to this endpoint alone; the answer is its delivery."""
        return write(self, self._test)

    def _test(self) -> Response:
        delivery = send_test(endpoint=self.get_object(), at=timezone.now())
        return Response(DeliverySerializer(delivery).data, status=status.HTTP_202_ACCEPTED)


class DeliveryViewSet(WebhooksFrame, ReadOnlyViewSet):
    queryset = WebhookDelivery.objects.select_related("event").prefetch_related("attempts")
    serializer_class = DeliverySerializer
    filterset_class = DeliveryFilter
    ordering = ("-id",)

    @extend_schema(request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"], needs=("outbox.change_webhookdelivery",))
    def redeliver(self, request, pk: str) -> Response:
        """Sends it again, from the beginning of the schedule, as the same message."""
        return write(self, self._redeliver)

    def _redeliver(self) -> Response:
        redeliver(delivery=self.get_object(), at=timezone.now())
        data = self.get_serializer(self.get_object()).data
        return Response(data, status=status.HTTP_202_ACCEPTED)

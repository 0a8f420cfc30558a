"""Events, endpoints and deliveries as programs read and write them."""

from rest_framework import serializers

from config.api.serializers import ModelSerializer
from config.outbox.api.pagination import cursor_of
from config.outbox.models import DeliveryAttempt, Event, WebhookDelivery, WebhookEndpoint


class EventSerializer(ModelSerializer):
    """`cursor` is the place behind the event: `after` it come the later ones."""

    cursor = serializers.SerializerMethodField()
    payload = serializers.DictField(read_only=True)

    class Meta:
        model = Event
        fields = ["id", "kind", "subject", "payload", "created_at", "cursor"]
        read_only_fields = fields

    def get_cursor(self, event: Event) -> str:
        return cursor_of(event)


class EndpointSerializer(ModelSerializer):
    """An endpoint without its secrets."""

    owner = serializers.CharField(source="owner.email", read_only=True)

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id",
            "url",
            "description",
            "kinds",
            "active",
            "disabled_because",
            "owner",
            "previous_secret_until",
            "created_at",
        ]
        read_only_fields = ["disabled_because", "previous_secret_until", "created_at"]

    def candidate(self, attrs) -> WebhookEndpoint:
        row = super().candidate(attrs)
        row.owner = self.context["request"].user
        return row


class NewEndpointSerializer(EndpointSerializer):
    """A new endpoint with its secret, which is shown this once."""

    class Meta(EndpointSerializer.Meta):
        fields = [*EndpointSerializer.Meta.fields, "secret"]
        read_only_fields = [*EndpointSerializer.Meta.read_only_fields, "secret"]


class SecretSerializer(serializers.Serializer):
    """The new secret, shown this once; the old one signs too until `previous_secret_until`."""

    secret = serializers.CharField()
    previous_secret_until = serializers.DateTimeField()


class AttemptSerializer(ModelSerializer):
    request_headers = serializers.DictField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = DeliveryAttempt
        fields = [
            "number",
            "sent_at",
            "milliseconds",
            "request_headers",
            "status",
            "answer",
            "problem",
        ]
        read_only_fields = fields


class DeliverySerializer(ModelSerializer):
    """An event on its way to an endpoint, with every attempt."""

    endpoint = serializers.IntegerField(source="endpoint_id", read_only=True)
    event = serializers.IntegerField(source="event_id", read_only=True)
    kind = serializers.CharField(source="event.kind", read_only=True)
    subject = serializers.CharField(source="event.subject", read_only=True)
    attempts = AttemptSerializer(many=True, read_only=True)

    class Meta:
        model = WebhookDelivery
        fields = [
            "id",
            "endpoint",
            "event",
            "kind",
            "subject",
            "state",
            "next_attempt_at",
            "created_at",
            "attempts",
        ]
        read_only_fields = fields

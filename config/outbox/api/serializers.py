"""Events as programs read them."""

from rest_framework import serializers

from config.api.serializers import ModelSerializer
from config.outbox.api.pagination import cursor_of
from config.outbox.models import Event


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

"""The audit trail as programs read it."""

from rest_framework import serializers

from config.api.serializers import ModelSerializer
from config.audit.actors import names
from config.audit.models import Event


class Page(serializers.ListSerializer):
    """Events of one page, whose people are looked up together."""

    def to_representation(self, data):
        events = list(data)
        self.child.people = names(event.actor for event in events)
        return super().to_representation(events)


class AuditEventSerializer(ModelSerializer):
    table = serializers.CharField(source="table_name")
    row = serializers.IntegerField(source="row_id", allow_null=True)
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)
    actor_name = serializers.SerializerMethodField(help_text="Who the actor is today.")

    class Meta:
        model = Event
        list_serializer_class = Page
        fields = [
            "id",
            "at",
            "transaction",
            "table",
            "row",
            "operation",
            "before",
            "after",
            "actor",
            "actor_name",
            "database_user",
            "reason",
            "request_id",
            "door",
        ]

    def get_actor_name(self, event: Event) -> str | None:
        known = self.people if hasattr(self, "people") else names([event.actor])
        return known.get(event.actor)

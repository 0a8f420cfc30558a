"""What events, endpoints and deliveries can be asked."""

import django_filters

from config.api.filters import FilterSet, IntegerFilter
from config.outbox.kinds import kind_codes
from config.outbox.models import Event, WebhookDelivery, WebhookEndpoint


class EventFilter(FilterSet):
    kind = django_filters.ChoiceFilter(choices=kind_codes)

    class Meta:
        model = Event
        fields = ["kind", "subject"]


class EndpointFilter(FilterSet):
    class Meta:
        model = WebhookEndpoint
        fields = ["active"]


class DeliveryFilter(FilterSet):
    event = IntegerFilter("event_id")
    kind = django_filters.ChoiceFilter("event__kind", choices=kind_codes)

    class Meta:
        model = WebhookDelivery
        fields = ["endpoint", "event", "kind", "state"]

"""What events can be asked."""

import django_filters

from config.api.filters import FilterSet
from config.outbox.kinds import kind_codes
from config.outbox.models import Event


class EventFilter(FilterSet):
    kind = django_filters.ChoiceFilter(choices=kind_codes)

    class Meta:
        model = Event
        fields = ["kind", "subject"]

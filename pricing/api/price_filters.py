"""What prices can be asked."""

from django.db.models import QuerySet

from config.api.filters import BooleanFilter, CodeFilter, DateFilter, FilterSet
from pricing.models import Price, PriceBook, PriceRelease


class PriceBookFilter(FilterSet):
    account = CodeFilter("account_code", help_text="The contract of the account.")

    class Meta:
        model = PriceBook
        fields = ["segment", "region"]


class PriceReleaseFilter(FilterSet):
    effective_from = DateFilter("effective_on", lookup_expr="gte")

    class Meta:
        model = PriceRelease
        fields = ["book", "state", "effective_on", "policy"]


class PriceFilter(FilterSet):
    on = DateFilter(method="known", help_text="Published prices that apply on the day.")
    plan = CodeFilter("charge__plan__code")
    published = BooleanFilter(method="live", help_text="Published and not cancelled, or not.")

    class Meta:
        model = Price
        fields = ["book", "release", "charge", "currency", "interval", "model", "is_end"]

    def known(self, prices: QuerySet, _name: str, day) -> QuerySet:
        return prices.known(on=day)

    def live(self, prices: QuerySet, _name: str, wanted: bool) -> QuerySet:
        live = prices.live()
        return live if wanted else prices.exclude(pk__in=live.order_by().values("pk"))

"""What can be asked of how products are put before customers."""

from django.db.models import QuerySet

from config.api.filters import DateFilter, FilterSet
from portfolio.models import (
    Asset,
    Benchmark,
    Channel,
    RegionCountry,
    SegmentEnablement,
    SunsetPlan,
    Targeting,
)


class RegionCountryFilter(FilterSet):
    class Meta:
        model = RegionCountry
        fields = ["region", "country"]


class TargetingFilter(FilterSet):
    class Meta:
        model = Targeting
        fields = ["product", "segment", "posture"]


class ChannelFilter(FilterSet):
    class Meta:
        model = Channel
        fields = ["product", "segment", "motion", "owner_model"]


class AssetFilter(FilterSet):
    on = DateFilter(method="shown", help_text="Assets that are out on the day.")

    class Meta:
        model = Asset
        fields = ["kind", "product", "other_product", "industry"]

    def shown(self, assets: QuerySet, _name: str, day) -> QuerySet:
        return assets.shown(on=day)


class SunsetPlanFilter(FilterSet):
    class Meta:
        model = SunsetPlan
        fields = ["product", "successor", "no_successor"]


class SegmentEnablementFilter(FilterSet):
    class Meta:
        model = SegmentEnablement
        fields = ["product", "segment"]


class BenchmarkFilter(FilterSet):
    on = DateFilter(method="known", help_text="The figure of each key that was known on the day.")

    class Meta:
        model = Benchmark
        fields = ["key", "unit"]

    def known(self, benchmarks: QuerySet, _name: str, day) -> QuerySet:
        return benchmarks.known(on=day)

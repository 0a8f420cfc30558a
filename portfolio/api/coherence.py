"""The coherence of a portfolio as programs read it."""

from functools import lru_cache

from rest_framework.serializers import ListField

from config.api.fields import CharField, ChoiceField, DateField, DecimalField, FloatField, canonical
from config.api.related import CodeRelatedField
from config.api.serializers import Query, Serializer
from portfolio.coherence import Coherence, Label, Pair, Score
from portfolio.models import Product

DIGITS = 6


class CoherenceQuery(Query):
    """The day asked about (today if left out), and one product's pairs alone."""

    on = DateField(required=False)
    product = CodeRelatedField(queryset=Product.objects.all(), required=False)


class ScoreSerializer(Serializer):
    """The answer to one question; `value` is the judgement where there is one."""

    computed = FloatField()
    overridden = FloatField(allow_null=True)
    note = CharField(allow_null=True)
    value = FloatField()


class ScoresSerializer(Serializer):
    needs = ScoreSerializer()
    personas = ScoreSerializer()
    integration = ScoreSerializer()
    workflow = ScoreSerializer()


class PairScoresSerializer(Serializer):
    product_a = CharField()
    product_b = CharField()
    value = FloatField()
    scores = ScoresSerializer()


class ThresholdUsedSerializer(Serializer):
    code = CharField()
    value = DecimalField(max_digits=18, decimal_places=6)
    source = CharField()


class CoherenceSerializer(Serializer):
    portfolio = CharField()
    on = DateField()
    value = FloatField(allow_null=True)
    label = ChoiceField([(each.value, each.value) for each in Label], allow_null=True)
    integration_index = FloatField(allow_null=True)
    thresholds = ThresholdUsedSerializer(many=True)
    products = ListField(
        child=CharField(), help_text="Codes of the products that count on the day."
    )
    pairs = PairScoresSerializer(many=True)


def as_json(found: Coherence, *, product: Product | None = None) -> dict:
    """The members of CoherenceSerializer, written straight: there are thousands of pairs."""
    pairs = [p for p in found.pairs if product is None or product.pk in (p.a.pk, p.b.pk)]
    return {
        "portfolio": found.portfolio.code,
        "on": found.on.isoformat(),
        "value": _rounded(found.value),
        "label": found.label,
        "integration_index": _rounded(found.integration_index),
        "thresholds": [
            {"code": code, "value": canonical(row.value), "source": row.source}
            for code, row in sorted(found.thresholds.items())
        ],
        "products": [product.code for product in found.products],
        "pairs": [_pair(pair) for pair in pairs],
    }


def _pair(pair: Pair) -> dict:
    return {
        "product_a": pair.a.code,
        "product_b": pair.b.code,
        "value": _rounded(pair.value),
        "scores": {question.value: _score(score) for question, score in pair.scores.items()},
    }


def _score(score: Score) -> dict:
    if score.override is None:
        return _computed(score.computed)
    return {
        "computed": _rounded(score.computed),
        "overridden": score.overridden,
        "note": score.override.note,
        "value": _rounded(score.value),
    }


@lru_cache(maxsize=1000)
def _computed(value: float) -> dict:
    """A score that nobody judged; the same few occur in thousands of pairs."""
    rounded = _rounded(value)
    return {"computed": rounded, "overridden": None, "note": None, "value": rounded}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)

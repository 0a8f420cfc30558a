"""Findings, as programs ask for them and read them."""

from rest_framework import serializers

from config.api.fields import CharField, ChoiceField, DateField, IntegerField
from config.api.pagination import DEFAULT_LIMIT, LARGEST_LIMIT
from config.api.related import CodeRelatedField
from config.api.serializers import Query
from config.findings import Finding, Severity, findings
from portfolio.models import Portfolio, Product


class FindingsQuery(Query):
    """Which findings: of one severity, kind, portfolio or product, on a day."""

    severity = ChoiceField([severity.value for severity in Severity], required=False)
    kind = CharField(required=False, max_length=100, help_text="The code of a kind.")
    portfolio = CodeRelatedField(queryset=Portfolio.objects.all(), required=False)
    product = CodeRelatedField(queryset=Product.objects.all(), required=False)
    on = DateField(required=False, help_text="Today if left out.")
    limit = IntegerField(
        required=False,
        min_value=1,
        max_value=LARGEST_LIMIT,
        help_text=f"{DEFAULT_LIMIT} if left out.",
    )
    cursor = CharField(required=False, help_text="Taken from next or previous, never made up.")

    def validate_kind(self, code: str) -> str:
        if code not in findings:
            known = ", ".join(findings)
            raise serializers.ValidationError(f"There is no such kind. Known: {known}.")
        return code


class FindingSerializer(serializers.Serializer):
    """One row that breaks a rule; `subject` is the row to mend, as events name rows."""

    kind = serializers.CharField()
    severity = serializers.ChoiceField([severity.value for severity in Severity])
    title = serializers.CharField()
    explanation = serializers.CharField()
    detail = serializers.CharField()
    portfolio = serializers.CharField(allow_null=True)
    product = serializers.CharField(allow_null=True)
    subject = serializers.CharField()
    facts = serializers.DictField()


class FindingsPageSerializer(serializers.Serializer):
    """A page of findings, the worst first."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = FindingSerializer(many=True)


class CountsSerializer(serializers.Serializer):
    error = serializers.IntegerField()
    warning = serializers.IntegerField()
    info = serializers.IntegerField()


class KindSerializer(serializers.Serializer):
    """A kind that was asked: what it did not find is not there."""

    code = serializers.CharField()
    severity = serializers.CharField()
    title = serializers.CharField()
    explanation = serializers.CharField()


class CheckSerializer(serializers.Serializer):
    """Whether a portfolio obeys its model and its products play their parts."""

    portfolio = serializers.CharField()
    model = serializers.CharField()
    on = serializers.DateField()
    counts = CountsSerializer()
    kinds = KindSerializer(many=True)
    findings = FindingSerializer(many=True)


def told(finding: Finding) -> dict:
    """A finding with everything that its kind says of it."""
    kind, found = finding.kind, finding.found
    return {
        "kind": kind.code,
        "severity": kind.severity,
        "title": kind.title,
        "explanation": kind.explanation,
        "detail": found.sentence,
        "portfolio": found.about.get("portfolio"),
        "product": found.about.get("product"),
        "subject": finding.subject,
        "facts": dict(found.facts),
    }

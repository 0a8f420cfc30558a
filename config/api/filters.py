"""Which questions a list answers: those it names, with values spelled one way."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django_filters.rest_framework import DjangoFilterBackend

from config.api.fields import INSTANT, WHOLE, DateTimeField, day_of, decimal_of, fault_of_day
from config.api.related import has_code
from config.codes import CODE


class DayInput(forms.DateField):
    def to_python(self, value):
        day = day_of(value)
        if day is None and value:
            raise ValidationError(fault_of_day(value), code="invalid")
        return day


class InstantInput(forms.DateTimeField):
    def to_python(self, value):
        if not value:
            return None
        if not INSTANT.fullmatch(value):
            raise ValidationError(DateTimeField.default_error_messages["invalid"], code="invalid")
        return DateTimeField().to_internal_value(value)


class DecimalInput(forms.DecimalField):
    def to_python(self, value):
        number = decimal_of(value)
        if number is None and value:
            raise ValidationError("Must be a number such as 19.99.", code="invalid")
        return number


class IntegerInput(forms.IntegerField):
    def to_python(self, value):
        if value and not WHOLE.fullmatch(value):
            raise ValidationError("Must be an integer.", code="invalid")
        return int(value) if value else None


class BooleanInput(forms.CharField):
    def to_python(self, value):
        if value and value not in ("true", "false"):
            raise ValidationError("Must be true or false.", code="invalid")
        return value == "true" if value else None


class CodeInput(forms.CharField):
    def to_python(self, value):
        if value and not CODE.fullmatch(value):
            raise ValidationError("This cannot be a code.", code="invalid")
        return value


class DateFilter(django_filters.DateFilter):
    field_class = DayInput


class DateTimeFilter(django_filters.IsoDateTimeFilter):
    field_class = InstantInput


class DecimalFilter(django_filters.NumberFilter):
    field_class = DecimalInput

    def get_max_validator(self):
        return None


class IntegerFilter(DecimalFilter):
    field_class = IntegerInput


class BooleanFilter(django_filters.BooleanFilter):
    field_class = BooleanInput


class CodeFilter(django_filters.CharFilter):
    """Rows whose related row has the code: `product = CodeFilter("product__code")`."""

    field_class = CodeInput


class FilterSet(django_filters.FilterSet):
    """Named questions; a foreign key listed in Meta.fields is asked about by its code."""

    FILTER_DEFAULTS = {
        **django_filters.FilterSet.FILTER_DEFAULTS,
        models.AutoField: {"filter_class": IntegerFilter},
        models.BooleanField: {"filter_class": BooleanFilter},
        models.DateField: {"filter_class": DateFilter},
        models.DateTimeField: {"filter_class": DateTimeFilter},
        models.DecimalField: {"filter_class": DecimalFilter},
        models.IntegerField: {"filter_class": IntegerFilter},
        models.PositiveIntegerField: {"filter_class": IntegerFilter},
        models.PositiveSmallIntegerField: {"filter_class": IntegerFilter},
        models.SmallIntegerField: {"filter_class": IntegerFilter},
    }

    @classmethod
    def filter_for_field(cls, field, field_name, lookup_expr="exact"):
        if isinstance(field, models.ForeignKey) and lookup_expr == "exact":
            if has_code(field.related_model):
                return CodeFilter(field_name=f"{field_name}__code")
            return IntegerFilter(field_name=f"{field_name}_id")
        return super().filter_for_field(field, field_name, lookup_expr)


class FilterBackend(DjangoFilterBackend):
    """Applies a list's filters; the view has refused unknown parameters before."""

    filterset_base = FilterSet

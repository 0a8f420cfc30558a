"""What every input goes through: known members only, then the model's own rules."""

from collections.abc import Callable
from copy import copy
from functools import partial

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import BaseConstraint, CheckConstraint, Model
from rest_framework import serializers
from rest_framework.validators import UniqueValidator

from config.api import fields, problems
from config.api.problems import InputError, Refusal
from config.api.related import CodeRelatedField, IdRelatedField, has_code


class Strict:
    """Refuses members it does not know, and members that only the server writes."""

    def to_internal_value(self, data):
        if isinstance(data, dict):
            errors = {name: [self._stranger(name)] for name in data if not self._takes(name)}
            if errors:
                raise serializers.ValidationError(errors)
        return super().to_internal_value(data)

    def _takes(self, name: str) -> bool:
        return name in self.fields and not self.fields[name].read_only

    def _stranger(self, name: str) -> serializers.ErrorDetail:
        if name in self.fields:
            return serializers.ErrorDetail("This member is read-only.", code="read_only")
        return serializers.ErrorDetail("There is no such member.", code="unknown")


class Serializer(Strict, serializers.Serializer):
    """The input of a decision: its field names are the decision's keyword arguments."""


class Query(Serializer):
    """A question asked by query parameters: values are read from their canonical text."""

    of_text = True


class DayQuery(Query):
    """The day asked about; today if left out."""

    on = fields.DateField(required=False)


class ModelSerializer(Strict, serializers.ModelSerializer):
    """A row at the door: validated as a candidate by the model itself, as an admin form does.

    List the fields explicitly. A row that contradicts its own values is wrong input (400); one
    that contradicts another row is a conflict (409), as it is when two requests race.
    """

    serializer_related_field = IdRelatedField
    serializer_choice_field = fields.ChoiceField
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.AutoField: fields.IntegerField,
        models.BigAutoField: fields.IntegerField,
        models.BigIntegerField: fields.IntegerField,
        models.BooleanField: fields.BooleanField,
        models.CharField: fields.CharField,
        models.DateField: fields.DateField,
        models.DateTimeField: fields.DateTimeField,
        models.DecimalField: fields.DecimalField,
        models.EmailField: fields.EmailField,
        models.FloatField: fields.FloatField,
        models.IntegerField: fields.IntegerField,
        models.PositiveIntegerField: fields.IntegerField,
        models.PositiveSmallIntegerField: fields.IntegerField,
        models.SlugField: fields.SlugField,
        models.SmallIntegerField: fields.IntegerField,
        models.TextField: fields.CharField,
        models.URLField: fields.URLField,
        models.UUIDField: fields.UUIDField,
    }

    def build_standard_field(self, field_name, model_field):
        kind, options = super().build_standard_field(field_name, model_field)
        if "validators" in options:
            others = (v for v in options["validators"] if not isinstance(v, UniqueValidator))
            options["validators"] = list(others)
        return kind, options

    def get_fields(self):
        """What a row may leave blank is blank in answers too: the document must say so."""
        fields = super().get_fields()
        columns = {column.name: column for column in self.Meta.model._meta.concrete_fields}
        for name, field in fields.items():
            column = columns.get(name)
            if column and column.choices and column.blank and field.read_only:
                field.allow_blank = not column.null
        return fields

    def build_relational_field(self, field_name, relation_info):
        kind, options = super().build_relational_field(field_name, relation_info)
        if has_code(relation_info.related_model):
            kind = CodeRelatedField
        if "validators" in options:
            options.pop("validators")
        return kind, options

    def get_uniqueness_extra_kwargs(self, field_names, declared_fields, extra_kwargs):
        return extra_kwargs, {}

    def get_unique_together_validators(self):
        return []  # the model asks, once, about every constraint it has

    def get_unique_for_date_validators(self):
        return []

    def validate(self, attrs):
        attrs = super().validate(attrs)
        self.check(self.candidate(attrs))
        return attrs

    def candidate(self, attrs) -> Model:
        """The row as it would be; extend it with what the view, not the caller, decides."""
        row = copy(self.instance) if self.instance else self.Meta.model()
        columns = {field.name for field in row._meta.concrete_fields}
        for name in attrs.keys() & columns:
            setattr(row, name, attrs[name])
        return row

    def check(self, row: Model) -> None:
        """Raises ValidationError for the row itself, Refusal (409) for what it contradicts."""
        row.full_clean(validate_unique=False, validate_constraints=False)
        own, others = [], []
        for model, constraints in row.get_constraints():
            for constraint in constraints:
                kind = own if isinstance(constraint, CheckConstraint) else others
                kind.append(partial(_hold, constraint, model, row))
        _run(own)
        try:
            _run([row.validate_unique, *others])
        except ValidationError as error:
            raise conflict(error) from error


def _hold(constraint: BaseConstraint, model: type[Model], row: Model) -> None:
    try:
        constraint.validate(model, row)
    except ValidationError as error:
        for fault in error.error_list if hasattr(error, "error_list") else ():
            fault.code = fault.code or constraint.name
        raise


def _run(checks: list[Callable[[], None]]) -> None:
    """Raises one ValidationError with everything the checks found."""
    found: dict[str, list] = {}
    for check in checks:
        try:
            check()
        except ValidationError as error:
            found = error.update_error_dict(found)
    if found:
        raise ValidationError(found)


def conflict(error: ValidationError) -> Refusal:
    """A contradiction with another row, as a 409 that names the members."""
    found = [
        InputError("" if name == NON_FIELD_ERRORS else name, problem.code or "conflict", message)
        for name, problems_here in error.error_dict.items()
        for problem in problems_here
        for message in problem.messages
    ]
    return Refusal(problems.CONFLICT, found[0].message, errors=found)

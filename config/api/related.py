"""How one row names another: by its code, and only rows the caller may see."""

from rest_framework import serializers
from rest_framework.fields import empty

from config.access.scoping import visible
from config.api.fields import WHOLE


class Visible:
    """A reference narrowed to the caller's rows: another's row is like an absent one."""

    default_error_messages = {"empty": "Name a row, or send null for none."}

    def run_validation(self, data=empty):
        if data == "":  # REST framework would read it as null
            self.fail("empty")
        return super().run_validation(data)

    def get_queryset(self):
        queryset = super().get_queryset()
        request = self.context.get("request")
        return queryset if request is None else visible(queryset, request.user)


class CodeRelatedField(Visible, serializers.SlugRelatedField):
    """Another row by its code, or by another column that is unique."""

    def __init__(self, slug_field: str = "code", **kwargs) -> None:
        super().__init__(slug_field=slug_field, **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class IdRelatedField(Visible, serializers.PrimaryKeyRelatedField):
    """Another row by its id, where rows have no code."""

    def to_internal_value(self, data):
        if getattr(self.root, "of_text", False) and isinstance(data, str) and WHOLE.fullmatch(data):
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


def has_code(model) -> bool:
    """Whether rows of the model are named by a code."""
    return any(field.name == "code" and field.unique for field in model._meta.concrete_fields)


class CodesRelatedField(serializers.ManyRelatedField):
    """Rows by their codes, in any order, each once; found with one query."""

    default_error_messages = {
        "does_not_exist": "Object with code={code} does not exist.",
        "too_many": "At most {most} codes.",
        "text": "Each must be a string.",
    }
    most = 500

    def __init__(self, *, queryset, **kwargs) -> None:
        super().__init__(child_relation=CodeRelatedField(queryset=queryset), **kwargs)

    def to_internal_value(self, data):
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        if len(data) > self.most:
            self.fail("too_many", most=self.most)
        if not all(isinstance(code, str) for code in data):
            self.fail("text")
        found = {row.code: row for row in self.child_relation.get_queryset().filter(code__in=data)}
        for code in data:
            if code not in found:
                self.fail("does_not_exist", code=code)
        return list(found.values())

    def to_representation(self, iterable):
        return sorted(row.code for row in iterable)

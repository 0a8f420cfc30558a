"""A form that puts every refusal beside the field that can cure it."""

import re
from collections.abc import Iterable, Iterator

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import BaseConstraint, CheckConstraint, F, Model, Q
from unfold.widgets import UnfoldAdminTextInputWidget

from config.admin.formatting import minor
from config.admin.stating import REASON
from config.api.reasons import LONGEST
from config.money import AMOUNT_DIGITS, from_minor, minor_digits, to_minor
from config.versions import Versioned

STALE = (
    "Somebody else saved this after you opened it. Stored now is {stored}. What you typed is "
    "kept below: save again to replace what is stored, or open the page anew to keep it."
)
GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)


class MinorField(forms.DecimalField):
    """Whole minor units of a currency, read and typed as an amount of it: 1999 EUR as 19.99.

    Thousands may be set apart by commas: 1,250.00. Any other comma is refused, and so are more
    decimals than the currency has.
    """

    def __init__(self, *, currency: str, **kwargs) -> None:
        self.currency, places = currency, minor_digits(currency)
        many = f"at most {places} decimals" if places else "no decimals"
        facts = {
            **AMOUNT_DIGITS,
            "decimal_places": places,
            "error_messages": {"max_decimal_places": f"An amount of {currency} has {many}."},
            "widget": UnfoldAdminTextInputWidget({"inputmode": "decimal"}),
        }
        super().__init__(**{**facts, **kwargs})

    def prepare_value(self, value):
        return from_minor(value, self.currency) if isinstance(value, int) else value

    def to_python(self, value):
        grouped = isinstance(value, str) and GROUPED.fullmatch(value.strip())
        return super().to_python(value.replace(",", "") if grouped else value)

    def clean(self, value) -> int | None:
        amount = super().clean(value)
        return None if amount is None else to_minor(amount, self.currency)

    def has_changed(self, initial, data) -> bool:
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


class OpenedField(forms.IntegerField):
    """The version of the row that the page was opened at; hidden, and no change by itself."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data) -> bool:
        return False


class ReasonField(forms.CharField):
    """Why something is changed: recorded in the history, and no change by itself."""

    def __init__(self, **kwargs) -> None:
        text = "Recorded in the history, with your name. Write nothing that names a customer."
        super().__init__(
            **{
                "label": "Why",
                "max_length": LONGEST,
                "help_text": text,
                "widget": UnfoldAdminTextInputWidget,
                **kwargs,
            }
        )

    def has_changed(self, initial, data) -> bool:
        return False


class ModelForm(forms.ModelForm):
    """A model's form: constraints speak beside a field, a refused decision above all of them.

    The form of a row that has versions refuses to overwrite what somebody else saved meanwhile.
    Changes of the fields in `asks_why` need a reason; others may have one.
    """

    refusal = ""
    asks_why: tuple[str, ...] = ()
    opened = OpenedField(required=False)
    change_reason = ReasonField(required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.instance, Versioned):
            self.fields["opened"].initial = self.instance.version if self.instance.pk else None
        else:
            del self.fields["opened"]

    def clean(self):
        cleaned = super().clean()
        if self.refusal:
            raise ValidationError(self.refusal, code="refused")
        self._check_reason(self.cleaned_data.pop(REASON, ""))
        opened = self.cleaned_data.pop("opened", None)
        if isinstance(self.instance, Versioned) and self.instance.pk and self.has_changed():
            self._check_version(opened)
        return cleaned

    def _check_reason(self, reason: str) -> None:
        changed = set(self.changed_data) & set(self.asks_why) if self.instance.pk else ()
        if changed and not reason:
            names = " and ".join(sorted(str(self.fields[name].label).lower() for name in changed))
            self.add_error(REASON, f"Say why the {names} changes.")

    def _update_errors(self, errors: ValidationError) -> None:
        # Django says of a broken constraint only its sentence, and puts that above the form.
        constraints = {
            str(constraint.get_violation_error_message()): constraint
            for _, constraints in self.instance.get_constraints()
            for constraint in constraints
        }
        faults = getattr(errors, "error_dict", {})
        for fault in faults.pop(NON_FIELD_ERRORS, []):
            constraint = constraints.get(fault.messages[0])
            place = constraint and field_to_blame(constraint, self.instance, self.fields)
            faults.setdefault(place or NON_FIELD_ERRORS, []).append(fault)
        super()._update_errors(errors)

    def _check_version(self, opened: int | None) -> None:
        if opened == self.instance.version:
            return
        # Who saves again has read the sentence, and then means this version.
        self.data = self.data.copy()
        self.data[self.add_prefix("opened")] = str(self.instance.version)
        stored = "; ".join(f"{self.fields[n].label}: {self._stored(n)}" for n in self.changed_data)
        raise ValidationError(STALE.format(stored=stored), code="stale")

    def _stored(self, name: str) -> object:
        """What the database has, as a person reads it; the instance is not yet overwritten."""
        if isinstance(self.fields[name], forms.ModelMultipleChoiceField):
            return ", ".join(str(row) for row in getattr(self.instance, name).all()) or "empty"
        shown = getattr(self.instance, f"get_{name}_display", None)
        value = shown() if shown else getattr(self.instance, name, None)
        if isinstance(self.fields[name], MinorField):
            return minor(value, self.fields[name].currency)
        return "empty" if value in (None, "") else value


def field_to_blame(constraint: BaseConstraint, row: Model, fields: Iterable[str]) -> str | None:
    """The field of the form beside which a broken constraint is best explained.

    A field that the constraint asks for and that is empty; else the last one with a value.
    """
    named = set(columns(constraint))
    names = [f.name for f in row._meta.concrete_fields if f.name in named and f.name in fields]
    filled = [name for name in names if getattr(row, row._meta.get_field(name).attname) is not None]
    if isinstance(constraint, CheckConstraint):
        asked_for = set(_asked_for(constraint.condition))
        for name in names:
            if name in asked_for and name not in filled:
                return name
    return (filled or names or [None])[-1]


def columns(constraint: BaseConstraint) -> Iterator[str]:
    """The names of the model's fields that a constraint is about."""
    if isinstance(constraint, CheckConstraint):
        yield from constraint.condition.referenced_base_fields
        return
    yield from getattr(constraint, "fields", ())
    for item in getattr(constraint, "expressions", ()):
        expression = item[0] if isinstance(item, tuple) else item
        if isinstance(expression, str):
            yield expression
        else:
            parts = expression.flatten() if hasattr(expression, "flatten") else [expression]
            yield from (part.name for part in parts if isinstance(part, F))


def _asked_for(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _asked_for(child)
        elif isinstance(child, tuple) and child[0].endswith("__isnull") and child[1] is False:
            yield child[0].removesuffix("__isnull")

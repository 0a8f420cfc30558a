"""The theme's colours and fields for pages outside the admin, which run none of its scripts."""

from django import template
from django.forms import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from config.admin.theme import UNFOLD

register = template.Library()


@register.simple_tag
def colours() -> SafeString:
    """Declarations for `:root`."""
    return format_html_join(
        "",
        "--color-{}-{}: {};",
        (
            (name, weight, value)
            for name, weights in UNFOLD["COLORS"].items()
            for weight, value in weights.items()
        ),
    )


@register.simple_tag
def focused(field: BoundField) -> SafeString:
    """The field where typing begins."""
    return field.as_widget(attrs={"autofocus": True, "placeholder": ""})


@register.simple_tag
def plain(field: BoundField) -> SafeString:
    """The field without a hint inside it: its label says what it is."""
    return field.as_widget(attrs={"placeholder": ""})

"""Where plans are found in the admin."""

from django.urls import reverse

from pricing.models import BY_KIND, Plan


def page_of(plan: Plan) -> str:
    """The page of a plan, in the section of its kind."""
    name = BY_KIND[plan.kind]._meta.model_name
    return reverse(f"admin:pricing_{name}_change", args=[plan.pk])


def comparison_of(plan: Plan, other: Plan) -> str:
    """The page on what changes from one plan to the other."""
    return f"{reverse('admin:pricing_plan_compare', args=[plan.pk])}?to={other.pk}"

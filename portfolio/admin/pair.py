"""Two products on one page: the four questions, what the answers follow from, who judged."""

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from config.access.scoping import visible
from config.admin.formatting import number
from config.admin.history import told
from config.audit.history import last_of
from portfolio.admin.heat import shade
from portfolio.coherence import Pair, key, pair_of, relations_among
from portfolio.models import CoherenceOverride, Product, Question, Sequence, WorkflowEdge

ASKED = {
    Question.NEEDS: "Do customers have both for related needs?",
    Question.PERSONAS: "Do the same people work with both?",
    Question.INTEGRATION: "How deeply do they work together technically?",
    Question.WORKFLOW: "Does work flow from one into the other?",
}


def pair_page(model_admin, request, product: Product, other: Product) -> HttpResponse:
    """How two products belong together, and where that can be judged or corrected."""
    if product == other:
        page = reverse("admin:portfolio_product_change", args=[product.pk])
        return HttpResponseRedirect(page)
    a, b = sorted((product, other), key=lambda each: each.pk)
    relations = relations_among([a, b])
    pair = pair_of(a, b, relations)
    sides = {"product_a": a.pk, "product_b": b.pk}
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "original": product,
        "title": f"{product} and {other}",
        "products": (product, other),
        "value": number(pair.value, 2),
        "shade": shade(pair.value),
        "questions": _questions(request, pair, sides),
        "integration": relations.integrations.get(key(a, b)),
        "sides": urlencode(sides),
        "flows": list(visible(WorkflowEdge.objects.between(a, b), request.user)),
        "steps": list(visible(Sequence.objects.between(a, b), request.user)),
        "may_add": {
            name: request.user.has_perm(f"portfolio.add_{name}")
            for name in ("integration", "workflowedge", "sequence")
        },
    }
    return TemplateResponse(request, "portfolio/pair.html", context)


def _questions(request, pair: Pair, sides: dict[str, int]) -> list[dict]:
    judged = _who_judged(request, pair)
    reasons = {
        Question.NEEDS: _shared(pair, "needs"),
        Question.PERSONAS: _shared(pair, "personas"),
    }
    return [
        {
            "label": question.label,
            "asked": ASKED[question],
            "reasons": reasons.get(question, []),
            "computed": number(score.computed, 2),
            "value": number(score.value, 2),
            "override": score.override,
            "judged": judged.get(score.override.pk) if score.override else None,
            "page": _page_of_judgement(request, question, score.override, sides),
        }
        for question, score in pair.scores.items()
    ]


def _shared(pair: Pair, name: str) -> list[tuple[str, str]]:
    """What both are for, and what only one of them is."""
    ours = set(getattr(pair.a, name).values_list("name", flat=True))
    theirs = set(getattr(pair.b, name).values_list("name", flat=True))
    parts = [("Both", ours & theirs), (pair.a.name, ours - theirs), (pair.b.name, theirs - ours)]
    return [(label, ", ".join(sorted(names))) for label, names in parts if names]


def _page_of_judgement(
    request, question: Question, override: CoherenceOverride | None, sides: dict[str, int]
) -> str:
    """Where to judge, for whom may; an existing judgement is opened."""
    if override:
        return reverse("admin:portfolio_coherenceoverride_change", args=[override.pk])
    if not request.user.has_perm("portfolio.add_coherenceoverride"):
        return ""
    form = reverse("admin:portfolio_coherenceoverride_add")
    return f"{form}?{urlencode({**sides, 'question': question.value})}"


def _who_judged(request, pair: Pair) -> dict[int, dict]:
    """Who last wrote each judgement of the pair, and when: as the audit trail knows it."""
    events = last_of(score.override for score in pair.scores.values() if score.override)
    return {each["event"].row_id: each for each in told(events, request.user)}

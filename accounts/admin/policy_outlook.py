"""What a policy does to the whole book: the page beside its decisions."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count

from django.core.paginator import Paginator
from django.db.models import Case, When
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.decorators import action

from accounts.admin.policy import PolicyAdmin
from accounts.grandfathering import reports
from accounts.grandfathering.outcome import AHEAD, Status
from accounts.models import PolicyPreview
from config.access.scoping import visible
from config.admin.additions import add_action
from config.admin.formatting import money, percent, whole
from config.money import to_minor
from config.sheets.writing import as_csv

SEES = [
    "pricing.view_grandfatheringpolicy",
    "accounts.view_policypreview",
    "accounts.view_previewline",
]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 240, 112, 12, 12, 26
COURSES = (
    ("Everybody is moved", "forced", 1, "6 4"),
    ("With the policy", "policy", 0, ""),
    ("Nothing ever moves", "frozen", 2, "2 4"),
)
PER_PAGE = 50
WORDS = {
    Status.PROTECTED: "Protected",
    Status.ALREADY_LOCKED: "Protected by another policy",
    Status.AGREED_TERMS: "Terms agreed on",
    Status.TOO_LATE: "Ends before the first renewal",
    Status.INCOMPATIBLE: "No step leads there",
    Status.NO_SUCCESSOR: "Nowhere to move to",
}
SHOWN_FIRST = (Status.INCOMPATIBLE, Status.NO_SUCCESSOR, Status.PROTECTED)
FIRST = Case(*(When(status=each, then=n) for n, each in enumerate(SHOWN_FIRST)), default=9)


@dataclass(frozen=True)
class Course:
    """Revenue over the months in one scenario, as a line of the chart."""

    name: str
    place: int
    dash: str
    points: str


@add_action(PolicyAdmin)
@action(description="What it does", permissions=SEES, icon="query_stats")
def outlook(self, request, object_id):
    """The last preview: three scenarios side by side, who is at risk, and line by line."""
    policy = self.get_object_or_404(request, object_id)
    if request.GET.get("format") == "csv":
        named = {"Content-Disposition": f'attachment; filename="{policy.code}.csv"'}
        text = as_csv(reports.HEADER, reports.table(policy))
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=named)
    preview = PolicyPreview.objects.filter(policy=policy).first()
    totals = reports.with_codes(preview.totals) if preview else None
    rows = policy.preview_lines.select_related(
        "account", "line__plan", "line__bundle_plan", "successor"
    )
    rows = visible(rows, request.user).order_by(FIRST, "id")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **self.admin_site.each_context(request),
        "opts": self.model._meta,
        "title": f"What “{policy}” does",
        "policy": policy,
        "preview": preview,
        "totals": totals,
        "above": percent(Decimal(totals["above"])) if totals else "",
        "statuses": [(WORDS[name], n) for name, n in totals["statuses"].items()] if totals else [],
        "books": [book(each) for each in totals["money"]] if totals else [],
        "bars": _bars(totals["uplifts"]) if totals else [],
        "parts": _parts(totals["parts"]) if totals else [],
        "page": page,
        "lines": [_line(row) for row in page],
        "ahead": range(1, AHEAD + 1),
        "media": self.media,
        "back": reverse("admin:pricing_grandfatheringpolicy_change", args=[policy.pk]),
    }
    return TemplateResponse(request, "accounts/policy_outlook.html", context)


def book(sums: dict) -> dict:
    """The sums of one currency with their chart."""
    currency = sums["currency"]
    gain = sums["forced"] - sums["now"]
    forgone = sum(month["forgone"] for month in sums["months"])
    return {
        **sums,
        "gain": gain,
        "with_policy": sums["policy"] - sums["now"],
        "year_forgone": forgone,
        "chart": chart(sums, currency),
    }


def chart(sums: dict, currency: str) -> dict:
    """Three lines over the coming months, with a scale that shows how far they part."""
    months = sums["months"]
    series = {
        name: [sums["now"], *(month.get(name, sums["frozen"]) for month in months)]
        for _, name, _, _ in COURSES
    }
    values = [value for each in series.values() for value in each]
    marks = scale(min(values), max(values), unit=to_minor(Decimal(1), currency))
    low, high = marks[0], marks[-1]

    def down(value: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value - low) / (high - low), 1)

    def over(place: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * place / max(len(months), 1), 1)

    return {
        "width": WIDTH,
        "height": HEIGHT,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "up": [{"at": down(mark), "text": whole(mark, currency)} for mark in marks],
        "is_cut": low > 0,
        "across": [
            {"at": over(place), "text": month["month"][:7]}
            for place, month in enumerate(months, start=1)
            if place % 3 == 0
        ],
        "lines": [
            Course(
                title,
                place,
                dash,
                " ".join(f"{over(at)},{down(value)}" for at, value in enumerate(series[name])),
            )
            for title, name, place, dash in COURSES
        ],
    }


def scale(low: int, high: int, *, unit: int) -> list[int]:
    """Marks around two amounts, a round number of whole units apart: 1, 2 or 5 and noughts."""
    least = max(high - low, unit) / 4
    steps = (digit * unit * 10**power for power in count() for digit in (1, 2, 5))
    step = next(each for each in steps if each >= least)
    first = low // step * step
    last = max(-(-high // step) * step, first + step)
    return list(range(first, last + 1, step))


def _bars(uplifts: dict[str, int]) -> list[dict]:
    most = max(uplifts.values(), default=1)
    return [
        {"band": band, "number": number, "width": 100 * number / most}
        for band, number in uplifts.items()
    ]


def _parts(parts: list[dict]) -> list[dict]:
    return [
        {
            **part,
            "name": part["code"] or "none",
            "cost": part["forced"] - part["policy"],
        }
        for part in parts
    ]


def _line(row) -> dict:
    currency = row.account.currency
    steps = zip(row.days, row.kept, row.forced, strict=False)
    return {
        "row": row,
        "status": WORDS[row.status],
        "plan": row.line.bundle_plan or row.line.plan,
        "amount": money(row.amount, currency),
        "listed": money(row.list_amount, currency),
        "steps": [_step(day, kept, moved, currency) for day, kept, moved in steps],
    }


def _step(day: date, kept: Decimal, moved: Decimal, currency: str) -> dict:
    return {"day": day, "kept": money(kept, currency), "moved": money(moved, currency)}

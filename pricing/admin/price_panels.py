"""What prices say on pages: a book on a day, what a release changes, what waits for whom."""

from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse

from config.access.scoping import visible
from config.admin import asof
from config.admin.formatting import money, percent
from config.admin.panels import HOME, panel
from pricing.admin import columns
from pricing.admin.book import whom
from pricing.annual import annual_discounts, inconsistent
from pricing.faults import faults_of
from pricing.impact import Impact, impact_of, may_see_impact
from pricing.models import Price, PriceBook, PriceRelease, ReleaseState
from pricing.preview import Change, counts, preview, warnings

SHOWN = 100
SOON = timedelta(days=90)


@panel(
    "pricing.pricebook",
    title="Prices on a day",
    template="pricing/book.html",
    permission="pricing.view_price",
    rank=10,
    above=True,
)
def prices(request, book: PriceBook) -> dict:
    """What the book says on the day, the first hundred, and how many more there are."""
    on = asof.day(request)[0]
    known = visible(Price.objects.known(on=on).priced(), request.user).filter(book=book)
    rows = known.select_related("charge__plan").prefetch_related("tiers")
    rows = rows.order_by(
        "charge__plan__product__name", "charge__plan__rank", "charge", "currency", "interval"
    )
    ending = visible(Price.objects.ending(after=on, before=on + SOON), request.user)
    return {
        "whom": whom(book),
        "prices": [(price, columns.terms(price)) for price in rows[:SHOWN]],
        "count": known.count(),
        "shown": SHOWN,
        "to_come": _with_counts(visible(book.releases.all(), request.user).to_come(on=on)),
        "ending": ending.filter(book=book).select_related("charge__plan")[:SHOWN],
    }


@panel(
    "pricing.pricebook",
    title="Paid by the year",
    template="pricing/annual.html",
    permission="pricing.view_price",
    rank=20,
)
def annual(request, book: PriceBook) -> dict | None:
    """What a year saves against twelve months, and products whose tiers save different shares.

    Of the first hundred charges; the finding of that name compares all.
    """
    on = asof.day(request)[0]
    discounts = annual_discounts(book=book, on=on, most=SHOWN)
    if not discounts:
        return None
    return {
        "on": on,
        "shown": SHOWN if len(discounts) == SHOWN else None,
        "rows": [
            (
                each.charge,
                money(each.month, each.currency),
                money(each.year, each.currency),
                percent(each.saved, 1),
            )
            for each in discounts
        ],
        "differing": [
            f"{least.charge.plan.product}: {least.charge.plan} saves {percent(least.saved, 1)}, "
            f"{most.charge.plan} {percent(most.saved, 1)}"
            for least, most in inconsistent(discounts)
        ],
    }


@panel(
    "pricing.pricerelease",
    title="What it changes",
    template="pricing/release.html",
    permission="pricing.view_price",
    rank=10,
    above=True,
)
def changes(request, release: PriceRelease) -> dict:
    """State, people, and old and new prices side by side, the first hundred."""
    found = preview(release=release, lines=release.lines.all()[:SHOWN])
    counted = counts(release)
    return {
        "release": release,
        "motions": ", ".join(motion.replace("_", " ") for motion in release.motions),
        "counts": counted,
        "rows": [change_row(change) for change in found],
        "more": counted["lines"] - len(found),
        "warnings": warnings(found),
        "impact": _impact(release, request.user),
        "faults": faults_of(release) if release.is_open else [],
    }


def _impact(release: PriceRelease, actor) -> dict | None:
    """What the release moves, while it is not in force yet."""
    if not release.is_open or not may_see_impact(actor):
        return None
    found = impact_of(release)
    return found and told_impact(found)


def told_impact(impact: Impact) -> dict:
    """What a release moves, in words and money."""
    return {
        "customers": impact.customers,
        "lines": impact.lines,
        "moved": [
            {
                "currency": each.currency,
                "lines": each.lines,
                "revenue": money(each.revenue, each.currency),
                "change": f"{'+' if each.change > 0 else ''}{money(each.change, each.currency)}",
                "share": None if each.share is None else percent(each.share, 1),
                "unknown": each.unknown,
            }
            for each in impact.moved
        ],
    }


def change_row(change: Change) -> dict:
    """A line beside the price before, as cells."""
    line = change.line
    share = change.share
    return {
        "line": line,
        "kind": change.kind,
        "before": columns.terms(change.before) if change.before else "–",
        "after": columns.terms(line),
        "difference": "–"
        if change.difference is None
        else f"{'+' if change.difference > 0 else ''}{money(change.difference, line.currency)}",
        "share": "–" if share is None else f"{'+' if share > 0 else ''}{percent(share, 1)}",
    }


def _with_counts(releases):
    return releases.annotate(count=Count("lines")).order_by("effective_on", "id")[:SHOWN]


@panel(
    HOME,
    title="Prices waiting for somebody",
    template="admin/waiting.html",
    permission="pricing.view_pricerelease",
    rank=7,
)
def waiting(request, obj=None) -> dict | None:
    """Releases to review, to publish or to cure, for those whose work it is."""
    user, on = request.user, asof.day(request)[0]
    prepares = user.has_perm("pricing.change_pricerelease")
    approves = user.has_perm("pricing.approve_pricerelease")
    if not (prepares or approves):
        return None
    others = Q(state=ReleaseState.IN_REVIEW) & ~Q(author=user.pk) & ~Q(submitter=user.pk)
    sent_back = Q(state=ReleaseState.DRAFT, author=user.pk) & ~Q(note="")
    counted = visible(PriceRelease.objects.open(), user).aggregate(
        review=Count("pk", filter=others),
        approved=Count("pk", filter=Q(state=ReleaseState.APPROVED)),
        sent_back=Count("pk", filter=sent_back),
    )
    ending = visible(Price.objects.ending(after=on, before=on + SOON), user).count()
    releases = reverse("admin:pricing_pricerelease_changelist")
    known = [
        (approves, counted["review"], "releases of prices to review", "?state__exact=in_review"),
        (approves, counted["approved"], "approved releases to publish", "?state__exact=approved"),
        (prepares, counted["sent_back"], "releases sent back to you", "?state__exact=draft"),
        (True, ending, "prices end within 90 days without a successor", "calendar"),
    ]
    tasks = [(count, text, releases + query) for may, count, text, query in known if may and count]
    return {"tasks": tasks} if tasks else None

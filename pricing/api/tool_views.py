"""Finance's tools over REST: sheets, adjustments, clones, and what becomes effective."""

from base64 import b64encode
from datetime import date, timedelta

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from config.access.scopes import Scope
from config.api.computed import page
from config.api.money import written
from config.api.parsing import StrictJSONParser
from config.api.problems import INVALID, InputError, Refusal, input_error
from config.api.views import Endpoint, ViewSet
from config.api.writing import write
from config.outbox.events import Change as Told
from config.outbox.events import key_of, tell
from config.sheets.table import Unreadable
from config.sheets.writing import as_csv, as_workbook
from pricing import exporting
from pricing.adjusting import draft_adjustment, preview_adjustment
from pricing.api.price_serializers import PriceBookSerializer
from pricing.api.price_views import told
from pricing.api.tool_serializers import (
    AdjustInput,
    CalendarPage,
    CalendarQuery,
    CloneBookInput,
    ProposalAnswer,
    SheetAnswer,
    SheetInput,
    SheetQuery,
)
from pricing.book_cloning import clone_book, preview_clone
from pricing.calendar import Entry, Span, entries
from pricing.impact import Impact, may_see_impact
from pricing.importing.sheet import SheetRefused, draft_from_sheet, preview_sheet
from pricing.models import PriceBook
from pricing.proposing import Proposal

DRAFTS = ("pricing.view_pricebook", "pricing.add_pricerelease", "pricing.change_pricerelease")
EXPORTS = ("pricing.view_pricebook", "pricing.view_price", "pricing.export_price")
MOST_TOLD = 500
ANSWERS = {200: ProposalAnswer, 201: ProposalAnswer}
PATHS = {"release": "price-releases", "price_ends": "prices", "plan_version": "plan-versions"}
A_YEAR = timedelta(days=366)
LAST = date(2199, 12, 31)


class LargeJSONParser(StrictJSONParser):
    """A sheet of 24 MB in Base64, and what is said beside it."""

    largest = 33_000_000


class BookToolsViewSet(ViewSet):
    read_scope = Scope.PRICES_READ
    write_scope = Scope.PRICES_WRITE
    queryset = PriceBook.objects.select_related("segment", "region")
    serializer_class = PriceBookSerializer
    requires_key = True

    @extend_schema(request=SheetInput, responses=ANSWERS)
    @action(
        detail=True,
        methods=["post"],
        needs=DRAFTS,
        url_path="import",
        parser_classes=[LargeJSONParser],
    )
    def import_sheet(self, request, code: str) -> Response:
        """Drafts what a sheet of the book says anew, or says row by row what is wrong with it."""
        return write(self, self._import)

    @extend_schema(request=AdjustInput, responses=ANSWERS)
    @action(detail=True, methods=["post"], needs=DRAFTS)
    def adjust(self, request, code: str) -> Response:
        """Drafts the book's prices, or some of them, all changed alike."""
        return write(self, self._adjust)

    @extend_schema(request=CloneBookInput, responses=ANSWERS)
    @action(detail=True, methods=["post"], needs=(*DRAFTS, "pricing.add_pricebook"))
    def clone(self, request, code: str) -> Response:
        """Adds a book for other customers, and drafts its first prices: those of this book."""
        return write(self, self._clone)

    @extend_schema(responses=SheetAnswer)
    @action(detail=True, needs=EXPORTS, query_serializer_class=SheetQuery, filterset_class=None)
    def export(self, request, code: str) -> Response:
        """The prices of a day as a sheet, with what an import needs to tell what was changed."""
        book, asked = self.get_object(), self.get_query()
        on = asked.get("on") or timezone.localdate()
        rows = exporting.rows(book, on=on)
        if asked["kind"] == "csv":
            data = as_csv(exporting.HEADER, rows)
        else:
            data = as_workbook(str(on), exporting.HEADER, rows)
        name = f"{book.code}-{on}.{asked['kind']}"
        return Response({"name": name, "file": b64encode(data).decode()})

    def _wanted(self, kind: type):
        wanted = kind(data=self.request.data, context=self.get_serializer_context())
        wanted.is_valid(raise_exception=True)
        return wanted

    def _import(self) -> Response:
        book, wanted = self.get_object(), self._wanted(SheetInput)
        preview = wanted.validated_data["preview"]
        decide = preview_sheet if preview else draft_from_sheet
        try:
            found = decide(release=wanted.draft(book), data=wanted.validated_data["file"])
        except Unreadable as error:
            raise input_error("file", "unreadable", str(error)) from error
        except SheetRefused as refused:
            raise Refusal(INVALID, str(refused), errors=_errors(refused)) from refused
        return self._answer(found, preview=preview)

    def _adjust(self) -> Response:
        book, wanted = self.get_object(), self._wanted(AdjustInput)
        preview = wanted.validated_data["preview"]
        decide = preview_adjustment if preview else draft_adjustment
        found = decide(
            release=wanted.draft(book),
            adjustment=wanted.adjustment(),
            prices=wanted.chosen(book),
        )
        return self._answer(found, preview=preview)

    def _clone(self) -> Response:
        source, wanted = self.get_object(), self._wanted(CloneBookInput)
        preview, book = wanted.validated_data["preview"], wanted.book()
        PriceBookSerializer().check(book)
        decide = preview_clone if preview else clone_book
        found = decide(source=source, release=wanted.draft(book), adjustment=wanted.adjustment())
        if not preview:
            tell(book, Told.ADDED)
        return self._answer(found, preview=preview)

    def _answer(self, found: Proposal, *, preview: bool) -> Response:
        release = found.release
        if not preview:
            tell(release, Told.ADDED)
        seen = found.impact if may_see_impact(self.request.user) else None
        body = {
            "release": None if preview else release.pk,
            "book": release.book.code,
            "title": release.title,
            "effective_on": release.effective_on,
            "counts": found.counts,
            "lines": [told(change) for change in found.changes],
            "impact": seen and told_impact(seen),
        }
        return Response(body, status.HTTP_200_OK if preview else status.HTTP_201_CREATED)


def _errors(refused: SheetRefused) -> list[InputError]:
    """The first five hundred, each with its row and column, and what stands there."""
    return [
        InputError(f"rows.{p.row}.{p.column}", "cell", f"“{p.value}”: {p.reason}")
        for p in refused.problems[:MOST_TOLD]
    ]


def told_impact(impact: Impact) -> dict:
    """An impact with its money spelled out."""
    return {
        "customers": impact.customers,
        "moved": [
            {
                "currency": each.currency,
                "lines": each.lines,
                "monthly_revenue": written(each.revenue, each.currency),
                "change": written(round(each.change, 6), each.currency),
                "unknown": each.unknown,
            }
            for each in impact.moved
        ],
    }


class CalendarView(Endpoint):
    """What becomes effective, soonest first: releases, plan versions, prices that just end."""

    read_scope = Scope.PRICES_READ
    needs = ("pricing.view_pricerelease", "pricing.view_price")
    query_serializer_class = CalendarQuery

    @extend_schema(responses=CalendarPage)
    def get(self, request) -> Response:
        asked = self.get_query()
        since = asked.get("since") or timezone.localdate()
        until = asked.get("until") or min(since, LAST - A_YEAR) + A_YEAR
        found = entries(Span(since, until, request.user, asked.get("book")))
        return Response(
            page(
                request,
                found,
                key=lambda entry: (entry.on.isoformat(), entry.kind, entry.row.pk),
                shown=_shown,
            )
        )


def _shown(entry: Entry) -> dict:
    return {
        "on": entry.on,
        "kind": entry.kind,
        "subject": f"/{PATHS.get(entry.kind, entry.kind)}/{key_of(entry.row)}/",
        "book": entry.book,
        "sentence": entry.sentence,
    }

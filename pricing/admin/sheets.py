"""A price book out to a spreadsheet, and back as a draft release, on the pages of the book."""

from dataclasses import asdict

from django import forms
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
)

from config.admin.additions import add_action
from config.sheets.table import Unreadable
from config.sheets.writing import as_csv, as_workbook
from pricing import exporting
from pricing.admin.book import PriceBookAdmin
from pricing.admin.proposals import MAY_DRAFT, DraftForm, propose
from pricing.importing.reading import PriceTable
from pricing.importing.sheet import SheetRefused, draft_from_sheet, preview_sheet
from pricing.models import PriceBook, PriceSheet
from pricing.proposing import Proposal

FORMATS = {
    "xlsx": (as_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": (lambda _title, header, rows: as_csv(header, rows), "text/csv; charset=utf-8"),
}
PROBLEMS = ("row", "column", "value", "reason")


class SheetForm(DraftForm):
    """The file, sent once: what is looked at and drafted afterwards is kept here for a day."""

    file = forms.FileField(
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
        help_text="XLSX or CSV: the book as it was exported, with your changes.",
    )
    sheet = forms.IntegerField(required=False, widget=forms.HiddenInput)
    field_order = ["file"]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file and file.size > PriceTable.most_bytes:
            most = PriceTable.most_bytes / 1e6
            raise forms.ValidationError(f"The file is larger than {most:.0f} MB: send it in parts.")
        return file

    def clean(self) -> dict:
        given = super().clean()
        self.stored = self._stored(given)
        if self.stored is None and "file" not in self.errors:
            self.add_error("file", "Choose a file.")
        return given

    def _stored(self, given: dict) -> PriceSheet | None:
        own = PriceSheet.objects.filter(book=self.book, sender=self.actor)
        if file := given.get("file"):
            sheet = PriceSheet.objects.create(
                book=self.book, sender=self.actor, content=file.read()
            )
            self.data = {**self.data.dict(), "sheet": str(sheet.pk)}
            return sheet
        return own.filter(pk=given["sheet"]).first() if given.get("sheet") else None


class ExportForm(forms.Form):
    on = forms.DateField(
        label="As of", widget=UnfoldAdminSingleDateWidget, help_text="The day whose prices go out."
    )
    format = forms.ChoiceField(
        choices=[("xlsx", "XLSX"), ("csv", "CSV")], widget=UnfoldAdminSelectWidget
    )


def download(name: str, kind: str, title: str, header, rows) -> HttpResponse:
    write, content_type = FORMATS[kind]
    return HttpResponse(
        write(title, header, rows),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'},
    )


@add_action(PriceBookAdmin)
@action(description="Import a sheet", permissions=MAY_DRAFT, icon="upload")
def import_sheet(self, request, object_id):
    book = self.get_object_or_404(request, object_id)
    if request.method == "GET" and "problems" in request.GET:
        return _problems(request, book, request.GET["problems"])
    form = SheetForm(request.POST or None, request.FILES or None, book=book, actor=request.user)
    found: dict = {}

    def make(keep: bool) -> Proposal:
        content = bytes(form.stored.content)
        try:
            return (draft_from_sheet if keep else preview_sheet)(release=form.draft(), data=content)
        except SheetRefused as refused:
            found.update(sheet=refused.sheet, problems=refused.problems)
            raise
        except Unreadable as error:
            raise forms.ValidationError(str(error)) from error

    answer = propose(
        self,
        request,
        form=form,
        title=f"Import prices of {book}",
        meaning=(
            "You see what would change before anything does, and all of it is drafted or nothing. "
            "Rows that say what applies already are skipped, prices that no row names stay. "
            "Somebody else approves the draft."
        ),
        make=make,
        back=reverse("admin:pricing_pricebook_change", args=[book.pk]),
    )
    if found:
        PriceSheet.objects.filter(pk=form.stored.pk).update(
            problems=[asdict(problem) for problem in found["problems"]]
        )
        answer.context_data |= {**found, "download": f"?problems={form.stored.pk}"}
    return answer


def _problems(request, book: PriceBook, number: str) -> HttpResponse:
    """The problems of a sheet that its sender has just sent, as a sheet of their own."""
    own = PriceSheet.objects.filter(book=book, sender=request.user)
    sheet = own.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
    if sheet is None:
        raise Http404
    rows = [[problem[name] for name in PROBLEMS] for problem in sheet.problems]
    return download(f"{book.code}-problems", "xlsx", "problems", PROBLEMS, rows)


@add_action(PriceBookAdmin)
@action(
    description="Export a sheet",
    permissions=["pricing.view_price", "pricing.export_price"],
    icon="download",
)
def export_sheet(self, request, object_id):
    book: PriceBook = self.get_object_or_404(request, object_id)
    form = ExportForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        on, kind = form.cleaned_data["on"], form.cleaned_data["format"]
        rows = exporting.rows(book, on=on)
        return download(f"{book.code}-{on}", kind, str(on), exporting.HEADER, rows)
    context = {
        **self.admin_site.each_context(request),
        "opts": self.opts,
        "title": f"Export {book}",
        "meaning": "Its prices on a day, with what an import needs to tell what you have changed.",
        "form": form,
        "media": self.media + form.media,
        "back": reverse("admin:pricing_pricebook_change", args=[book.pk]),
    }
    return TemplateResponse(request, "admin/decision.html", context)

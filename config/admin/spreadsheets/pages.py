"""The pages on which a list is exported and imported, on those of django-import-export."""

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from import_export.admin import ImportExportMixin

from config.admin.spreadsheets.doors import (
    Carried,
    ConfirmForm,
    DownloadForm,
    Incoming,
    OutgoingCsv,
    OutgoingWorkbook,
    UploadForm,
)
from config.admin.spreadsheets.sheet import Sheet
from config.sheets.reading import read_table
from config.sheets.table import Unreadable


class Spreadsheets(ImportExportMixin):
    """A list that goes out to a spreadsheet and comes back as one.

    `sheet_key` names the columns by which a row of the file is found. Who exports needs the
    permission to; who imports those to add and to change.
    """

    sheet_key: tuple[str, ...] = ("code",)

    resource_classes = [Sheet]
    import_formats = [Incoming]
    export_formats = [OutgoingWorkbook, OutgoingCsv]
    import_form_class = UploadForm
    confirm_form_class = ConfirmForm
    export_form_class = DownloadForm
    tmp_storage_class = Carried
    skip_admin_log = True  # the audit trail tells more
    import_export_change_list_template = "admin/spreadsheets/list.html"
    import_template_name = "admin/spreadsheets/import.html"
    export_template_name = "admin/spreadsheets/export.html"

    def has_import_permission(self, request) -> bool:
        may = self.has_add_permission(request) and self.has_change_permission(request)
        return may and super().has_import_permission(request)

    def has_export_permission(self, request) -> bool:
        return self.has_view_permission(request) and super().has_export_permission(request)

    def get_resource_kwargs(self, request, *args, **kwargs) -> dict:
        return {"page": self, "request": request}

    def get_valid_export_item_pks(self, request):
        return self.get_queryset(request).values_list("pk", flat=True)

    def get_export_filename(self, request, queryset, file_format) -> str:
        name = str(self.opts.verbose_name_plural).replace(" ", "-")
        return f"{name}.{file_format.get_extension()}"

    def export_action(self, request):
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self._list())

    def init_request_context_data(self, request, form) -> dict:
        return {
            **super().init_request_context_data(request, form),
            "title": f"Export {self.opts.verbose_name_plural}",
            "columns": Sheet(self, request).header,
            "formats": form.fields["format"].choices,
            "back": self._list(),
        }

    def import_action(self, request, **kwargs):
        answer = super().import_action(request, **kwargs)
        answer.context_data |= self._of_import(request)
        return answer

    def get_confirm_form_initial(self, request, import_form) -> dict:
        initial = super().get_confirm_form_initial(request, import_form)
        return {**initial, "change_reason": request.change_reason}

    def process_import(self, request, **kwargs):
        """Does what was previewed, unless something stands in its way by now."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        form = self.create_confirm_form(request)
        if not form.is_valid():
            messages.error(request, "The preview is too old or broken: send the file once more.")
            return HttpResponseRedirect(self._address("import"))
        report = Sheet(self, request).import_data(read_table(form.content))
        if report.has_errors():
            context = {
                **self.admin_site.each_context(request),
                **self._of_import(request),
                "form": UploadForm([], [], initial={"change_reason": request.change_reason}),
                "result": report,
            }
            return TemplateResponse(request, self.import_template_name, context)
        messages.success(
            request,
            f"{report.added} added, {report.changed} changed, {report.unchanged} as they were.",
        )
        return HttpResponseRedirect(self._list())

    def add_data_read_fail_error_to_form(self, form, error: Exception) -> None:
        if not isinstance(error, Unreadable):
            raise error
        form.add_error("import_file", str(error))

    def _of_import(self, request) -> dict:
        return {
            "opts": self.opts,
            "title": f"Import {self.opts.verbose_name_plural}",
            "columns": Sheet(self, request).header,
            "key": self.sheet_key,
            "may_export": self.has_export_permission(request),
            "process": self._address("process_import"),
            "export": self._address("export"),
            "back": self._list(),
        }

    def _address(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")

    def _list(self) -> str:
        return self._address("changelist")

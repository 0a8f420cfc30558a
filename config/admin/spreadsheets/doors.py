"""What django-import-export asks for on its pages: formats, forms, and where a file waits."""

from base64 import b64decode, b64encode

from django import forms
from django.core import signing
from import_export.formats.base_formats import Format
from import_export.forms import ConfirmImportForm
from import_export.tmp_storages import BaseStorage
from unfold.widgets import UnfoldAdminFileFieldWidget

from config.admin.forms import ReasonField
from config.admin.spreadsheets.sheet import Exported
from config.sheets.reading import read_table
from config.sheets.table import MOST_BYTES, Table
from config.sheets.writing import as_csv, as_workbook

SALT = "config.admin.spreadsheets"
AN_HOUR = 3600


class Incoming(Format):
    """Whatever is sent: its first bytes say what it is."""

    def get_title(self) -> str:
        return "XLSX or CSV"

    def create_dataset(self, in_stream: bytes) -> Table:
        return read_table(in_stream)

    def is_binary(self) -> bool:
        return True

    def get_read_mode(self) -> str:
        return "rb"

    def can_import(self) -> bool:
        return True


class Outgoing(Incoming):
    def can_import(self) -> bool:
        return False

    def can_export(self) -> bool:
        return True


class OutgoingWorkbook(Outgoing):
    def get_title(self) -> str:
        return "XLSX"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def export_data(self, dataset: Exported, **_: object) -> bytes:
        return as_workbook(dataset.title, dataset.header, dataset.rows)


class OutgoingCsv(Outgoing):
    def get_title(self) -> str:
        return "CSV"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv; charset=utf-8"

    def export_data(self, dataset: Exported, **_: object) -> bytes:
        return as_csv(dataset.header, dataset.rows)


class Carried(BaseStorage):
    """A file that waits for its confirmation on the page itself, signed: nothing is kept here."""

    def save(self, data: bytes) -> None:
        self.name = signing.dumps(b64encode(data).decode(), salt=SALT, compress=True)

    def read(self) -> bytes:
        return b64decode(signing.loads(self.name, salt=SALT, max_age=AN_HOUR))

    def remove(self) -> None:
        """There is nothing to remove."""


class UploadForm(forms.Form):
    """The file, and why; takes what django-import-export hands to its own form."""

    import_file = forms.FileField(
        label="File",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
        help_text="XLSX or CSV, best an export of this list that you have changed.",
    )
    change_reason = ReasonField()

    def __init__(self, formats: list, resources: list, **kwargs: object) -> None:
        super().__init__(**kwargs)

    def clean_import_file(self):
        file = self.cleaned_data["import_file"]
        if file.size > MOST_BYTES:
            most = MOST_BYTES / 1e6
            raise forms.ValidationError(f"The file is larger than {most:.1f} MB: send it in parts.")
        return file

    def clean(self) -> dict:
        return {**super().clean(), "format": "0", "resource": "0"}


class ConfirmForm(ConfirmImportForm):
    """The file that was previewed, and the reason for it, once more."""

    change_reason = ReasonField(widget=forms.HiddenInput)

    def clean_import_file_name(self) -> str:
        name = self.cleaned_data["import_file_name"]
        try:
            self.content = Carried(name=name).read()
        except signing.BadSignature as error:
            raise forms.ValidationError("The preview is too old: send the file again.") from error
        return name


class DownloadForm(forms.Form):
    """The format of the file; takes what django-import-export hands to its own form."""

    format = forms.ChoiceField()

    def __init__(self, formats: list, resources: list, **kwargs: object) -> None:
        super().__init__(**kwargs)
        choices = [(str(number), kind().get_title()) for number, kind in enumerate(formats)]
        self.fields["format"].choices = choices

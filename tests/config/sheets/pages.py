"""A table out, previewed and in, through the pages of the admin."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

WHY = "The yearly review"
XLSX, CSV = "0", "1"


def page(label: str, name: str) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{name}")


def exported(client, label: str, kind: str = CSV, query: str = "") -> bytes:
    answer = client.post(page(label, "export") + query, {"format": kind})
    assert answer.status_code == 200, answer.status_code
    assert "attachment" in answer["Content-Disposition"]
    return answer.content


def rows_of(data: bytes) -> list[dict]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def written(rows: list[dict]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def preview(client, label: str, data: bytes, why: str = WHY):
    file = SimpleUploadedFile("table", data)
    return client.post(page(label, "import"), {"import_file": file, "change_reason": why})


def carried(answer) -> dict[str, str]:
    """What the page of a preview would send."""
    form = answer.context["confirm_form"]
    return {name: form.initial.get(name) for name in form.fields}


def bring(client, label: str, data: bytes, why: str = WHY):
    """The whole way: file, preview, confirmation. Answers the last page."""
    shown = preview(client, label, data, why)
    if "confirm_form" not in shown.context:
        return shown
    return client.post(page(label, "process_import"), carried(shown))


def problems(answer) -> list[tuple]:
    return [(p.row, p.column, p.value, p.reason) for p in answer.context["result"].problems]

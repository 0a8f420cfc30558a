"""Workbooks made by hand, as good or as hostile as a test wants them."""

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TIES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OF_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def workbook(
    rows: str = "",
    *,
    shared: str = "",
    styles: str = "",
    sheets: int = 1,
    head: str = "",
    properties: str = "",
    more: Mapping[str, bytes] | None = None,
    level: int = 9,
) -> bytes:
    """An XLSX file whose first sheet has the rows, written as its XML."""
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, sheets + 1)
    )
    tied = "".join(
        f'<Relationship Id="r{n}" Target="worksheets/sheet{n}.xml"/>' for n in range(1, sheets + 1)
    )
    parts = {
        "xl/workbook.xml": f'{head}<workbook xmlns="{MAIN}" xmlns:r="{TIES}">{properties}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{OF_PACKAGE}">{tied}</Relationships>',
    }
    if shared:
        parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared}</sst>'
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    for number in range(1, sheets + 1):
        data = rows if number == 1 else ""
        sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData></worksheet>'
        parts[f"xl/worksheets/sheet{number}.xml"] = sheet
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, text in {**parts, **(more or {})}.items():
            archive.writestr(name, text)
    return file.getvalue()


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


HEADER = row(1, text_cell("A1", "code"), text_cell("B1", "name"))
GOOD = HEADER + row(2, text_cell("A2", "crm"), text_cell("B2", "CRM"))

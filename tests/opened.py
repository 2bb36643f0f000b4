"""Workbooks taken apart into a sheet's parts, and put together again, for tests of the write side."""

import html
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.worksheet.table import Table as TablePart

from duesheet.books.parts import SheetPart
from duesheet.layout import layout

SCHEDULE = layout().tables["Schedule"]
HEADERS = [column.name for column in SCHEDULE.columns]

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Opened:
    """A workbook in memory, and where the parts of one of its sheets lie."""

    parts: dict[str, bytes]
    sheet: str
    name: str

    @property
    def rels(self) -> str:
        """The name of the sheet's relationships part."""
        return re.sub(r"([^/]+)$", r"_rels/\1.rels", self.sheet)

    def related(self, word: str) -> list[str]:
        """The parts the sheet relates to whose name holds `word`."""
        targets = re.findall(r'Target="([^"]+)"', self.parts.get(self.rels, b"").decode())
        return [
            target.replace("..", "xl", 1).lstrip("/") for target in targets if word.lower() in target.lower()
        ]

    def part(self) -> SheetPart:
        """The sheet's parts as the code takes them."""
        tables = self.related("table")
        others = [*self.related("comment"), *self.related("vml")]
        return SheetPart(
            sheet=self.parts[self.sheet],
            shared=lambda number: self.strings()[number],
            table=self.parts[tables[0]] if tables else None,
            rels=self.parts.get(self.rels),
            others={name: self.parts[name] for name in others},
            name=self.name,
        )

    def strings(self) -> list[str]:
        """The shared strings."""
        xml = self.parts.get("xl/sharedStrings.xml", b"").decode()
        items = re.findall(r"<si>(.*?)</si>", xml, re.DOTALL)
        return [html.unescape("".join(re.findall(r"<t\b[^>]*>(.*?)</t>", item, re.DOTALL))) for item in items]

    def with_part(self, part: SheetPart) -> "Opened":
        """The workbook with `part` put back."""
        new = {**self.parts, self.sheet: part.whole(), **part.others}
        if part.table is not None:
            new[self.related("table")[0]] = part.table
        if part.rels is not None:
            new[self.rels] = part.rels
        return Opened(new, self.sheet, self.name)

    def file(self) -> bytes:
        """The workbook as a file's bytes."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in self.parts.items():
                package.writestr(name, content)
        return out.getvalue()


def opened(file: bytes | Path, sheet: str) -> Opened:
    """The workbook `file` at its sheet called `sheet`."""
    with zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    book = etree.fromstring(parts["xl/workbook.xml"])
    identity = next(tab.get(_RELATION) for tab in book.iter(f"{MAIN}sheet") if tab.get("name") == sheet)
    relations = etree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    target = next(relation.get("Target", "") for relation in relations if relation.get("Id") == identity)
    return Opened(parts, target.lstrip("/") if target.startswith("/") else f"xl/{target}", sheet)


def by_office(file: bytes, folder: Path, kind: str) -> Path:
    """`file` loaded by LibreOffice and saved as `kind` (xlsx or a filter such as csv:...) in `folder`."""
    source = folder / "in" / "book.xlsx"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_bytes(file)
    profile = (folder / "profile").as_uri()
    office = shutil.which("soffice") or "soffice"
    subprocess.run(
        [
            office,
            f"-env:UserInstallation={profile}",
            "--headless",
            "--convert-to",
            kind,
            "--outdir",
            folder,
            source,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return next(folder.glob(f"book*.{kind.partition(':')[0]}"))


def by_openpyxl() -> bytes:
    """A Schedule by openpyxl, with an own column, a note and a link."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    sheet = made.create_sheet("Schedule")
    sheet.append([*HEADERS, "Mine", "Check"])
    sheet.append(["P1", 1, date(2025, 1, 31), 10.5, 0.5, 10, 90, 0, "Due", "ring & ask", "=D2-E2"])
    sheet.append(["P1", 2, date(2025, 2, 28), 10.5, 0.4, 10.1, 79.9, 0, "Due", None, "=D3-E3"])
    sheet["J2"].comment = Comment("a note", "me")
    sheet["J2"].hyperlink = "https://example.com/plan"
    sheet["D2"].number_format = "#,##0.00"
    sheet.add_table(TablePart(displayName="Schedule", ref="A1:K3"))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def schedule() -> pl.DataFrame:
    """Three instalments, those of P1 in another order."""
    return pl.DataFrame(
        {
            "Plan": ["P0", "P1", "P1"],
            "No": [1, 2, 1],
            "Due": [date(2025, 5, 1), None, date(2025, 1, 31)],
            "Payment": [1.25, 2.0, 3.0],
            "Interest": [0.25, 0.5, 0.0],
            "Principal": [1.0, 1.5, 3.0],
            "Balance": [0.0, None, 1.0],
            "Paid": [None, 2.0, 3.0],
            "Status": ['=1+1 "&<x>', " Paid ", "Missed\nagain"],
        }
    )

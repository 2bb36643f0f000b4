"""Write templates/<language>/agreement.docx, the payment agreements, from their words in docs/agreement/*.toml.

`python docs/make_agreements.py` writes them; with --into FOLDER they go there, in folders of the same names.
The look stands here, the words there; docxtpl reads {{ }} and {% %} in the finished documents.
"""

import sys
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE.parent / "templates"

INK, PALE, RULE = RGBColor(0x1F, 0x4E, 0x79), "E9EFF6", "B7C4D3"
FONT = "Arial"
WIDTH = Cm(16.6)
LEFT, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""Fixed, so that the same words give the same document."""

Words = dict[str, Any]
Cellful = tuple[str, WD_ALIGN_PARAGRAPH]


def agreement(words: Words) -> Paper:
    """The whole document."""
    paper = Document()
    _set_up(paper, words)
    _heading(paper, words)
    _parties(paper, words["parties"])
    _debt(paper, words["debt"])
    _given(
        paper, "rest", lambda: _section(paper, words["settlement"]["heading"], words["settlement"]["words"])
    )
    _payments(paper, words["payments"])
    _section(paper, words["default"]["heading"], words["default"]["kept"], words["default"]["missed"])
    _section(paper, words["general"]["heading"], words["general"]["words"])
    paper.paragraphs[-1].paragraph_format.keep_with_next = True  # no signatures on a page of their own
    _signatures(paper, words["signatures"])
    return paper


def _set_up(paper: Paper, words: Words) -> None:
    page = paper.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin, page.bottom_margin = Cm(1.7), Cm(1.6)
    page.footer_distance = Cm(0.9)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    tongue = OxmlElement("w:lang")
    tongue.set(qn("w:val"), words["language"])
    normal.element.rPr.append(tongue)
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.08
    for name, size, before, after in (("Title", 20, 0, 2), ("Heading 1", 11.5, 9, 3)):
        style = paper.styles[name]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), True
        style.font.color.rgb = INK
        fonts = style.element.rPr.rFonts
        for key in list(fonts.attrib):
            del fonts.attrib[key]
        fonts.set(qn("w:ascii"), FONT)
        fonts.set(qn("w:hAnsi"), FONT)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        for line in style.element.pPr.findall(qn("w:pBdr")):
            style.element.pPr.remove(line)
    said = paper.core_properties
    said.title, said.author, said.comments = f"{words['title']} {{{{ plan }}}}", "{{ company }}", ""
    said.language, said.last_modified_by = words["language"], "Duesheet"
    said.created = said.modified = MADE
    _foot(paper, words)


def _foot(paper: Paper, words: Words) -> None:
    foot = paper.sections[0].footer.paragraphs[0]
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    before, between, after = words["page"]
    _small(foot, f"{words['title']} {{{{ plan }}}} · {{{{ company }}}}\t{before}")
    _field(foot, "PAGE")
    _small(foot, between)
    _field(foot, "NUMPAGES")
    _small(foot, after)


def _small(line: Paragraph, words: str) -> None:
    run = line.add_run(words)
    run.font.size, run.font.color.rgb = Pt(8), RGBColor(0x59, 0x59, 0x59)


def _field(line: Paragraph, name: str) -> None:
    """A number the word processor fills in."""
    for kind, text in (("begin", ""), ("", name), ("separate", ""), ("shown", "1"), ("end", "")):
        run = line.add_run()
        run.font.size, run.font.color.rgb = Pt(8), RGBColor(0x59, 0x59, 0x59)
        part = OxmlElement("w:instrText" if kind == "" else "w:t" if kind == "shown" else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)  # noqa: SLF001  python-docx has no word for fields


def _heading(paper: Paper, words: Words) -> None:
    paper.add_paragraph(words["title"], style="Title")
    line = paper.add_paragraph()
    _small(line, words["number"])
    line.paragraph_format.space_after = Pt(10)


def _parties(paper: Paper, words: Words) -> None:
    table = _table(paper, 2)
    row = table.rows[0]
    _party(
        row.cells[0],
        words["creditor"],
        "company",
        [
            ("from_name", words["by"]),
            ("", words["address"]),
            ("", ""),
            ("reply_to", "{{ reply_to }}"),
            ("contact_phone", "{{ contact_phone }}"),
        ],
    )
    _party(
        row.cells[1],
        words["debtor"],
        "customer",
        [
            ("contact", words["contact"]),
            ("", words["address"]),
            ("", ""),
            ("email", "{{ email }}"),
            ("phone", "{{ phone }}"),
            ("", words["customer_id"]),
        ],
    )


def _party(cell: _Cell, role: str, name: str, lines: Sequence[tuple[str, str]]) -> None:
    first = cell.paragraphs[0]
    _small(first, role)
    first.paragraph_format.space_after = Pt(0)
    whole = cell.add_paragraph()
    whole.add_run(f"{{{{ {name} }}}}").bold = True
    whole.paragraph_format.space_after = Pt(2)
    for condition, words in lines:
        if condition:
            cell.add_paragraph(f"{{%p if {condition} %}}")
        line = cell.add_paragraph(words)
        line.paragraph_format.space_after = Pt(2)
        if not condition and "{{" not in words:
            _rule(line)
        if condition:
            cell.add_paragraph("{%p endif %}")


def _rule(line: Paragraph) -> None:
    """A line below, to write on by hand: the workbook holds no address."""
    line.paragraph_format.right_indent = Cm(0.8)
    line.paragraph_format.space_after = Pt(4)
    borders, below = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "dotted"), ("sz", "4"), ("space", "1"), ("color", "808080")):
        below.set(qn(f"w:{name}"), value)
    between = OxmlElement("w:between")
    between.attrib.update(below.attrib)
    borders.extend([below, between])
    line._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")  # noqa: SLF001  as for fields


def _debt(paper: Paper, words: Words) -> None:
    paper.add_paragraph(words["heading"], style="Heading 1")
    _either(paper, "invoice_count == 1", words["one"], words["many"])
    sides = (LEFT, LEFT, LEFT, RIGHT, RIGHT)
    table = _table(paper, 5)
    _fill(table.rows[0], list(zip(words["columns"], sides, strict=True)), head=True)
    names = ("invoice", "invoice_date", "due_date", "amount", "owed")
    _loop(
        table,
        "line in invoices",
        [(f"{{{{ line.{name} }}}}", side) for name, side in zip(names, sides, strict=True)],
    )
    total = [(words["total"], LEFT), ("", LEFT), ("", LEFT), ("", RIGHT), ("{{ owed }}", RIGHT)]
    _fill(table.add_row(), total, total=True)


def _payments(paper: Paper, words: Words) -> None:
    paper.add_paragraph(words["heading"], style="Heading 1")
    _given(paper, "down_payment", lambda: paper.add_paragraph(words["down"]))
    _either(paper, "count == 1", words["one"], words["many"])
    _either(paper, "rate", words["interest"], words["no_interest"])
    _given(paper, "fee", lambda: paper.add_paragraph(words["fee"]))
    _timetable(paper, words)
    paper.add_paragraph().paragraph_format.space_after = Pt(0)
    _either(paper, "how_to_pay", words["how"], words["how_else"])

    def account() -> None:
        paper.add_paragraph("{{ how_to_pay }}").paragraph_format.left_indent = Cm(0.8)

    _given(paper, "how_to_pay", account)


def _timetable(paper: Paper, words: Words) -> None:
    """The schedule; interest and fee have a column only where there are any."""
    table = _table(paper, 11)
    names = ("payment", "interest", "fee", "principal", "balance")
    due = f"{{% if row.no == '0' %}}{words['on_signing']}{{% else %}}{{{{ row.due }}}}{{% endif %}}"
    head = list(zip(words["columns"], (LEFT, LEFT, *[RIGHT] * 5), strict=True))
    body: list[Cellful] = [
        ("{{ row.no }}", LEFT),
        (due, LEFT),
        *((f"{{{{ row.{name} }}}}", RIGHT) for name in names),
    ]
    sums = ("total", "total_interest", "fee", "total_principal")
    foot: list[Cellful] = [
        (words["total"], LEFT),
        ("", LEFT),
        *((f"{{{{ {name} }}}}", RIGHT) for name in sums),
        ("", RIGHT),
    ]
    _fill(table.rows[0], _where_any(head), head=True)
    _loop(table, "row in rows", _where_any(body))
    _fill(table.add_row(), _where_any(foot), total=True)
    _columns(table, (1.2, 4.3, *[2.5] * 9))


def _where_any(cells: Sequence[Cellful]) -> list[Cellful]:
    """The cells of a row of the schedule, those of interest and fee between conditions."""
    found: list[Cellful] = []
    for place, cell in enumerate(cells):
        condition = {3: "rate", 4: "fee"}.get(place)
        found += [(f"{{%tc if {condition} %}}", LEFT)] if condition else []
        found.append(cell)
        found += [("{%tc endif %}", LEFT)] if condition else []
    return found


def _signatures(paper: Paper, words: Words) -> None:
    table = _table(paper, 3)
    for _ in range(3):
        table.add_row()
    lines = (("place", "place"), ("creditor", "debtor"))
    for number, (left, right) in enumerate(lines):
        blank, said = table.rows[2 * number], table.rows[2 * number + 1]
        blank.height = Cm(1.1)
        for place, words_of in ((0, words[left]), (2, words[right])):
            cell = said.cells[place]
            _small(cell.paragraphs[0], words_of)
            _border(cell, "top", "404040", 6)
            if number:
                name = cell.add_paragraph("{{ company }}" if place == 0 else "{{ customer }}")
                name.paragraph_format.space_after = Pt(0)
    for row in table.rows:
        _whole(row)
        for cell in row.cells:
            for line in cell.paragraphs:
                line.paragraph_format.keep_with_next = row is not table.rows[-1]
    _columns(table, (7.5, 1.6, 7.5))


def _section(paper: Paper, heading: str, *words: str) -> None:
    paper.add_paragraph(heading, style="Heading 1")
    for part in words:
        paper.add_paragraph(part)


def _given(paper: Paper, condition: str, lay: Callable[[], object]) -> None:
    paper.add_paragraph(f"{{%p if {condition} %}}")
    lay()
    paper.add_paragraph("{%p endif %}")


def _either(paper: Paper, condition: str, words: str, otherwise: str) -> None:
    paper.add_paragraph(f"{{%p if {condition} %}}")
    paper.add_paragraph(words)
    paper.add_paragraph("{%p else %}")
    paper.add_paragraph(otherwise)
    paper.add_paragraph("{%p endif %}")


def _table(paper: Paper, columns: int) -> Table:
    table = paper.add_table(rows=1, cols=columns)
    table.alignment = WD_TABLE_ALIGNMENT.LEFT
    width = table._tbl.tblPr.find(qn("w:tblW"))  # noqa: SLF001  as for fields
    width.set(qn("w:type"), "pct")
    width.set(qn("w:w"), "5000")
    return table


def _columns(table: Table, widths: Sequence[float]) -> None:
    """Widths in the grid and in the cells: Word goes by the one, LibreOffice by the other.

    What cells that are left out leave free is shared out among the others.
    """
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def _loop(table: Table, loop: str, cells: Sequence[Cellful]) -> None:
    for words in (f"{{%tr for {loop} %}}", "", "{%tr endfor %}"):
        row = table.add_row()
        if words:
            row.cells[0].paragraphs[0].add_run(words)
        else:
            _fill(row, cells)


def _fill(row: _Row, cells: Sequence[Cellful], *, head: bool = False, total: bool = False) -> None:
    _whole(row, head=head)
    for cell, (words, side) in zip(row.cells, cells, strict=True):
        line = cell.paragraphs[0]
        run = line.add_run(words)
        run.bold = head or total
        run.font.size = Pt(9)
        line.alignment = side
        line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)
        line.paragraph_format.line_spacing = 1
        if head:
            _shade(cell)
        _border(cell, "bottom", RULE if not total else "404040", 4)


def _whole(row: _Row, *, head: bool = False) -> None:
    """A row that is not broken over two pages; a heading stands on each."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001  as for fields
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", PALE)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001  as for fields


def _border(cell: _Cell, side: str, color: str, eighths: int) -> None:
    borders, line = OxmlElement("w:tcBorders"), OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "0"), ("color", color)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = cell._tc.get_or_add_tcPr()  # noqa: SLF001  as for fields
    shade = properties.find(qn("w:shd"))
    if shade is None:
        properties.append(borders)
    else:
        shade.addprevious(borders)


def main(into: Path) -> None:
    """Write the agreement of every language."""
    for words in sorted((HERE / "agreement").glob("*.toml")):
        folder = into / words.stem
        folder.mkdir(parents=True, exist_ok=True)
        agreement(tomllib.loads(words.read_text(encoding="utf-8"))).save(folder / "agreement.docx")


if __name__ == "__main__":
    main(Path(sys.argv[2]) if sys.argv[1:2] == ["--into"] else TEMPLATES)

"""A statement of account on paper: a PDF that looks like the letter it goes with, the same bytes each time."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from babel.numbers import format_currency
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from duesheet import money
from duesheet.assets import folder
from duesheet.envelope import Enclosure, plain
from duesheet.errors import TemplateFault
from duesheet.fields import long_date, short_date
from duesheet.letters import locale_of, tag_of
from duesheet.statements import Entry, Statement
from duesheet.stationery import chosen, filled

_INK, _SOFT, _MARK, _RULE, _LATE = map(HexColor, ("#1c2733", "#56616d", "#1f4e79", "#d9dfe5", "#9c2b1b"))
_PLAIN, _BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
_MARGIN, _FOOT, _PADDING = 18 * mm, 22 * mm, 6  # the library pads its pages by so many points
_WIDE = A4[0] - 2 * _MARGIN
_COLUMNS = tuple(part * _WIDE for part in (0.27, 0.125, 0.125, 0.09, 0.13, 0.13, 0.13))
_LONGEST = 60
_NAMES = (
    "title",
    "file",
    "as_of",
    "customer_id",
    "invoice",
    "instalment",
    "date",
    "due",
    "days",
    "amount",
    "paid",
    "open",
    "disputed",
    "promised",
    "open_total",
    "unapplied",
    "total",
    "aging",
    "current",
    "over",
    "page",
    "note",
)


def enclosure(found: Statement, company: str, language: str, templates: Sequence[Path]) -> Enclosure:
    """The statement as a PDF in the customer's language, with the name it has in the mail.

    The words stand in `statement.j2` of the first of the `templates` folders that has it, else the shipped one.
    Raises TemplateFault when a word is missing there.
    """
    path, tongue = chosen(templates, tag_of(language), "statement")
    locale = locale_of(language, tongue)
    words = _words(found, path, templates, locale)
    name = plain(f"{words['file']} {found.customer_id} {found.currency} {found.as_of.isoformat()}")
    return Enclosure(f"{name}.pdf", _pdf(found, plain(company), words, locale), statement=True)


def _words(found: Statement, path: str, templates: Sequence[Path], locale: str) -> dict[str, str]:
    known = {"as_of": long_date(found.as_of, locale), "currency": found.currency}
    lines = filled(templates, path, "text", known).splitlines()
    pairs = ((name.strip(), words.strip()) for name, _, words in (line.partition(":") for line in lines))
    words = {name: said for name, said in pairs if said}
    missing = next((name for name in _NAMES if name not in words), "")
    if missing:
        raise TemplateFault(f'{path}: the words for "{missing}" are missing; write them after {missing}:')
    return words


@cache
def _fonts() -> None:
    for name in (_PLAIN, _BOLD):
        registerFont(TTFont(name, str(folder("templates") / "fonts" / f"{name}.ttf")))


def _pdf(found: Statement, company: str, words: Mapping[str, str], locale: str) -> bytes:
    _fonts()
    data, pages = _built(found, company, words, locale, 1)
    return data if pages == 1 else _built(found, company, words, locale, pages)[0]


def _built(
    found: Statement, company: str, words: Mapping[str, str], locale: str, pages: int
) -> tuple[bytes, int]:
    """The bytes, each page saying how many there are, and how many there were."""
    into = BytesIO()
    document = SimpleDocTemplate(
        into,
        pagesize=A4,
        leftMargin=_MARGIN - _PADDING,
        rightMargin=_MARGIN - _PADDING,
        topMargin=_MARGIN,
        bottomMargin=_FOOT,
        title=words["title"],
        author=company,
        lang=locale.replace("_", "-"),
        invariant=1,
    )

    def foot(canvas: Any, page: Any) -> None:  # noqa: ANN401  the library's
        canvas.setDateFormatter(lambda *_: f"D:{found.as_of:%Y%m%d}000000Z")
        canvas.setStrokeColor(_RULE)
        canvas.line(_MARGIN, _FOOT - 5 * mm, A4[0] - _MARGIN, _FOOT - 5 * mm)
        canvas.setFont(_PLAIN, 8)
        canvas.setFillColor(_SOFT)
        number = words["page"].replace("%s", str(page.page), 1).replace("%s", str(pages), 1)
        canvas.drawRightString(A4[0] - _MARGIN, _FOOT - 9 * mm, number)
        canvas.drawString(_MARGIN, _FOOT - 9 * mm, plain(company, _LONGEST))

    document.build(_story(found, company, words, locale), onFirstPage=foot, onLaterPages=foot)
    return into.getvalue(), document.page


def _story(found: Statement, company: str, words: Mapping[str, str], locale: str) -> list[Flowable]:
    who = f"{words['customer_id']} {plain(found.customer_id, _LONGEST)}"
    return [
        _said(company, size=14, bold=True, color=_MARK),
        Spacer(0, 8 * mm),
        _said(words["title"], size=16, bold=True),
        _said(words["as_of"], color=_SOFT),
        Spacer(0, 4 * mm),
        _said(plain(found.customer, 200), size=11, bold=True),
        _said(who, color=_SOFT),
        Spacer(0, 6 * mm),
        _items(found, words, locale),
        Spacer(0, 8 * mm),
        _aging(found, words, locale),
        Spacer(0, 5 * mm),
        _said(words["note"], size=8, color=_SOFT),
    ]


def _said(
    text: str, *, size: float = 9, bold: bool = False, color: HexColor = _INK, right: bool = False
) -> Paragraph:
    """A paragraph of `text`, which is text and never markup."""
    style = ParagraphStyle(
        "said",
        fontName=_BOLD if bold else _PLAIN,
        fontSize=size,
        leading=size * 1.35,
        textColor=color,
        alignment=TA_RIGHT if right else 0,
        splitLongWords=1,
    )
    return Paragraph(escape(text), style)


def _items(found: Statement, words: Mapping[str, str], locale: str) -> Table:
    heads = [
        _said(words[name], size=8, bold=True, color=_SOFT, right=place > 2)  # noqa: PLR2004  figures follow the dates
        for place, name in enumerate(("invoice", "date", "due", "days", "amount", "paid", "open"))
    ]
    rows = [_row(entry, words, found.currency, locale) for entry in found.entries]
    sums = [("open_total", sum(entry.line.open for entry in found.entries)), ("unapplied", found.unapplied)]
    closing = [
        [_said(words[name]), *[""] * 5, _said(_figure(units, found.currency, locale), right=True)]
        for name, units in sums
        if found.unapplied
    ]
    due = _said(money.text(found.total, found.currency, locale), size=12, bold=True, right=True)
    closing.append([_said(words["total"], size=12, bold=True), *[""] * 3, due, "", ""])
    table = Table([heads, *rows, *closing], colWidths=_COLUMNS, repeatRows=1)
    first = 1 + len(rows)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-2, -1), 5),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("LINEBELOW", (0, 0), (-1, 0), 1.5, _MARK),
            ("LINEBELOW", (0, 1), (-1, first - 1), 0.5, _RULE),
            ("SPAN", (4, -1), (-1, -1)),
            ("SPAN", (0, -1), (3, -1)),
            ("RIGHTPADDING", (4, -1), (4, -1), 0),
            *(("SPAN", (0, first + number), (5, first + number)) for number in range(len(closing) - 1)),
            ("NOSPLIT", (0, first - 1), (0, -1)),
        ]
    )
    return table


def _row(entry: Entry, words: Mapping[str, str], currency: str, locale: str) -> list[Any]:
    item = entry.line
    number = [_said(plain(item.invoice, _LONGEST), bold=True)]
    number += [_said(text, size=8, color=_SOFT) for text in _notes(entry, words, locale)]
    late = item.days_overdue > 0
    figures = (item.amount, item.amount - item.open, item.open)
    return [
        number,
        _said(short_date(item.invoice_date, locale)),
        _said(short_date(item.due_date, locale)),
        _said(str(item.days_overdue) if late else "", color=_LATE, right=True),
        *(_said(_figure(units, currency, locale), right=True) for units in figures),
    ]


def _notes(entry: Entry, words: Mapping[str, str], locale: str) -> list[str]:
    item = entry.line
    return [
        text
        for text in (
            f"{words['instalment']} {item.instalment}" if item.instalment else "",
            plain(item.reference, _LONGEST),
            words["disputed"] if entry.disputed else "",
            _promise(entry.promised, words, locale) if entry.promised else "",
        )
        if text
    ]


def _promise(day: date, words: Mapping[str, str], locale: str) -> str:
    return words["promised"].replace("%s", short_date(day, locale))


def _figure(units: int, currency: str, locale: str) -> str:
    """An amount without its currency, which stands in the total and below."""
    return format_currency(money.major(units, currency), currency, format="#,##0.00", locale=locale)


def _aging(found: Statement, words: Mapping[str, str], locale: str) -> Table:
    """The aging line, in rows of at most seven buckets."""
    spans = zip((0, *found.edges), found.edges, strict=False)
    names = [words["current"], *(f"{low + 1}\N{EN DASH}{high}" for low, high in spans)]
    names.append(words["over"].replace("%s", str(found.edges[-1])))
    shown = [*zip(names, found.buckets, strict=True)]
    if found.unapplied:
        shown.append((words["unapplied"], found.unapplied))
    most, rows = 7, []
    for start in range(0, len(shown), most):
        part = shown[start : start + most]
        blank = [""] * (min(most, len(shown)) - len(part))
        rows.append([*(_said(name, size=8, color=_SOFT, right=True) for name, _ in part), *blank])
        figures = (_said(_figure(units, found.currency, locale), size=8.5, right=True) for _, units in part)
        rows.append([*figures, *blank])
    heading = [_said(words["aging"], size=8, bold=True, color=_SOFT), *[""] * (len(rows[0]) - 1)]
    table = Table([heading, *rows], colWidths=[_WIDE / len(rows[0])] * len(rows[0]))
    table.setStyle(
        [
            ("SPAN", (0, 0), (-1, 0)),
            ("BACKGROUND", (0, 0), (-1, -1), HexColor("#f4f7fa")),
            ("LINEBEFORE", (0, 0), (0, -1), 2, _MARK),
            ("RIGHTPADDING", (0, 0), (-1, -1), 5),
            ("LEFTPADDING", (0, 0), (-1, -1), 5),
            ("NOSPLIT", (0, 0), (0, -1)),
        ]
    )
    return table

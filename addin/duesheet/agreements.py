"""Payment agreements to sign: the plan asked for, its template filled, and the document laid beside the book."""

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import polars as pl

from duesheet.clauses import Agreement, Billed, Debtor, values
from duesheet.dates import date_of, day_number
from duesheet.errors import Fault, Refused, TemplateFault
from duesheet.fields import Sender
from duesheet.layout import layout
from duesheet.letters import locale_of, tag_of
from duesheet.plans import Plan
from duesheet.position import Position
from duesheet.progress import Standing
from duesheet.records import Records
from duesheet.stationery import document_press, reason
from duesheet.writing import sender

_NAMED = 8
_LARGEST = 20_000_000
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


def asked(found: Records, now: Position, name: str) -> Standing:
    """The plan called `name`. Raises Refused, with what to do, where there is none to sign."""
    wanted = _folded(name)
    for one in now.plans.standings:
        if _folded(one.debt.plan.plan) == wanted:
            return one
    raise Refused(next(_why_not(found, now, wanted), None) or _unknown(found, name))


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _why_not(found: Records, now: Position, wanted: str) -> Iterator[str]:
    """Why the plan `wanted`, which is on the sheet, stands nowhere."""
    rows = {_folded(plan): row for plan, row in found.plans.left_out.items()}
    for plan in found.plans.rows:
        if _folded(plan.plan) == wanted:
            yield from _unfit(plan, now)
            rows[wanted] = plan.row
    faults = (*found.faults, *now.plans.faults)
    yield from (str(fault) for fault in faults if _is_about(fault, found.plans.sheet, rows.get(wanted, -1)))
    if wanted in rows:
        yield f"Plan {wanted} has nothing to be about: its invoices owe nothing. Name others under Invoices."


def _is_about(fault: Fault, sheet: str, row: int) -> bool:
    return (fault.table, fault.row) == (sheet, row)


def _unfit(plan: Plan, now: Position) -> Iterator[str]:
    place = f"Plan {plan.plan} (Plans, row {plan.row})"
    if plan.cancelled_on is not None and plan.cancelled_on <= day_number(now.as_of):
        yield f"{place} was cancelled on {date_of(plan.cancelled_on)}. Clear Cancelled on, or make a new plan."
    if plan.signed_on is not None and plan.signed_on > day_number(now.as_of):
        day = date_of(plan.signed_on)
        yield f"{place} is signed on {day}, after {now.as_of}. Ask for that day: --as-of {day}"


def _unknown(found: Records, name: str) -> str:
    names = [plan.plan for plan in found.plans.rows]
    if not names:
        return f'There is no plan "{name}": the Plans sheet has no plan that can be used.'
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f'There is no plan "{name}". There are: {", ".join(names[:_NAMED])}{more}.'


def agreement(found: Records, now: Position, one: Standing) -> Agreement:
    """What is to be signed for the plan `one`."""
    debt = one.debt
    (customer,) = (
        found.customers.frame.filter(pl.col("customer") == debt.plan.customer)
        .select("name", "customer_id", "contact", "email", "phone", "language")
        .rows()
    )
    *cells, language = (cell or "" for cell in customer)
    due: dict[int, int] = {}
    for piece in debt.pieces:
        due[piece.invoice] = min(piece.due_date, due.get(piece.invoice, piece.due_date))
    codes = [code for code, _, _ in debt.invoices]
    rows = found.invoices.frame.filter(pl.col("invoice").is_in(codes))
    billed = {code: told for code, *told in rows.select("invoice", "invoice_date", "amount").iter_rows()}
    return Agreement(
        debt,
        now.as_of if debt.plan.signed_on is None else date_of(debt.plan.signed_on),
        _signing(sender(found.settings)),
        Debtor(*cells),
        [
            Billed(name, billed[code][0], due[code], billed[code][1], owed)
            for code, name, owed in debt.invoices
        ],
        language,
    )


def _signing(who: Sender) -> Sender:
    """Who signs; the name a new workbook comes with is nobody's."""
    shipped = next(one.default for one in layout().settings if one.name == "From name")
    return replace(who, from_name="") if who.from_name == shipped else who


def template(folders: Sequence[Path], language: str) -> tuple[Path, str]:
    """The agreement's template and its language: the customer's, else English; the first folder that has it wins.

    >>> from duesheet.stationery import shipped
    >>> template([shipped()], "de-AT")[1], template([shipped()], "xx")[1]
    ('de', 'en')
    """
    for tongue in dict.fromkeys((language, language.partition("-")[0], "en")):
        for folder in folders:
            path = folder / tongue / "agreement.docx"
            if re.fullmatch(r"[\w-]+", tongue) and path.is_file():
                return _fit(path), tongue
    raise TemplateFault("templates/en/agreement.docx was not found; install Duesheet again")


def _fit(path: Path) -> Path:
    if path.stat().st_size > _LARGEST:
        raise TemplateFault(f"{path} is too large for a template; pictures in it can be made smaller")
    return path


def document(agreed: Agreement, folders: Sequence[Path]) -> bytes:
    """The agreement as a Word document. Raises TemplateFault when its template is wrong."""
    from docxtpl import DocxTemplate  # noqa: PLC0415  loads python-docx, which no other verb needs

    path, tongue = template(folders, tag_of(agreed.language))
    held = values(agreed, locale_of(agreed.language, tongue))
    made = io.BytesIO()
    try:
        paper = DocxTemplate(path)
        paper.render(held, document_press(), autoescape=True)
        paper.save(made)
    except Exception as error:  # a template is a program somebody else wrote: it may fail in any way
        place = f"{path.parent.name}/{path.name}"
        raise TemplateFault(f"{place}: {reason(error, held)}. Mend it in {path.parent}.") from error
    return made.getvalue()


def lay(data: bytes, path: Path) -> None:
    """Write the document at `path`, where nothing is yet. Raises Refused otherwise."""
    try:
        with path.open("xb") as file:
            try:
                file.write(data)
            except OSError:
                with suppress(OSError):
                    path.unlink()
                raise
    except FileExistsError:
        raise Refused(
            f"{path} is there already and was left as it is. Delete or rename it, or name another: --out FILE"
        ) from None
    except OSError as error:
        raise Refused(f"The agreement cannot be written to {path}: {error.strerror or error}.") from error


def place(book: Path, plan: str) -> Path:
    """Where the agreement of `plan` is laid: beside the book.

    >>> place(Path("Collections.xlsx"), "P-1").name, place(Path("Collections.xlsx"), "2026/7").name
    ('Agreement P-1.docx', 'Agreement 2026-7.docx')
    """
    return book.resolve().parent / f"Agreement {_FORBIDDEN.sub('-', plan).strip(' .')}.docx"

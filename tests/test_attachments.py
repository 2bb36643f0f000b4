"""What goes with a letter: statements of account, invoices that name a file, and what holds it."""

import re
import subprocess
import sys
import tracemalloc
from copy import deepcopy
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from desk import Desk, desk, noon
from duesheet import enclosures, job
from duesheet.carriers import Outcome
from duesheet.envelope import Enclosure
from duesheet.errors import EnclosureFault
from duesheet.letters import compose
from duesheet.outbox import digest
from duesheet.rehearsal import rehearsal, to_me
from letterbox import SENDER, line, notice

PDF = b"%PDF-1.4\n" + b"x" * 50
BOOK = """
Customers
Customer ID | Name | Email | Currency | Language
A | Alder Ltd | pay@example.com | EUR | en
B | Birch GmbH | ap@example.org | EUR | de
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount | File
1 | A | 2026-01-01 | 2026-01-31 | 100 | {file}
2 | B | 2026-01-01 | 2026-01-31 | 200 |
"""
MONDAY = job.Clock(noon("2026-02-02"))


@pytest.fixture(autouse=True)
def journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Journals lie in a folder of this test alone."""
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))


def book(file: str = "", **chosen: str) -> Desk:
    """A book of two letters, the first with an invoice in `file`."""
    firm = {"company": "Acme", "from_name": "Ada", "from_email": "ar@example.net", "base_currency": "EUR"}
    return desk(BOOK.format(file=file), **(firm | chosen))


def enclosed(data: bytes) -> dict[str, bytes]:
    """The files in a message, by name, all PDFs."""
    message = message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    parts = list(message.iter_attachments())
    assert {part.get_content_type() for part in parts} <= {"application/pdf"}
    return {str(part.get_filename()): part.get_content() for part in parts}


def test_a_statement_goes_with_each_letter_when_settings_ask_for_it(tmp_path: Path) -> None:
    """With Attach statement, each letter has a PDF in its language; the journal's digest covers it."""
    done = job.preview(book(Attach_statement="Yes"), tmp_path / "Book.xlsx", MONDAY)
    assert done.wrong == {}
    names = [list(enclosed(letter.as_bytes)) for letter in done.letters]
    assert names == [["Statement A EUR 2026-02-02.pdf"], ["Kontoauszug B EUR 2026-02-02.pdf"]]
    (made,) = enclosed(done.letters[0].as_bytes).values()
    assert "Alder Ltd" in PdfReader(BytesIO(made)).pages[0].extract_text()
    known = {record.key: record.digest for record in done.week.letters}
    again = job.preview(book(Attach_statement="Yes"), tmp_path / "Book.xlsx", MONDAY)
    assert known == {}
    assert {one.key: one.digest for one in again.week.letters} == {
        key: digest(file.read_bytes()) for key, file in done.files.items()
    }
    assert [one.as_bytes for one in again.letters] == [one.as_bytes for one in done.letters]


def test_what_prints_is_loaded_only_for_a_statement() -> None:
    """Neither the weekly job nor the writing of plain letters loads the library that makes PDFs."""
    asked = "import sys, duesheet.job, duesheet.writing; print('reportlab' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    assert said.stdout.strip() == "False"


def test_letters_without_files_are_as_they_were(tmp_path: Path) -> None:
    """With nothing to attach, a letter is its text and its HTML, and no more."""
    done = job.preview(book(), tmp_path / "Book.xlsx", MONDAY)
    assert [letter.enclosed for letter in done.letters] == [[], []]
    assert {letter.message.get_content_type() for letter in done.letters} == {"multipart/alternative"}


def test_the_invoice_goes_with_the_letter_and_the_page_says_so(tmp_path: Path) -> None:
    """A File below the workbook's folder is attached as it is, in the letter, in the rehearsal and on the page."""
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "Invoice 1.pdf").write_bytes(PDF)
    done = job.preview(book(r"pdf\Invoice 1.pdf"), tmp_path / "Book.xlsx", MONDAY)
    assert enclosed(done.letters[0].as_bytes) == {"Invoice 1.pdf": PDF}
    assert "<dt>Attached</dt><dd>Invoice 1.pdf</dd>" in done.box.index.read_text(encoding="utf-8")
    assert enclosed(to_me(done.letters[0], "me@example.net")) == {"Invoice 1.pdf": PDF}
    chosen = book("pdf/Invoice 1.pdf", Test_recipient="me@example.net")
    found = job.preview(chosen, tmp_path / "Book.xlsx", MONDAY).week
    assert rehearsal(found, tmp_path / "Book.xlsx", MONDAY.now).letters[0].enclosed == ["Invoice 1.pdf"]


@pytest.mark.parametrize(
    ("language", "statement", "invoice", "both"),
    [
        (
            "en",
            "You will find attached a statement of your account.",
            "You will find attached a copy of the invoice.",
            "You will find attached a statement of your account and copies of 2 invoices.",
        ),
        (
            "de",
            "Als Anlage erhalten Sie einen Kontoauszug.",
            "Als Anlage erhalten Sie eine Kopie der Rechnung.",
            "Als Anlage erhalten Sie einen Kontoauszug und Kopien von 2 Rechnungen.",
        ),
        (
            "fr",
            "Vous trouverez ci-joint un relevé de votre compte.",
            "Vous trouverez ci-joint une copie de la facture.",
            "Vous trouverez ci-joint un relevé de votre compte et les copies de 2 factures.",
        ),
        (
            "es",
            "Adjuntamos un estado de su cuenta.",
            "Adjuntamos una copia de la factura.",
            "Adjuntamos un estado de su cuenta y copias de 2 facturas.",
        ),
    ],
)
def test_a_letter_says_what_is_attached(language: str, statement: str, invoice: str, both: str) -> None:
    """One sentence, in the text and in the HTML, names what goes with the letter; without files there is none."""
    account, paper = Enclosure("S.pdf", PDF, statement=True), Enclosure("1.pdf", PDF)
    one = notice("friendly", line("1"), language=language)
    two = notice("friendly", line("1"), line("2"), language=language)
    for due, files, sentence in (
        (one, [account], statement),
        (one, [paper], invoice),
        (two, [account, paper, paper], both),
    ):
        written = compose(due, SENDER, (), MONDAY.now, "<1@example.net>", enclosures=files)
        assert sentence in " ".join(written.text.split())
        assert f"<p>{sentence}</p>" in re.sub(r" style=\"[^\"]*\"", "", " ".join(written.html.split()))
    plain = compose(one, SENDER, (), MONDAY.now, "<1@example.net>")
    for begin in (statement.split(" un ", maxsplit=1)[0], "attached", "Anlage", "Adjuntamos", "ci-joint"):
        assert begin not in plain.text + plain.html


def test_many_large_files_are_not_held_together(tmp_path: Path) -> None:
    """A week of letters with 5 MB each is written and posted within the memory a few of them take."""
    count = 10
    (tmp_path / "1.pdf").write_bytes(PDF.ljust(enclosures.MOST_EACH, b"x"))
    people = "\n".join(f"C{n} | Firm {n} | ap{n}@example.org | EUR" for n in range(count))
    owed = "\n".join(f"{n} | C{n} | 2026-01-01 | 2026-01-31 | 100 | 1.pdf" for n in range(count))
    typed = (
        f"Customers\nCustomer ID | Name | Email | Currency\n{people}\n"
        f"Invoices\nInvoice | Customer ID | Invoice date | Due date | Amount | File\n{owed}\n"
    )
    made = desk(typed, company="Acme", from_email="ar@example.net", base_currency="EUR")
    tracemalloc.start()
    try:
        done = job.preview(made, tmp_path / "Book.xlsx", MONDAY)
        deliveries = list(job.send(done, MONDAY))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert [one.outcome for one in deliveries] == [Outcome.SENT] * count
    assert [letter.enclosed for letter in done.letters] == [["1.pdf"]] * count
    assert peak < 10 * enclosures.MOST_EACH  # held together, the letters alone are 14 times as much


def test_a_draft_has_the_files_of_its_letter(tmp_path: Path) -> None:
    """The draft a mail program opens carries the statement and the invoice, whole, as the letter previewed does."""
    (tmp_path / "1.pdf").write_bytes(PDF)
    done = job.preview(
        book("1.pdf", carrier="Drafts", Attach_statement="Yes"), tmp_path / "Book.xlsx", MONDAY
    )
    outcomes = {one.key: one.outcome for one in job.send(done, MONDAY)}
    letter = done.letters[0]
    draft = done.box.draft(letter.notice.key).read_bytes()

    assert set(outcomes.values()) == {Outcome.DRAFTED}
    assert draft == b"X-Unsent: 1\r\n" + letter.as_bytes
    files = enclosed(draft)
    assert list(files) == ["Statement A EUR 2026-02-02.pdf", "1.pdf"]
    assert files["1.pdf"] == PDF
    assert "Alder Ltd" in PdfReader(BytesIO(files["Statement A EUR 2026-02-02.pdf"])).pages[0].extract_text()


def test_a_missing_invoice_holds_its_letter_alone(tmp_path: Path) -> None:
    """The row says which file of which invoice and what to do; the other letter goes."""
    typed = book("gone.pdf")
    done = job.preview(typed, tmp_path / "Book.xlsx", MONDAY)
    assert [letter.notice.customer_id for letter in done.letters] == ["B"]
    (why,) = done.wrong.values()
    assert why.startswith('Invoices, File of 1: "gone.pdf" is not there. Put it there')
    rows = typed.sheets["Reminders"].select("Customer ID", "Status", "Problem").rows()
    assert ("A", "Held", why) in rows


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("../other/1.pdf", "leads out of the workbook's folder"),
        (r"..\1.pdf", "leads out of the workbook's folder"),
        ("https://example.com/1.pdf", "is an address"),
        ("file:///etc/1.pdf", "is an address"),
        (r"\\server\share\1.pdf", "is an address"),
        ("//server/share/1.pdf", "is an address"),
        ("text.pdf", "is not a PDF"),
        ("large.pdf", "is larger than 5 MB"),
        (".", "is not a file"),
        ("a\0b.pdf", "is not"),
        ("x" * 5000, "cannot be read"),
    ],
)
def test_a_file_that_cannot_go_is_named_with_the_reason(tmp_path: Path, typed: str, why: str) -> None:
    """Only real PDFs of a fair size, below the workbook's folder or at a whole path, go with a letter."""
    folder = tmp_path / "firm"
    folder.mkdir()
    (folder / "text.pdf").write_bytes(b"hello")
    (folder / "large.pdf").write_bytes(PDF + b"x" * enclosures.MOST_EACH)
    with pytest.raises(EnclosureFault, match=why):
        enclosures.invoices(notice("friendly", line("1")), {"1": typed}, folder)


def test_a_whole_path_is_taken_as_typed(tmp_path: Path) -> None:
    """An archive elsewhere is named by its whole path; a file of several items goes once."""
    (tmp_path / "archive.pdf").write_bytes(PDF)
    typed = str(tmp_path / "archive.pdf")
    found = enclosures.invoices(
        notice("friendly", line("1"), line("2")), {"1": typed, "2": typed}, tmp_path / "firm"
    )
    assert [(one.name, one.read()) for one in found] == [("archive.pdf", PDF)]


@given(st.lists(st.binary(max_size=400), min_size=1, max_size=3))
def test_a_file_is_written_down_as_the_standard_library_does(data: list[bytes]) -> None:
    """Files put in at the last moment make the very bytes the standard library makes of them, whatever is in them."""
    due = notice("friendly", line("1"))
    files = [Enclosure(f"{number} ö.pdf", one) for number, one in enumerate(data)]
    written = compose(due, SENDER, (), MONDAY.now, "<1@example.net>", enclosures=files)
    whole = deepcopy(written.message)
    for part, one in zip(whole.iter_attachments(), data, strict=True):
        kept = list(part.items())
        part.set_content(one, maintype="application", subtype="pdf")
        for name, value in kept:
            del part[name]
            part[name] = value

    assert written.as_bytes == whole.as_bytes()
    read = message_from_bytes(written.as_bytes, policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert [part.get_content() for part in read.iter_attachments()] == data


def test_files_of_one_name_are_told_apart_and_weighed_together() -> None:
    """Names are made different; more than 10 MB together hold the letter."""
    found = enclosures.together([Enclosure("1.pdf", b"a"), Enclosure("1.PDF", b"b")])
    assert [one.data for one in found] == [b"a", b"b"]
    assert len({one.name.casefold() for one in found}) == 2
    with pytest.raises(EnclosureFault, match="more than 10 MB together"):
        enclosures.together([Enclosure(f"{n}.pdf", b"x" * 4_000_000) for n in range(3)])

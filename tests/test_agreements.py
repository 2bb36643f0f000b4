"""Payment agreements: every figure is the schedule's, text stays text, and nothing is overwritten."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import fastexcel
import pytest
from docx import Document

from desk import day, desk
from duesheet import agreements, clauses, cli, money, records, timetable
from duesheet.build import new_book
from duesheet.dates import date_of
from duesheet.errors import Refused, TemplateFault
from duesheet.fields import short_date
from duesheet.layout import layout
from duesheet.position import Position, position
from duesheet.records import Records
from duesheet.stationery import search_path, shipped
from duesheet.terminal import say

ROOT = Path(__file__).resolve().parents[1]
TODAY = "2026-11-25"
LANGUAGES = ("en", "de", "fr", "es")
BOOK = """
Customers
Customer ID | Name | Contact | Email | Phone | Language | Currency | Terms
C1 | Birch & Sons <Ltd> | Anna Weber | ap@birch.example | +49 30 1234567 | en | EUR | Net 30
C2 | Sakura KK | | | | ja | JPY | Net 30

Invoices
Invoice | Customer ID | Invoice date | Amount
R-100 | C1 | 2026-06-01 | 5200
R-101 | C1 | 2026-07-15 | 1234.56
R-102 | C1 | 2026-08-01 | 800
R-103 | C1 | 2026-08-02 | 90
Y-1 | C2 | 2026-08-01 | 100000

Plans
Plan | Customer ID | Invoices | Principal | Down payment | Instalments | Every | First due | Annual rate | Fee | Signed on | Cancelled on
P-1 | C1 | R-100; R-101 | 6000 | 500 | 6 | Month | 2026-12-31 | 0.08 | 50 | |
P-2 | C1 | R-102 | | | 3 | Week | 2027-01-15 | | | 2026-11-01 |
P-3 | C1 | R-103 | | | 3 | Month | 2027-01-15 | | | 2026-10-01 | 2026-11-01
P-4 | C1 | R-103 | | | 3 | Month | 2027-01-15 | 8 | | |
P-5 | C1 | R-103 | | | 3 | Month | 2027-01-15 | | | 2026-12-01 |
P-6 | C1 | R-103 | 1000 | | 3 | Month | 2027-01-15 | | | |
Y-9 | C2 | | | | 3 | Quarter | 2027-01-15 | | | |
"""  # noqa: E501  a row of a sheet
SETTINGS = {
    "Company": "Alder Trading Ltd",
    "From_name": "Jane Fox",
    "From_email": "accounts@alder.example",
    "Contact_phone": "+44 20 7946 0000",
    "How_to_pay": "IBAN GB00 ALDR 0000\nBIC ALDRGB2L",
}


class Signed(NamedTuple):
    """A document as it is read: its paragraphs one by one, and its tables as rows of cells."""

    words: str
    tables: list[list[list[str]]]
    footer: str
    properties: Any


def worked(text: str = BOOK, **settings: str) -> tuple[Records, Position]:
    """The book typed in `text`, on the day of these tests."""
    found = records.read(desk(text, **(SETTINGS | settings)))
    return found, position(found, day(TODAY))


def written(
    folder: Path, plan: str = "P-1", text: str = BOOK, *templates: Path, **settings: str
) -> tuple[Signed, clauses.Agreement]:
    """The agreement for `plan` of the book typed in `text`, as a word processor reads it."""
    found, now = worked(text, **settings)
    agreed = agreements.agreement(found, now, agreements.asked(found, now, plan))
    path = folder / "agreement.docx"
    path.write_bytes(agreements.document(agreed, [*templates, shipped()]))
    return read(path), agreed


def read(path: Path) -> Signed:
    """The document at `path`."""
    paper = Document(str(path))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]
    words = "\n".join(line.text for line in paper.paragraphs)
    return Signed(words, tables, paper.sections[0].footer.paragraphs[0].text, paper.core_properties)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_an_agreement_is_the_schedules(tmp_path: Path, language: str) -> None:
    """Invoices, schedule and totals stand there row by row as the plan has them, as the customer writes figures."""
    found, agreed = written(tmp_path, text=BOOK.replace("| en |", f"| {language} |"))
    debt = agreed.debt

    def amount(units: int) -> str:
        return money.text(units, "EUR", language)

    _, invoices, timetable, _ = found.tables
    assert [row[3:] for row in invoices[1:]] == [
        [amount(5200_00), amount(5200_00)],
        [amount(1234_56), amount(1234_56)],
        ["", amount(6434_56)],
    ]
    assert [row[0] for row in invoices[1:3]] == ["R-100", "R-101"]
    assert [row[2:] for row in timetable[1:-1]] == [
        [
            amount(row.payment),
            amount(row.interest),
            amount(50_00) if row.no == 1 else "",
            amount(row.principal),
            amount(row.balance),
        ]
        for row in debt.rows
    ]
    assert [row[1] for row in timetable[2:-1]] == [
        short_date(date_of(row.due), language) for row in debt.rows[1:]
    ]
    interest = sum(row.interest for row in debt.rows)
    assert timetable[-1][2:] == [
        *map(amount, (6000_00 + interest + 50_00, interest, 50_00, 6000_00)),
        "",
    ]
    for units in (6434_56, 6000_00, 434_56, 500_00, 5500_00, 50_00, interest):
        assert amount(units) in found.words


def test_an_agreement_by_hand(tmp_path: Path) -> None:
    """6,000 of 6,434.56 with 500 down at 8%: 5,500 x 8% / 12 = 36.67, and six payments of 938.17 but for the cent."""
    found, _ = written(tmp_path)

    assert found.tables[2][1:4] == [
        ["0", "on signing", "€500.00", "€0.00", "", "€500.00", "€5,500.00"],
        ["1", "Dec 31, 2026", "€988.17", "€36.67", "€50.00", "€901.50", "€4,598.50"],
        ["2", "Feb 1, 2027", "€938.17", "€30.66", "", "€907.51", "€3,690.99"],
    ]
    assert found.tables[2][7][2] == "€938.21"
    assert (
        "6 monthly instalments, the first due on December 31, 2026 and the last on May 31, 2027"
        in found.words
    )
    assert "Interest of 8% a year" in found.words
    assert "the rest of €434.56 is written off" in found.words


def test_both_parties_and_the_way_to_pay_stand_there(tmp_path: Path) -> None:
    """Company and customer with names, contact and addresses, twice over the signatures, and bank details by line."""
    found, _ = written(tmp_path)
    creditor, debtor = found.tables[0][0]

    assert creditor.splitlines()[1:3] == ["Alder Trading Ltd", "Represented by: Jane Fox"]
    assert "accounts@alder.example" in creditor
    assert debtor.splitlines()[1:3] == ["Birch & Sons <Ltd>", "Contact: Anna Weber"]
    assert "ap@birch.example" in debtor
    assert "Customer no.: C1" in debtor
    assert "IBAN GB00 ALDR 0000\nBIC ALDRGB2L" in found.words
    assert found.tables[3][-1][0] == "Signature of the creditor\nAlder Trading Ltd"
    assert found.tables[3][-1][2] == "Signature of the debtor\nBirch & Sons <Ltd>"
    assert found.footer.startswith("Payment agreement P-1 · Alder Trading Ltd")
    assert (found.properties.title, found.properties.author) == ("Payment agreement P-1", "Alder Trading Ltd")


def test_nobody_is_made_to_sign_by_a_name_that_came_with_the_workbook(tmp_path: Path) -> None:
    """While From name is the one a new workbook has, the agreement names no representative."""
    named = next(one.default for one in layout().settings if one.name == "From name")
    found, _ = written(tmp_path, From_name=named)

    assert "Represented by" not in found.tables[0][0][0]


def test_what_a_plan_has_not_is_not_spoken_of(tmp_path: Path) -> None:
    """Without interest, fee, down payment and settlement there is no word and no column about them."""
    found, _ = written(tmp_path, "P-2")

    assert found.tables[2][0] == ["No.", "Due", "Payment", "Off the debt", "Left after it"]
    assert "No interest is charged" in found.words
    assert "under the invoice below" in found.words
    assert "3 weekly instalments" in found.words
    for word in ("Settlement", "written off", "fee of", "on signing"):
        assert word not in found.words


def test_a_signed_plan_is_printed_again_as_it_was_signed(tmp_path: Path) -> None:
    """What was paid since does not change the document: the debt is that of the day of signing."""
    paid = (
        BOOK
        + "\nPayments\nPayment | Date | Customer ID | Amount | Invoice\n1 | 2026-11-20 | C1 | 100 | R-102\n"
    )
    found, _ = written(tmp_path, "P-2", paid)

    assert "On November 1, 2026 the debtor owes the creditor €800.00" in found.words
    assert [row[2] for row in found.tables[2][1:]] == ["€266.67", "€266.67", "€266.66", "€800.00"]


def test_a_currency_without_cents_has_none_in_the_agreement(tmp_path: Path) -> None:
    """100,000 yen in three parts are whole yen; a language without an agreement of its own gets the English one."""
    found, _ = written(tmp_path, "Y-9")

    assert [row[2] for row in found.tables[2][1:]] == ["¥33,333", "¥33,333", "¥33,334", "¥100,000"]
    assert "3 quarterly instalments" in found.words


def test_text_from_cells_is_text_whatever_it_says(tmp_path: Path) -> None:
    """Marks of XML and of templates in a name are printed as they are, and nothing runs."""
    name = "</w:t>&amp; {{ 7 * 7 }} {% for x in company %}]]> {{ company }} {# no #} \u0007\u202e"
    found, _ = written(tmp_path, text=BOOK.replace("Birch & Sons <Ltd>", name), Company=name)
    shown = "</w:t>&amp; {{ 7 * 7 }} {% for x in company %}]]> {{ company }} {# no #}"

    assert found.tables[0][0][1].splitlines()[1] == shown
    assert shown in found.footer
    assert "49" not in found.tables[3][-1][2]


def own(folder: Path, words: str, language: str = "en") -> Path:
    """A firm's templates folder with an agreement of its own."""
    path = folder / "templates" / language / "agreement.docx"
    path.parent.mkdir(parents=True)
    paper = Document()
    paper.add_paragraph(words)
    paper.save(str(path))
    return folder / "templates"


def test_a_firm_has_an_agreement_of_its_own(tmp_path: Path) -> None:
    """A document of that name in the folder templates beside the book replaces the shipped one."""
    folder = own(tmp_path, "We, {{ company }}, agree with {{ customer }} on {{ principal }}.")
    found, _ = written(tmp_path, "P-1", BOOK, folder)

    assert found.words == "We, Alder Trading Ltd, agree with Birch & Sons <Ltd> on €6,000.00."
    assert search_path(tmp_path / "Collections.xlsx")[0] == folder


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{{ custmer }}", 'did you mean "customer"?'),
        ("{% if rest %}", "end"),
        ("{{ company.__class__ }}", "en/agreement.docx"),
        ("{{ lipsum() }}", "lipsum"),
        ("{% include 'en/friendly.j2' %}", "en/agreement.docx"),
    ],
)
def test_a_template_that_goes_wrong_is_named_and_can_do_no_harm(
    tmp_path: Path, words: str, said: str
) -> None:
    """A wrong name, an open block, and whatever reaches out of the sandbox end in words."""
    with pytest.raises(TemplateFault, match=r"en/agreement\.docx") as fault:
        written(tmp_path, "P-1", BOOK, own(tmp_path, words))

    assert said in str(fault.value)


def test_a_file_that_is_no_document_is_named(tmp_path: Path) -> None:
    """A template that is not a Word document is told of like any other fault."""
    folder = own(tmp_path, "")
    (folder / "en" / "agreement.docx").write_bytes(b"words")

    with pytest.raises(TemplateFault, match=r"en/agreement\.docx"):
        written(tmp_path, "P-1", BOOK, folder)


def test_a_template_that_does_not_end_is_stopped(tmp_path: Path) -> None:
    """Loops inside loops are cut off, whatever they are made of."""
    words = "{% for a in rows %}" * 12 + "{{ company }}" + "no end" * 1000 + "{% endfor %}" * 12

    with pytest.raises(TemplateFault, match="does not end"):
        written(tmp_path, "P-1", BOOK, own(tmp_path, words))


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ("P-99", "There are: P-1, P-2, P-3, P-5, P-6, Y-9."),
        ("P-3", "Plans, row 4) was cancelled on 2026-11-01"),
        ("P-4", "Plans, row 5, Annual rate"),
        ("P-5", "is signed on 2026-12-01, after 2026-11-25. Ask for that day: --as-of 2026-12-01"),
        ("P-6", "Plans, row 7, Principal"),
    ],
)
def test_a_plan_that_cannot_be_signed_is_refused_with_the_reason(plan: str, said: str) -> None:
    """No such plan, a cancelled one, one with a fault, one signed later: each is told apart."""
    found, now = worked()

    with pytest.raises(Refused) as refusal:
        agreements.asked(found, now, plan)

    assert said in str(refusal.value)


def test_a_book_without_plans_says_so() -> None:
    """Where no plan can be used, none is named."""
    found, now = worked(BOOK.partition("Plans\n")[0])

    with pytest.raises(Refused, match="no plan that can be used"):
        agreements.asked(found, now, "P-1")


def test_a_plan_whose_invoices_are_paid_has_nothing_to_sign() -> None:
    """An offer about invoices that owe nothing is refused."""
    paid = (
        BOOK
        + "\nPayments\nPayment | Date | Customer ID | Amount | Invoice\n1 | 2026-11-20 | C2 | 100000 | Y-1\n"
    )
    found, now = worked(paid)

    with pytest.raises(Refused):
        agreements.asked(found, now, "Y-9")


def test_a_plan_is_found_however_it_is_typed() -> None:
    """Case and blanks make no difference."""
    found, now = worked()

    assert agreements.asked(found, now, " p-1 ").debt.plan.plan == "P-1"


def test_an_agreement_without_the_companys_name_is_not_written(tmp_path: Path) -> None:
    """A document between nobody and somebody is no agreement."""
    with pytest.raises(TemplateFault, match="company's name is blank"):
        written(tmp_path, Company="\u202e")


def test_every_field_of_an_agreement_is_explained() -> None:
    """docs/agreements.md lists each name a template may use, and no other."""
    page = (ROOT / "docs" / "agreements.md").read_text(encoding="utf-8")
    names = {**clauses.NAMES, **clauses.INVOICE_NAMES, **clauses.ROW_NAMES}

    assert [
        f"| `{name}` | {meaning} |"
        for name, meaning in names.items()
        if f"| `{name}` | {meaning} |" not in page
    ] == []


def test_every_field_stands_for_something() -> None:
    """What the template is given has exactly the names that are explained."""
    found, now = worked()
    held = clauses.values(agreements.agreement(found, now, agreements.asked(found, now, "P-1")))

    assert set(held) == set(clauses.NAMES)
    assert set(held["invoices"][0]) == set(clauses.INVOICE_NAMES)
    assert set(held["rows"][0]) == set(clauses.ROW_NAMES)


def test_shipped_agreements_are_made_from_their_words(tmp_path: Path) -> None:
    """The documents in templates are what docs/make_agreements.py makes of docs/agreement."""
    subprocess.run([sys.executable, ROOT / "docs" / "make_agreements.py", "--into", tmp_path], check=True)

    for language in LANGUAGES:
        made, kept = (folder / language / "agreement.docx" for folder in (tmp_path, shipped()))
        assert parts(made) == parts(kept), language


def parts(path: Path) -> dict[str, bytes]:
    """What is ours in a document, by name; the rest is what python-docx begins with."""
    with zipfile.ZipFile(path) as archive:
        return {
            name: archive.read(name)
            for name in ("word/document.xml", "word/footer1.xml", "docProps/core.xml")
        }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The book typed above as a workbook."""
    path = tmp_path / "Collections.xlsx"
    book = desk(BOOK)
    rows = {
        name: book.sheets[name].select(column.name for column in layout().tables[name].columns)
        for name in ("Customers", "Invoices", "Plans")
    }
    settings = {name.replace("_", " "): value for name, value in SETTINGS.items()}
    new_book(path, rows=rows, settings=settings | {"As of": TODAY})
    return path


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    said: str
    told: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command as a terminal would."""

    def command(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["duesheet", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        return Ran(code, *capsys.readouterr())

    return command


def fingerprint(path: Path) -> str:
    """By it one sees whether a file was changed."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_agreement_lies_beside_the_book_and_is_never_overwritten(file: Path, run: Any) -> None:
    """The first call writes it and leaves the book alone; the second refuses and leaves both alone."""
    before = fingerprint(file)
    made = run("agreement", file, "P-1")
    path = file.parent / "Agreement P-1.docx"

    assert made.code == 0
    assert "Agreement P-1.docx" in made.said.replace("\n", "")
    assert "€6,434.56" in read(path).words
    assert fingerprint(file) == before

    first = fingerprint(path)
    again = run("agreement", file, "P-1")
    assert again.code == 2
    assert "is there already" in again.told
    assert fingerprint(path) == first


def test_the_agreement_goes_where_it_is_asked_to_go(file: Path, tmp_path: Path, run: Any) -> None:
    """--out names the document, --json says where it lies and what it holds."""
    out = tmp_path / "For Anna.docx"
    made = run("agreement", file, "P-2", "--out", out, "--json")

    told = json.loads(made.said)
    assert (made.code, told["file"], told["plan"], told["owed"]) == (0, str(out), "P-2", 800.0)
    assert [row["payment"] for row in told["rows"]] == [266.67, 266.67, 266.66]
    assert out.is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["P-99"], "There is no plan"),
        (["P-3"], "was cancelled"),
        (["P-1", "--out", "agreement.pdf"], "ends in .docx"),
        (["P-1", "--out", "nowhere/agreement.docx"], "cannot be written"),
    ],
)
def test_a_refused_agreement_writes_nothing(file: Path, run: Any, words: list[str], said: str) -> None:
    """Every refusal ends with 2, and no document is there."""
    ended = run("agreement", file, *words)

    assert ended.code == 2
    assert said in " ".join(ended.told.split())
    assert list(file.parent.rglob("*.docx")) == []


def test_the_schedule_is_listed_without_changing_the_book(file: Path, run: Any) -> None:
    """Each plan's rows with what was paid and their status; plans with a fault are told of and end it with 1."""
    before = fingerprint(file)
    listed = run("schedule", file)

    assert listed.code == 1
    assert "P-1: Birch & Sons <Ltd>, €6,000.00, €434.56 to be written off, offered" in listed.said
    assert "988.17" in listed.said
    assert "id you mean 8%?" in " ".join(listed.said.split())
    assert fingerprint(file) == before


def test_the_schedule_as_json_is_the_sheets(file: Path, run: Any) -> None:
    """The same rows for another program: amounts as figures, dates as ISO dates, the state of each plan."""
    told = json.loads(run("schedule", file, "--json").said)
    plans = {plan["plan"]: plan for plan in told["plans"]}

    assert told["as_of"] == TODAY
    assert sorted(plans) == ["P-1", "P-2", "Y-9"]
    assert (plans["P-2"]["state"], plans["P-2"]["customer"], plans["P-2"]["currency"]) == (
        "on track",
        "C1",
        "EUR",
    )
    assert plans["P-2"]["rows"][0] == {
        "no": 1,
        "due": "2027-01-15",
        "payment": 266.67,
        "interest": 0.0,
        "principal": 266.67,
        "balance": 533.33,
        "paid": 0.0,
        "status": "Due",
    }
    assert [one["column"] for one in told["problems"]] == ["Annual rate", "Principal"]


@pytest.mark.parametrize("amount", ["999999", "99999999999"])
def test_no_figure_of_a_listed_plan_is_cut_short(capsys: pytest.CaptureFixture[str], amount: str) -> None:
    """A plan just under a million has its rows on one line each; a larger one is wrapped, never shortened."""
    _, now = worked(BOOK.replace("5200", amount).replace("| 6000 |", "| |").replace("| P-1", "| P-1"))
    one = next(one for one in now.plans.standings if one.debt.plan.plan == "P-1")
    say(timetable.spoken([one], {}, []))
    said = capsys.readouterr().out

    assert "…" not in said
    digits = "".join(said.split())
    assert all(f"{row.payment / 100:,.2f}" in digits for row in one.rows) == (amount == "999999")
    assert all(len(line) <= 80 for line in said.splitlines())


def test_what_schedule_lists_is_what_refresh_writes(file: Path, run: Any) -> None:
    """After a Refresh the Schedule sheet has the rows that `schedule --json` has, cell by cell."""
    run("refresh", file)
    sheet = fastexcel.read_excel(file.read_bytes()).load_sheet("Schedule").to_polars()
    told = json.loads(run("schedule", file, "--json").said)

    columns = ("No", "Payment", "Interest", "Principal", "Balance", "Paid", "Status")
    listed = [
        (plan["plan"], *(row[name.lower()] for name in columns))
        for plan in told["plans"]
        for row in plan["rows"]
    ]
    shown = sheet.filter(sheet["Plan"].is_not_null()).select("Plan", *columns).rows()
    assert [tuple(row) for row in shown] == listed


def test_a_book_without_plans_has_no_schedule(tmp_path: Path, run: Any) -> None:
    """A new book ends with 0 and says that there is no plan."""
    path = tmp_path / "New.xlsx"
    new_book(path, settings={"Company": "Alder"})

    assert run("schedule", path)[:2] == (0, "There is no payment plan.\n")


def test_word_is_loaded_by_agreements_alone() -> None:
    """The library for Word documents does not slow down the other verbs."""
    code = (
        "import sys; from duesheet import cli; cli.verbs_for([]); "
        "print('docxtpl' in sys.modules, 'docx' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert ended.stdout.split() == ["False", "False"]

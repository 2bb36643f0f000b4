import pytest
import xlwings

from xlwings_libreoffice.formulas import moved, to_calc, to_excel

PAIRS = [
    ("=SUM(A1:B2,3)", "=SUM(A1:B2;3)"),
    ("=Sheet1!A1", "=$Sheet1.A1"),
    ("='My Sheet'!$A$1:B2", "=$'My Sheet'.$A$1:B2"),
    ("='It''s'!A1", "=$'It''s'.A1"),
    ("={1,2;3,4}", "={1;2|3;4}"),
    ('=IF(A1>0,"a,b;c!",TRUE)', '=IF(A1>0;"a,b;c!";TRUE())'),
    ("=SUM((A1,B1))", "=SUM((A1~B1))"),
    ("=EFFECT(0.1,4)", "=EFFECTIVE(0.1;4)"),
    ("=STDEV.S(A1:A2)", "=STDEV.S(A1:A2)"),
    ("=A1+#REF!", "=A1+#REF!"),
    ("=SUM(A:A,1:3)", "=SUM(A:A;1:3)"),
    ("=Sheet1:Sheet3!A1", "=$Sheet1.A1:$Sheet3.A1"),
    ("=Sheet1:Sheet3!A1:B2", "=$Sheet1.A1:$Sheet3.B2"),
    ("=SUM(Items[Count],1)", "=SUM(Items[Count];1)"),
    ("=COUNTA(Items[#Headers])", "=COUNTA(Items[[#Headers]])"),
    ("=Items[[#All],[a, b]]", "=Items[[#All];[a, b]]"),
    ("text", "text"),
]


@pytest.mark.parametrize(("excel", "calc"), PAIRS)
def test_formula_text_turns_both_ways(excel: str, calc: str) -> None:
    """Excel's formula becomes Calc's, and Calc's becomes Excel's."""
    assert to_calc(excel) == calc
    assert to_excel(calc) == excel


@pytest.mark.parametrize(
    ("excel", "calc"),
    [
        ("=_xlfn.STDEV.S(A1)", "=STDEV.S(A1)"),
        ("=@A1", "=A1"),
        ("=Items[@Count]*Items[@[a b]]", "=Items[[#This Row];[Count]]*Items[[#This Row];[a b]]"),
        ("=duration(1,2,3,4,5)", "=COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GETDURATION(1;2;3;4;5)"),
    ],
)
def test_excels_prefixes_are_left_out(excel: str, calc: str) -> None:
    """Prefixes that only Excel's files know are taken off; a function that Calc names otherwise is found."""
    assert to_calc(excel) == calc


def test_calcs_long_names_are_shortened() -> None:
    """The long names of Calc's add-in functions are Excel's short ones."""
    assert to_excel("=COM.SUN.STAR.SHEET.ADDIN.ANALYSIS.GETEDATE(A1;1)") == "=EDATE(A1,1)"
    assert to_excel("='file:///data/x.xlsx'#$Sheet1.A1") == "='/data/[x.xlsx]Sheet1'!A1"


@pytest.mark.parametrize(
    ("formula", "filled"),
    [
        ("=A1*$A$1+A$1+$A1", "=B3*$A$1+B$1+$A3"),
        ('="A1"&A1', '="A1"&B3'),
        ("=LOG10(A1)", "=LOG10(B3)"),
        ("='A1'!A1", "='A1'!B3"),
        ("A1", "A1"),
    ],
)
def test_a_filled_formula_moves_its_relative_references(formula: str, filled: str) -> None:
    """Two rows down and one column to the right, relative references follow and others stay."""
    assert moved(formula, 2, 1) == filled


def test_a_reference_moved_off_the_sheet_is_lost() -> None:
    """A reference that would leave the sheet becomes an error."""
    assert moved("=A1", 1048576, 0) == "=#REF!"


def test_formulas_are_read_and_written_as_excel_has_them(book: xlwings.Book, sheet: xlwings.Sheet) -> None:
    """A formula written in Excel's way is computed and read in Excel's way."""
    book.sheets.add("My Sheet", after=sheet)
    sheet["A1"].value = [[1, 2], [3, 4]]
    book.sheets["My Sheet"]["A1"].value = 7
    sheet["D1"].formula = "=SUM(A1:B2,'My Sheet'!A1)"
    assert sheet["D1"].value == 17.0
    assert sheet["D1"].formula == "=SUM(A1:B2,'My Sheet'!A1)"
    assert sheet["D1"].formula2 == "=SUM(A1:B2,'My Sheet'!A1)"


def test_a_block_of_formulas_is_a_tuple_of_rows(sheet: xlwings.Sheet) -> None:
    """Formulas of several cells come as a tuple of rows, constants among them as text."""
    sheet["A1"].value = [[1, "x"], ["'5", None]]
    sheet["C1:C2"].formula = "=A1"
    formulas: object = sheet["A1:C2"].formula
    assert formulas == (("1", "x", "=A1"), ("5", "", "=A2"))


def test_formulas_may_be_given_as_lists(sheet: xlwings.Sheet) -> None:
    """A list of lists of formulas fills the cells one by one; numbers and truth values are entered as such."""
    sheet["A1"].formula = [["=1+1", 3], [True, "text"]]
    assert sheet["A1:B2"].value == [[2.0, 3.0], [True, "text"]]


def test_an_array_formula_covers_its_range(sheet: xlwings.Sheet) -> None:
    """An array formula belongs to all its cells and reads without braces."""
    sheet["A1"].value = [[1], [2], [3]]
    sheet["B1:B3"].formula_array = "=A1:A3*2"
    assert sheet["B1:B3"].value == [2.0, 4.0, 6.0]
    assert sheet["B1:B3"].formula_array == "=A1:A3*2"
    assert sheet["B1"].has_array is True
    assert sheet["A1"].has_array is False
    assert sheet["A1:B1"].has_array is None


def test_a_part_of_an_array_cannot_be_overwritten(sheet: xlwings.Sheet) -> None:
    """Writing to one cell of an array formula is refused."""
    sheet["B1:B3"].formula_array = "=A1:A3*2"
    with pytest.raises(xlwings.XlwingsError):
        sheet["B1"].value = 1


def test_formulas_name_tables_and_their_columns(sheet: xlwings.Sheet) -> None:
    """A table, its columns, its headings and the row of a formula are named as in Excel."""
    sheet["A1"].value = [["a", "b"], [1, 2], [3, 4]]
    sheet.tables.add(sheet["A1:B3"], name="Items")
    formulas = [
        "=SUM(Items[b])",
        "=SUM(Items[[#All],[b]])",
        "=COUNTA(Items[#Headers])",
        "=SUM(Items[[a]:[b]])",
    ]
    sheet["D1"].formula = [formulas]
    assert sheet["D1:G1"].value == [6.0, 6.0, 2.0, 10.0]
    read: object = sheet["D1:G1"].formula
    assert read == (tuple(formulas),)
    sheet["D3"].formula = "=Items[@b]*2"
    assert sheet["D3"].value == 8.0

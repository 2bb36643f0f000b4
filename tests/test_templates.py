import html
import os
import re
from pathlib import Path

import pytest
from jinja2 import meta

from chromium import dump
from duesheet.errors import TemplateFault
from duesheet.fields import LINE_NAMES, NAMES
from duesheet.stationery import _press, search_path, shipped
from letterbox import DAYS, LANGUAGES, full, line, notice, write

DOCS = Path(__file__).resolve().parents[1] / "docs" / "letters.md"
SMALL = '{% extends "en/letter.j2" %}{% block subject %}Hi{% endblock %}{% block opening %}_{% endblock %}'


def own(folder: Path, text: str, name: str = "en/friendly.j2") -> Path:
    """A firm's templates folder with one file in it."""
    path = folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder / "templates"


def test_firm_changes_one_letter_by_a_file_of_its_name(tmp_path: Path) -> None:
    """A file beside the workbook replaces that letter in that language, and no other."""
    folder = own(tmp_path, SMALL.replace("_", "Our own words, {{ contact }}."))

    assert search_path(tmp_path / "Collections.xlsx")[0] == folder
    assert "Our own words, Anna Weber." in write(notice(), folder).text
    assert "Our own words" not in write(notice("second"), folder).text
    assert "Our own words" not in write(notice(language="de"), folder).text


def test_firm_changes_one_paragraph_of_a_shipped_letter(tmp_path: Path) -> None:
    """A file that builds on the shipped letter changes the blocks it names; subject and the rest stay."""
    changed = (
        '{% extends "shipped/en/friendly.j2" %}{% block closing %}Until soon.\n\n{{ super() }}{% endblock %}'
    )
    letter = write(notice(), own(tmp_path, changed))

    assert letter.subject == write(notice()).subject
    assert "Until soon.\n\nIf your payment has crossed this letter" in letter.text
    assert re.search(r"<p[^>]*>Until soon.</p>", letter.html)


def test_letter_removed_again_is_the_shipped_one(tmp_path: Path) -> None:
    """A firm's file that is changed or removed counts at once."""
    folder = own(tmp_path, SMALL)
    assert write(notice(), folder).subject == "Hi"

    (folder / "en" / "friendly.j2").unlink()
    assert write(notice(), folder).subject == write(notice()).subject


def test_letter_edited_between_two_letters_is_the_new_one(tmp_path: Path) -> None:
    """Whoever changes a letter while Duesheet runs gets the changed letter next, or hears what is wrong with it."""
    folder = own(tmp_path, SMALL)
    assert write(notice(), folder).subject == "Hi"

    _saved_later(folder, SMALL.replace("Hi", "Hello").encode())
    assert write(notice(), folder).subject == "Hello"
    _saved_later(folder, "Grüße".encode("latin-1"))
    with pytest.raises(TemplateFault, match="not saved as UTF-8"):
        write(notice(), folder)


def _saved_later(folder: Path, data: bytes) -> None:
    letter = folder / "en" / "friendly.j2"
    later = letter.stat().st_mtime + 5
    letter.write_bytes(data)
    os.utime(letter, (later, later))


def test_letter_of_ones_own_name_and_look(tmp_path: Path) -> None:
    """A letter the program does not know, and a look of the firm's own, are taken from its folder."""
    folder = own(tmp_path, SMALL.replace("_", "Polite."), "en/polite.j2")
    own(tmp_path, ".company { color: #990000; }", "letter.css")

    letter = write(notice("polite"), folder)
    assert "Polite." in letter.text
    assert "color: #990000" in letter.html


def test_file_saved_by_a_windows_editor_is_read(tmp_path: Path) -> None:
    """A byte order mark and Windows line ends do no harm."""
    folder = own(tmp_path, "")
    (folder / "en" / "friendly.j2").write_bytes(b"\xef\xbb\xbf" + SMALL.replace("{%", "\r\n{%", 1).encode())

    assert write(notice(), folder).subject == "Hi"


def test_words_of_a_template_are_not_escaped_in_text_and_are_in_html(tmp_path: Path) -> None:
    """A value with & and < is itself in subject and text, and escaped in HTML."""
    changed = SMALL.replace("Hi", "{{ customer }}").replace("_", "{{ customer | strong }}")
    letter = write(notice(customer="A & B <Ltd>"), own(tmp_path, changed))

    assert letter.subject == "A & B <Ltd>"
    assert "A & B <Ltd>" in letter.text
    assert re.search(r"<strong[^>]*>A &amp; B &lt;Ltd&gt;</strong>", letter.html)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (
            "{{ custmer }}",
            'en/friendly.j2, line 3: "custmer" is not a name a letter may use; did you mean "customer"?',
        ),
        (
            "{{ lines[0].invioce }}",
            'line 3: "invioce" is not a name a letter may use; did you mean "invoice"?',
        ),
        ("{{ customer", "en/friendly.j2, line 4: expected token"),
        ("{% if customer %}", "en/friendly.j2, line 4: "),
        ("{{ customer | shout }}", "line 3: No filter named 'shout'"),
        ("{{ none }}", 'line 3: a value is missing here: the letter would read "None"'),
        ("{{ 0.5 }}", "line 3: a value is missing here"),
        ("{{ 'nan' }}", 'the letter would read "nan"'),
        ("{{ '{{' }} name }}", 'the letter would show "{{ name }}"'),
        ("{% raw %}{{ customer }}{% endraw %}", 'the letter would show "{{ customer }}"'),
        ("{{ 1 // 0 }}", "line 3: integer division or modulo by zero"),
        ("{{ 'a' * 999999999 }}", 'line 3: "*" works on whole numbers only'),
        ("{{ 9 ** 9 ** 9 }}", 'line 3: "**" works on whole numbers only'),
        ("{{ '%999999999d' % 1 }}", 'line 3: "%" works on whole numbers only'),
        ("{{ customer.upper() }}", "line 3: access to attribute 'upper'"),
        ("{{ ''.__class__ }}", "line 3: access to attribute '__class__'"),
        ("{{ lines.append(1) }}", "line 3: access to attribute 'append'"),
        ("{{ customer | attr('x') }}", "line 3: No filter named 'attr'"),
        ("{{ customer | safe }}", "line 3: No filter named 'safe'"),
        ("{{ range(9) }}", 'line 3: "range" is not a name a letter may use'),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "the letter does not end: it calls itself"),
        ("{% include 'en/none.j2' %}", 'line 3: the file "en/none.j2" it builds on was not found'),
        ("{% include '../../secret' %}", "it builds on was not found"),
    ],
)
def test_mistake_in_a_template_names_file_and_line(tmp_path: Path, written: str, words: str) -> None:
    """A mistake in a firm's letter holds it, with file, line and what to do, and reaches nothing outside."""
    folder = own(
        tmp_path, SMALL.replace("{% block opening %}_", "\n{% block opening %}\n_\n").replace("_", written)
    )

    with pytest.raises(TemplateFault) as held:
        write(notice(), folder)
    assert words in str(held.value)
    assert write(notice("second"), folder).subject


def test_letter_that_does_not_end_is_cut_off(tmp_path: Path) -> None:
    """A letter that grows without end is held once it is longer than any letter."""
    nested = "{% for a in x %}{% for b in x %}{% for c in x %}{{ x }}{% endfor %}{% endfor %}{% endfor %}"
    folder = own(tmp_path, SMALL.replace("Hi", "{% set x = '" + "long " * 40 + "' %}" + nested))

    with pytest.raises(TemplateFault, match=r"the letter does not end: it is longer than 400,000 characters"):
        write(notice(), folder)


def test_blank_subject_holds_the_letter(tmp_path: Path) -> None:
    """A letter without a subject is held."""
    with pytest.raises(TemplateFault, match=r"en/friendly\.j2: the subject is blank"):
        write(notice(), own(tmp_path, SMALL.replace("Hi", " ")))


def test_file_that_is_not_utf8_holds_the_letter(tmp_path: Path) -> None:
    """A letter saved in another encoding is held and says so."""
    folder = own(tmp_path, "")
    (folder / "en" / "friendly.j2").write_bytes("Grüße".encode("latin-1"))

    with pytest.raises(TemplateFault, match=r"en/friendly\.j2: the file is not saved as UTF-8"):
        write(notice(), folder)


@pytest.mark.parametrize(
    ("name", "words"),
    [("none", "no letter called"), ("../x", "not a letter's name"), ("", "not a letter's name")],
)
def test_letter_that_is_not_there_is_held(name: str, words: str) -> None:
    """A Policy sheet that names a letter nobody wrote holds the step's letters and says where to look."""
    with pytest.raises(TemplateFault, match=words):
        write(notice(name))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_letter_and_word(language: str) -> None:
    """Each language has the five letters and the statement, its words under the same names as the English ones."""
    keys = {
        tongue: re.findall(
            r'^  "(\w+)":', (shipped() / tongue / "letter.j2").read_text("utf-8"), re.MULTILINE
        )
        for tongue in ("en", language)
    }

    said = {
        tongue: re.findall(
            r"^(\w+): ", (shipped() / tongue / "statement.j2").read_text("utf-8"), re.MULTILINE
        )
        for tongue in ("en", language)
    }

    assert {path.stem for path in (shipped() / language).glob("*.j2")} == {*DAYS, "letter", "statement"}
    assert keys[language] == keys["en"]
    assert said[language] == said["en"]


def test_shipped_letters_use_documented_names_only() -> None:
    """A shipped letter uses no name that is not in the list of names."""
    press = _press((), html=False)
    own_words = {"part", "words", "subject"}
    for path in shipped().rglob("*/*.j2"):
        if path.parent.name != "page":
            used = meta.find_undeclared_variables(press.parse(path.read_text("utf-8")))
            assert used - own_words <= set(NAMES), path


def test_docs_list_the_names_there_are() -> None:
    """The page about letters lists every name a letter may use with its meaning, and no other."""
    rows = re.findall(r"^\| `([\w.]+)` \| (.+) \|$", DOCS.read_text("utf-8"), re.MULTILINE)
    told = [(name, words) for name, words in rows if name in NAMES or name.startswith("line.")]

    assert told == [*NAMES.items(), *((f"line.{name}", words) for name, words in LINE_NAMES.items())]


def test_docs_list_the_filters_there_are() -> None:
    """The page about letters lists every filter a letter may use, and no other."""
    listed = re.search(r"^Filters: (.+)\.$", DOCS.read_text("utf-8"), re.MULTILINE)

    assert listed
    assert re.findall(r"`(\w+)`", listed[1]) == sorted(_press((), html=True).filters)


def test_every_documented_name_can_be_used(tmp_path: Path) -> None:
    """Every listed name can be written in a letter."""
    every = " ".join(f"{{{{ {name} }}}}" for name in NAMES if name != "lines")
    each = " ".join(f"{{{{ line.{name} }}}}" for name in LINE_NAMES)
    folder = own(tmp_path, SMALL.replace("_", every + "{% for line in lines %}" + each + "{% endfor %}"))

    assert "PO 7781" in write(notice(), folder).text


def test_documented_example_works(tmp_path: Path) -> None:
    """The example in the page about letters can be copied as it stands."""
    example = re.search(r"```jinja\n(.+?)```", DOCS.read_text("utf-8"), re.DOTALL)

    assert example
    assert "from December 24 to January 2." in write(notice(), own(tmp_path, example[1])).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_needs_nothing_from_outside(language: str) -> None:
    """The HTML letter says its language, carries its styles, and fetches nothing."""
    page = write(full("final", language)).html

    assert f'<html lang="{language}">' in page
    assert not re.search(r"<(script|img|link|iframe|object|form)|url\(|@import", page)
    assert re.findall(r'(?:href|src)="([^"?]+)', page) == [
        "https://pay.example.com/INV-1042%2CINV-1049%2CINV-1056"
    ]
    assert re.search(r"@media \(prefers-color-scheme: dark\)", page)
    assert re.search(r'<p style="[^"]+">', page)


def test_letter_about_sixty_invoices_is_not_clipped() -> None:
    """A letter about sixty invoices stays below the 102 kB at which Gmail cuts a letter off."""
    letter = write(notice("friendly", *(line(f"INV-{number}") for number in range(60))))

    assert len(letter.html.encode()) < 102_000


def _rules(css: str) -> dict[str, dict[str, str]]:
    """The colors each selector of `css` sets."""
    found: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]+)\}", css):
        for selector in selectors.split(","):
            colors = dict(re.findall(r"(?<![\w-])(color|background-color): (#[0-9a-f]{6})", body))
            found.setdefault(selector.strip(), {}).update(colors)
    return found


def _light(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


PAIRS = (
    (".sheet", ".sheet"),
    (".company", ".sheet"),
    (".account", ".sheet"),
    (".small", ".sheet"),
    (".late", ".sheet"),
    (".items th", ".sheet"),
    (".items td.more", ".sheet"),
    (".quoted p", ".sheet"),
    (".foot", ".sheet"),
    (".sheet", ".paybox"),
    (".button a", ".button"),
)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("ink", "paper"), PAIRS)
def test_words_stand_out_from_their_ground(ink: str, paper: str, *, dark: bool) -> None:
    """Every color of words has a contrast of at least 4.5 to 1 to its ground, light and dark."""
    screens = (shipped() / "screens.css").read_text("utf-8")
    night = screens[screens.index("dark)") + 7 : screens.index("@media (max-width")]
    rules = _rules(night if dark else (shipped() / "letter.css").read_text("utf-8"))

    high, low = sorted((_light(rules[ink]["color"]), _light(rules[paper]["background-color"])), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


MEASURE = """<script>
addEventListener("load", () => { document.title = [...document.querySelectorAll("iframe")].map((frame) => {
  const page = frame.contentDocument.documentElement;
  return Math.max(page.scrollWidth, frame.contentDocument.body.scrollWidth) - page.clientWidth;
}).join(" "); });
</script>"""


@pytest.mark.parametrize("width", [360, 640])
def test_no_letter_is_wider_than_its_screen(browser: str, tmp_path: Path, width: int) -> None:
    """In Chromium no letter overflows 360 or 640 pixels, long words and millions included."""
    long = notice(
        "final",
        line("A" * 60, 47, 123_456_789_00, amount=987_654_321_00, reference="R" * 80, late_fee=99_999_99),
        customer="K" * 300,
        contact="C" * 300,
        language="fr",
    )
    letters = [write(full(template, language)) for template in DAYS for language in LANGUAGES] + [write(long)]
    frames = "".join(
        f'<iframe width="{width}" height="900" style="border:0" srcdoc="{html.escape(letter.html)}"></iframe>'
        for letter in letters
    )
    page = tmp_path / "page.html"
    page.write_text(f"<!DOCTYPE html><meta charset=utf-8><title></title>{MEASURE}{frames}", encoding="utf-8")

    title = re.search(r"<title>(.*?)</title>", dump(browser, page))
    assert title
    assert title[1].split() == ["0"] * len(letters)

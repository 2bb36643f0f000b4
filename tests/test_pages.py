import re
from pathlib import Path
from typing import Any

from lxml import html

from chromium import dump
from duesheet.letters import Letter
from duesheet.pages import HeldRow, index_page
from letterbox import AS_OF, LANGUAGES, line, notice, write

HELD = (
    HeldRow(
        "C-7", "Blue Pine Ltd", "EUR", "€1,200.00", 12, "Promise still running, until November 30", "Held"
    ),
    HeldRow("C-8", 'Q"<b>uote & Sons', "USD", "$5.00", -2, "Under the minimum", "Held"),
)


def read(text: str) -> Any:
    """`text` as a tree of elements."""
    return html.fromstring(text)


def letters() -> list[Letter]:
    """One letter in each language, to customers of different names."""
    return [
        write(
            notice(
                "final",
                line(f"INV-{language}", 47),
                language=language,
                customer=f"Firm {language}",
                key=language,
            )
        )
        for language in LANGUAGES
    ]


def page(held: tuple[HeldRow, ...] = HELD) -> str:
    """The page about all of them."""
    files = {language: f"waiting/final notice #{language}.eml" for language in LANGUAGES}
    return index_page("Harbor & Field Supply", AS_OF, letters(), held, files)


def test_page_shows_every_letter_and_why_the_others_got_none() -> None:
    """The page names, for each letter, customer, amount, subject and file; for the others, the reason."""
    tree = read(page())
    words = " ".join(tree.text_content().split())

    assert "Letters as of November 23, 2026: 4 written, 2 customers not written to." in words
    for letter in letters():
        assert letter.subject in words
        assert letter.notice.customer in words
    assert "€1,234.50" in words
    assert 'Q"<b>uote & Sons' in words
    assert "Promise still running, until November 30" in words
    assert tree.xpath("//a/@href") == [
        f"waiting/final%20notice%20%23{language}.eml" for language in LANGUAGES
    ]


def test_letters_are_shown_as_they_are_and_can_do_nothing() -> None:
    """Each letter's own HTML stands in a frame that may run no script, and the page loads nothing."""
    tree = read(page())

    assert tree.xpath("//iframe/@srcdoc") == [letter.html for letter in letters()]
    assert set(tree.xpath("//iframe/@sandbox")) == {"allow-same-origin"}
    assert not tree.xpath("//script[@src] | //link | //img")
    assert "default-src 'none'" in tree.xpath("//meta[@http-equiv]/@content")[0]


def test_cells_never_become_part_of_the_page() -> None:
    """A cell with tags, quotes or control characters is shown, not obeyed."""
    evil = '</script><script>alert(1)</script>" onclick="x'
    letter = write(notice(customer=evil, contact=evil, customer_id=evil))
    held = HeldRow(evil, evil, "EUR", "€1.00", 1, evil + "\0", "Held")

    tree = read(index_page(evil, AS_OF, [letter], [held]))
    assert len(tree.xpath("//script")) == 1
    assert not tree.xpath("//@onclick")
    assert not tree.xpath("//a")


def test_empty_week_says_so() -> None:
    """Without letters and without held rows the page says that, in words."""
    words = read(index_page("Acme", AS_OF, [], [])).text_content()

    assert "No letter is due." in words
    assert "Everybody with something open is written to." in words


def test_search_finds_rows_and_frames_fit_their_letters(browser: str, tmp_path: Path) -> None:
    """In Chromium typing hides rows that do not match, and a frame is as high as its letter."""
    try_out = """<script nonce="duesheet">
    addEventListener("load", () => setTimeout(() => {
      const find = document.getElementById("find");
      const root = document.documentElement;
      document.body.dataset.over = root.scrollWidth - root.clientWidth;
      document.body.dataset.high = document.querySelector("[open] iframe").style.height;
      find.value = "inv-de FIRM"; find.dispatchEvent(new Event("input"));
      document.body.dataset.left = document.querySelectorAll(".row:not([hidden])").length;
      find.value = "promise"; find.dispatchEvent(new Event("input"));
      document.body.dataset.held = document.querySelector(".row:not([hidden])").textContent.trim();
    }, 1000));
    </script>"""
    path = tmp_path / "index.html"
    text = page().replace('<details class="row"', '<details open class="row"', 1)
    path.write_text(text.replace("</body>", try_out + "</body>"), encoding="utf-8")

    body = read(dump(browser, path, width=500)).xpath("//body")[0]
    assert body.get("data-over") == "0"
    assert int(re.sub(r"\D", "", body.get("data-high"))) > 760
    assert body.get("data-left") == "1"
    assert body.get("data-held").startswith("Blue Pine Ltd")

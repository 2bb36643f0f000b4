"""Makes the README's pictures from the demo: the Aging sheet by LibreOffice, a letter by Chromium.

The pictures of Calc at work are those that tests/test_window.py and test_extension.py keep in artifacts/, made smaller.
"""

import argparse
import email
import subprocess
import tempfile
from email.policy import default
from pathlib import Path

from PIL import Image

_BROWSER = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-device-scale-factor=2",
)
_WAIT = 180


def main() -> None:
    """Read the options and make both pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("demo", type=Path, help="the folder that duesheet demo made")
    parser.add_argument("--office", default="soffice")
    parser.add_argument("--browser", default="chromium")
    chosen = parser.parse_args()
    pictures = Path(__file__).parent / "pictures"
    pictures.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        _aging(chosen.office, chosen.demo / "Collections.xlsx", Path(folder), pictures / "aging.png")
        _letter(
            chosen.browser,
            chosen.demo / "outbox" / "Collections" / "waiting",
            Path(folder),
            pictures / "letter.png",
        )
    for name in ("calc.png", "toolbar.png"):
        _calc(Path(__file__).parents[1] / "artifacts" / name, pictures / name)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=_WAIT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _aging(office: str, book: Path, folder: Path, picture: Path) -> None:
    """The page of the printed workbook that holds the Aging sheet, cut to what is on it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    _run(office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(book))
    pdf = folder / f"{book.stem}.pdf"
    page = next(number for number in range(1, 9) if "Who owes how much" in _text(pdf, number))
    whole = picture.with_suffix("")
    area = ("-x", "60", "-y", "70", "-W", "1640", "-H", "620")
    _run(
        "pdftoppm",
        "-r",
        "150",
        "-f",
        str(page),
        "-l",
        str(page),
        *area,
        "-singlefile",
        "-png",
        str(pdf),
        str(whole),
    )


def _text(pdf: Path, page: int) -> str:
    command = ("pdftotext", "-f", str(page), "-l", str(page), str(pdf), "-")
    return subprocess.run(
        command, check=True, timeout=_WAIT, capture_output=True, text=True, encoding="utf-8"
    ).stdout


def _letter(browser: str, waiting: Path, folder: Path, picture: Path) -> None:
    """The HTML of the week's longest English letter, as a browser shows it."""
    letters = [
        email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted(waiting.glob("*.eml"))
    ]
    english = [letter for letter in letters if letter["Content-Language"] == "en"]
    bodies = [body.get_content() for letter in english if (body := letter.get_body(("html",))) is not None]
    page = folder / "letter.html"
    page.write_text(max(bodies, key=len), encoding="utf-8")
    options = (
        *_BROWSER,
        f"--user-data-dir={folder / 'browser'}",
        f"--screenshot={picture}",
        "--window-size=700,1060",
    )
    _run(browser, *options, page.as_uri())


def _calc(kept: Path, picture: Path) -> None:
    """The window of Calc as a test of it saw it, in few colors."""
    with Image.open(kept) as whole:
        small = whole.resize((whole.width * 3 // 4, whole.height * 3 // 4), Image.Resampling.LANCZOS)
    small.quantize(128).save(picture, optimize=True)


if __name__ == "__main__":
    main()

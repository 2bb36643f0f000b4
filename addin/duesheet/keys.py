"""The name of one letter: its key, and what is made from the key alone.

A key says which letter is meant, never what is in it: book, customer, currency, cycle and step. Two letters
with one key are the same reminder, and it is sent at most once.

    C001|EUR|2026-11-23|1|4f1c0a9b77de
    customer, currency, cycle, step, book

A key is plain ASCII without blanks, so that a mail header, a cell and a database hold it alike: any other
character of an id stands as `%XX` (its UTF-8 bytes), and so do `|`, `~` and a `-` in front. An id longer than
40 characters in that form is cut and ends in `~` and a digest of the whole. The book is the first 12
hexadecimal digits of its id's SHA-256.
"""

import re
from datetime import date
from email.utils import parseaddr
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

_LONGEST = 40
_WHOLE = re.compile(r"[^|]*\|[^|]+\|\d{4}-\d{2}-\d{2}\|\d+\|[0-9a-f]{12}")
_DOMAIN = re.compile(r"[a-z0-9.-]+")
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")


@lru_cache(maxsize=2**16)
def key(book_id: str, customer_id: str, currency: str, cycle: date, step: int) -> str:
    """The key of the letter of `step` to a customer in `currency`, in the cycle that began on `cycle`.

    >>> key("b1", "C001", "EUR", date(2026, 11, 23), 1)
    'C001|EUR|2026-11-23|1|7dc96f776c84'
    >>> key("b1", "A|B Ünal", "EUR", date(2026, 11, 23), 1)
    'A%7CB%20%C3%9Cnal|EUR|2026-11-23|1|7dc96f776c84'
    """
    return "|".join((_id(customer_id), _plain(currency), cycle.isoformat(), str(step), _book(book_id)))


def cycle(letter: str) -> date:
    """The day the cycle of the key `letter` began (step 0: the due date it announces).

    >>> cycle("C001|EUR|2026-11-23|1|7dc96f776c84")
    datetime.date(2026, 11, 23)
    """
    return date.fromisoformat(letter.split("|")[2])


def currency(letter: str) -> str:
    """The currency of the key `letter`.

    >>> currency("C001|EUR|2026-11-23|1|7dc96f776c84")
    'EUR'
    """
    return letter.split("|")[1]


def step(letter: str) -> int:
    """The step of the key `letter`.

    >>> step("C001|EUR|2026-11-23|1|7dc96f776c84")
    1
    """
    return int(letter.split("|")[3])


def is_key(text: str) -> bool:
    """Whether `text` is a whole key, and not merely what stands in a row without a letter.

    >>> is_key("C001|EUR|2026-11-23|1|7dc96f776c84"), is_key("C001|EUR")
    (True, False)
    """
    return _WHOLE.fullmatch(text) is not None


def of_book(letter: str, book_id: str) -> bool:
    """Whether the key `letter` belongs to the book.

    >>> [of_book("C001|EUR|2026-11-23|1|7dc96f776c84", book) for book in ("b1", "b2")]
    [True, False]
    """
    return letter.endswith("|" + _book(book_id))


def message_id(book_id: str, letter: str, sender: str) -> str:
    """The Message-ID of the key `letter`: always the same one, at the sender's domain, naming no customer.

    >>> message_id("b1", "C001|EUR|2026-11-23|1|7dc96f776c84", "Acme <ar@example.com>")
    '<cd505f5ad83320105e84201b0039a0d3@example.com>'
    """
    return f"<{_digest(book_id, letter)[:32]}@{_domain(sender)}>"


def file_name(letter: str) -> str:
    """The name of the file of the key `letter`, allowed on every system and unlike that of any other key.

    >>> file_name("C001|EUR|2026-11-23|1|7dc96f776c84")
    'C001_EUR_2026-11-23_1_caee8ff36dae6152.eml'
    """
    readable = "_".join(_UNSAFE.sub("-", part).strip("-") for part in letter.split("|")[:-1])
    return f"{readable[:80] or 'letter'}_{_digest(letter)[:16]}.eml"


@lru_cache(maxsize=64)
def _domain(sender: str) -> str:
    """The sender's domain in its ASCII form, or one that is nobody's."""
    try:
        domain = parseaddr(sender)[1].rpartition("@")[2].lower().encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    return domain if _DOMAIN.fullmatch(domain) else "duesheet.invalid"


def _id(customer_id: str) -> str:
    whole = _plain(customer_id)
    if len(whole) <= _LONGEST:
        return whole
    return f"{whole[: _LONGEST - 13]}~{_digest(customer_id)[:12]}"


@lru_cache(maxsize=2**16)
def _plain(text: str) -> str:
    quoted = quote(text, safe="", errors="surrogatepass").replace("~", "%7E")
    return "%2D" + quoted[1:] if quoted.startswith("-") else quoted


@lru_cache(maxsize=64)
def _book(book_id: str) -> str:
    return _digest(book_id)[:12]


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

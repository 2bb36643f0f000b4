"""How a message is written down: byte for byte as the standard library's policy for SMTP does it, and much faster.

What is plain is written as it is; what is not, such as a name with an umlaut, is left to the library.
"""

from collections.abc import Sequence
from email.headerregistry import Address, HeaderRegistry
from email.policy import SMTP, EmailPolicy
from email.quoprimime import body_encode
from functools import lru_cache
from typing import Any

LINE = 78
"""Characters a line may have before it is folded."""


class _Registry(HeaderRegistry):
    """Makes the class of each kind of header once, not for every header."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  a class of headers
        kind = name.lower()
        if kind not in self._made:
            self._made[kind] = super().__getitem__(name)
        return self._made[kind]


class _Letterhead(EmailPolicy):
    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """As the base, and as later Pythons have it: where only the name stands in the first line, no space is left."""
        name, value = super().header_source_parse(sourcelines)
        return name, value.lstrip()


LETTERHEAD = _Letterhead(linesep=SMTP.linesep, cte_type="7bit", header_factory=_Registry())
"""The policy of every letter: lines end as SMTP has them, and all is ASCII."""


def header(name: str, value: str | Sequence[Address]) -> str:
    r"""The line, or the lines, of a header that holds text or names people.

    >>> header("Subject", "Invoice 1001")
    'Subject: Invoice 1001\r\n'
    >>> header("To", [Address("Zoë Weber", "ap", "example.org")])
    'To: =?utf-8?q?Zo=C3=AB?= Weber <ap@example.org>\r\n'
    """
    said = value if isinstance(value, str) else ", ".join(map(str, value))
    if _plain(said) and len(name) + len(": ") + len(said) <= LINE:
        return f"{name}: {said}\r\n"
    _, parsed = LETTERHEAD.header_store_parse(name, value)
    return str(parsed.fold(policy=LETTERHEAD))


def _plain(said: str) -> bool:
    return said.isascii() and said.isprintable() and "=?" not in said and all(said.split(" "))


def quoted(text: str) -> str:
    r"""`text` as quoted-printable, its lines ended as SMTP has them.

    >>> quoted("1 + 1 = 2 €\n")
    '1 + 1 =3D 2 =E2=82=AC\r\n'
    """
    return "".join(map(_quoted, text.encode().splitlines() or [b""]))


@lru_cache(maxsize=512)
def _quoted(line: bytes) -> str:
    """Most lines of a letter are those of the letter before."""
    return body_encode(line.decode("latin-1"), LINE, "\r\n") + "\r\n"

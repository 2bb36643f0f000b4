"""The mail server letters are handed to, as Settings names it."""

from dataclasses import dataclass

from duesheet.envelope import addresses
from duesheet.errors import Refused
from duesheet.settings import Settings


@dataclass(frozen=True)
class Server:
    """Where letters are handed in: `security` is TLS, STARTTLS, or None, which is for this machine only.

    `user` signs in, blank: nobody does. `sender` is the address letters come from.
    """

    host: str
    port: int
    security: str
    user: str
    sender: str


def named(chosen: Settings) -> Server:
    """The mail server Settings names; raises Refused when it names none."""
    if not chosen.smtp_host:
        raise Refused(
            "Settings, SMTP host is blank: type the mail server, as smtp.office365.com or smtp.gmail.com."
        )
    sender = next(iter(addresses(chosen.from_email)[0]), chosen.from_email)  # its domain in ASCII
    return Server(chosen.smtp_host, chosen.smtp_port, chosen.smtp_security, chosen.smtp_user, sender)

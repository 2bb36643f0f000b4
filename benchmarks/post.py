"""Letters per second, from notice to the server's last word: `python -m benchmarks.post`.

Every engine writes the same letters with the product's own templates and posts them to a server on this machine
(`mailserver`, with TLS and a sign-in, as every mail server has them), each in a process of its own: Duesheet (journal
and files on the disk at every step), `yag.send` as it comes, and smtplib over one connection with no journal at all. On
a server that answers at once, and on one that takes 50 ms for each answer.
"""

import argparse
import gc
import json
import logging
import os
import smtplib
import ssl
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import trustme
import yagmail
from benchmarks import mailserver
from benchmarks.measure import cost, engine

from duesheet import keys
from duesheet.carriers.server import Server
from duesheet.carriers.smtp import Smtp
from duesheet.journal import Journal
from duesheet.letters import Letter, Sender, compose
from duesheet.notices import Line, Notice
from duesheet.outbox import Outbox, post

BOOK = "0b7a3c1e-5d7f-4b0e-9d51-6f3f6f1f9a10"
DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
FROM = "ar@example.com"
SENDER = Sender(
    company="Harbor & Field Supply",
    from_name="Dana Reyes",
    from_email=FROM,
    how_to_pay="Harborside Bank\nIBAN DE00 0000 0000 0000 0000 00",
)
SECRET = "as good as any"  # noqa: S105  the server takes every one
ENGINES = ("duesheet", "yagmail", "smtplib")


class Password:
    """The sign-in."""

    def authenticate(self, client: smtplib.SMTP) -> None:
        """Sign in."""
        client.login(FROM, SECRET)


def notice(number: int) -> Notice:
    """The notice to one customer: three invoices overdue."""
    lines = tuple(
        Line(
            invoice=f"INV-{number}-{part}",
            instalment=0,
            invoice_date=DAY - timedelta(days=40 + part),
            due_date=DAY - timedelta(days=10 + part),
            days_overdue=10 + part,
            amount=119_00 + number * 7 + part,
            open=119_00 + number * 7 + part,
            reference="PO 7781",
            description="",
        )
        for part in range(3)
    )
    return Notice(
        key=keys.key(BOOK, f"C{number:05}", "EUR", DAY, 1),
        customer_id=f"C{number:05}",
        customer=f"Weber Maschinenbau {number} GmbH",
        contact="Anna Weber",
        to=(f"ap{number}@example.org",),
        cc=(),
        language="en",
        currency="EUR",
        step=1,
        step_name="Friendly reminder",
        template="friendly",
        channel="Email",
        as_of=DAY,
        lines=lines,
        unapplied=0,
        amount_due=sum(line.open for line in lines),
        oldest_days=12,
        last_letter=None,
    )


def write(number: int) -> Letter:
    """One letter, written."""
    found = notice(number)
    return compose(found, SENDER, (), MOMENT, keys.message_id(BOOK, found.key, FROM))


def by_duesheet(port: int, count: int) -> None:
    """All of it, as `duesheet send` does it, without pauses."""
    gc.disable()  # as the command does when it starts (duesheet.start)
    outbox = Outbox(Path(os.environ["DUESHEET_DATA"]) / "outbox")
    server = Server(mailserver.HERE, port, "TLS", FROM, FROM)
    with Journal.open(BOOK) as journal, Smtp(server, Password()) as carrier:
        files = outbox.write(map(write, range(count)), journal)
        for delivery in post(files, journal, carrier, outbox, hasty=lambda: True):
            if delivery.outcome != "sent":
                sys.exit(delivery.detail)


def by_yagmail(port: int, count: int) -> None:
    """`yag.send` for each letter."""
    yag = yagmail.SMTP(FROM, SECRET, host=mailserver.HERE, port=port)
    yag.set_logging(None)
    logging.getLogger("CSSUTILS").setLevel(
        logging.CRITICAL
    )  # it finds fault with what yagmail makes of a style sheet
    for letter in map(write, range(count)):
        to = letter.notice.to[0]
        yag.send(to, letter.subject, letter.html, headers={"X-Duesheet-Key": letter.notice.key})


def by_smtplib(port: int, count: int) -> None:
    """One connection, `sendmail` for each letter, nothing noted."""
    context = ssl.create_default_context()
    with smtplib.SMTP_SSL(mailserver.HERE, port, local_hostname="example.com", context=context) as client:
        client.login(FROM, SECRET)
        for letter in map(write, range(count)):
            client.sendmail(FROM, list(letter.notice.to), letter.as_bytes)


def one(name: str, port: int, count: int) -> float:
    """The seconds an engine takes; the first letter, which loads the templates, is not counted."""
    write(0)
    work: dict[str, Callable[[int, int], None]] = {
        "duesheet": by_duesheet,
        "yagmail": by_yagmail,
        "smtplib": by_smtplib,
    }
    began = time.perf_counter()
    work[name](port, count)
    return time.perf_counter() - began


def measured(name: str, count: int, delay: float, rooms: Path) -> float:
    """Letters per second of an engine in a process of its own; every letter must have arrived once."""
    folder = Path(tempfile.mkdtemp(dir=rooms))
    log, chain = folder / "kept.txt", folder / "chain.pem"
    authority = trustme.CA()
    authority.issue_cert(mailserver.HERE).private_key_and_cert_chain_pem.write_to_path(chain)
    authority.cert_pem.write_to_path(folder / "authority.pem")
    os.environ |= {"SSL_CERT_FILE": str(folder / "authority.pem"), "DUESHEET_DATA": str(folder / "data")}
    with mailserver.running(log, "--delay", str(delay), "--tls", str(chain)) as port:
        said = cost(engine("post", "--engine", name, "--port", str(port), "--count", str(count))).said
    arrived = mailserver.kept(log)
    if len(arrived) != count or len(set(arrived)) != count:
        sys.exit(f"{name}: {len(arrived)} letters arrived of {count}")
    return count / float(said["seconds"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all engines in turn, round by round, and print a table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    words.add_argument("--port", type=int, help=argparse.SUPPRESS)
    words.add_argument("--count", type=int, default=500)
    words.add_argument("--rounds", type=int, default=3)
    chosen = words.parse_args(arguments)
    if chosen.engine:
        print(json.dumps({"seconds": one(chosen.engine, chosen.port, chosen.count)}))
        return
    print(
        f"{'letters per second':34}{''.join(f'{name:>12}' for name in ENGINES)}{'x yagmail':>12}{'x smtplib':>12}"
    )
    with tempfile.TemporaryDirectory(prefix="duesheet-post-") as rooms:
        # All files stay until the end: just after many were deleted, to make one took several times as long.
        for words_, delay, count in (
            ("a server that answers at once", 0.0, chosen.count),
            ("50 ms for each answer", 0.05, max(20, chosen.count // 10)),
        ):
            once = partial(measured, count=count, delay=delay, rooms=Path(rooms))
            rounds = [list(map(once, ENGINES)) for _ in range(chosen.rounds)]
            speeds = [statistics.median(column) for column in zip(*rounds, strict=True)]
            figures = "".join(f"{speed:>12,.1f}" for speed in speeds)
            print(f"{words_:34}{figures}{speeds[0] / speeds[1]:>12.2f}{speeds[0] / speeds[2]:>12.2f}")


if __name__ == "__main__":
    main()

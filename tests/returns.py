"""Delivery reports for tests, in the forms that mail systems write them."""

from email.message import Message

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: ar@example.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <{report}@mx.example.com>
Date: Mon, 23 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.com.
I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com
Arrival-Date: Mon, 23 Nov 2026 09:59:58 +0000

{fates}

--b1
Content-Type: {kind}

{letter}

--b1--
"""

FATE = """\
Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}"""

PROSE = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.com
To: ar@example.com
Subject: failure notice
Message-ID: <{report}@mx.example.com>
Date: Mon, 23 Nov 2026 10:00:00 +0000

Hi. This is the qmail-send program at mx.example.com.
I'm afraid I wasn't able to deliver your message to the following addresses.

<{address}>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 no such user

--- Below this line is a copy of the message.

{letter}
"""


def fate(
    address: str, action: str = "failed", status: str = "5.1.1", said: str = "550 5.1.1 no such user"
) -> str:
    """What became of one address."""
    return FATE.format(address=address, action=action, status=status, said=said)


def report(letter: bytes | Message, *fates: str, name: str = "r1", headers_only: bool = False) -> bytes:
    """A report about `letter`, holding all of it, or its headers only, or, when it is blank, neither."""
    text = bytes(letter).decode("ascii") if isinstance(letter, bytes) else letter.as_string()
    text = text.replace("\r\n", "\n")
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    held = text.partition("\n\n")[0] + "\n" if headers_only else text
    told = POSTFIX.format(
        report=name, fates="\n\n".join(fates), kind=kind if text else "text/plain", letter=held
    )
    return told.replace("\n", "\r\n").encode("ascii")


def prose(letter: bytes, address: str, name: str = "p1") -> bytes:
    """A report as qmail writes it."""
    text = letter.decode("ascii").replace("\r\n", "\n")
    return PROSE.format(report=name, address=address, letter=text).replace("\n", "\r\n").encode("ascii")

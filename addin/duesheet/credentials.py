"""Passwords and tokens, kept in the keyring of the system and nowhere else.

Each is kept for one user of one host, so that a workbook that names another host is not given what belongs to
this one. (yagmail keeps passwords by user alone; what it has registered is not used, for that reason.)

Windows takes 2,560 bytes a secret, and tokens are longer. A secret is therefore packed and split over entries: the
parts are written first, under whichever of two names is not in use, then the head, which names and seals them.
A write that broke off leaves the old secret in force; parts that do not fit their head are noticed.
"""

import zlib
from base64 import b64decode, b64encode
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from duesheet.errors import Refused, SignInNeeded

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

AGAIN = "Run: duesheet sign-in FILE"
"""How a missing or ended sign-in is mended."""

LONGEST = 1_000
"""Characters in one entry: Windows keeps two bytes for each, and at most 2,560."""

_MOST_PARTS = 64
_SIDES = ("a", "b")
_FORM = "duesheet-1"
_NONE = (
    "There is no keyring on this computer, so nothing can be kept for signing in. On Linux install gnome-keyring "
    "(Debian, Ubuntu: apt install gnome-keyring), KWallet or KeePassXC, log in to the desktop again, and repeat this. "
    "Duesheet writes no password into a file."
)
_OPEN = (
    "The keyring on this computer ({name}) keeps passwords in a plain file, or not at all. Duesheet does not use it. "
    "Install gnome-keyring, KWallet or KeePassXC, or remove the package keyrings.alt."
)
_FAILED = (
    "The keyring of this computer ({name}) did not do what it was asked ({what}). Unlock it and try again."
)
_BROKEN = "What the keyring keeps for {user} at {host} is not whole. " + AGAIN


def keep(host: str, user: str, secret: str) -> None:
    """Keep `secret` for `user` of `host`, in place of what was kept before.

    Raises Refused, in words that never hold the secret, when there is no keyring or it does not keep it.
    """
    service = _service(host, user)
    body = b64encode(zlib.compress(secret.encode("utf-8"), 9)).decode("ascii")
    parts = [body[start : start + LONGEST] for start in range(0, len(body), LONGEST)]
    if len(parts) > _MOST_PARTS:
        raise Refused("This sign-in is too long to be kept in the keyring.")
    side = _SIDES[_SIDES[0] == _side(_get(service, user))]
    _clear(service, user, side)
    for number, part in enumerate(parts):
        _set(_part(service, side, number), user, part)
    _set(service, user, f"{_FORM} {side} {len(parts)} {_seal(body)}")
    if kept(host, user) != secret:
        raise Refused(_OPEN.format(name=_name(_ring())))
    _clear(service, user, _SIDES[_SIDES[0] == side])


def kept(host: str, user: str) -> str | None:
    """What is kept for `user` of `host`, None when there is nothing.

    Raises SignInNeeded when it is not whole, Refused when there is no keyring.
    """
    service = _service(host, user)
    head = _get(service, user)
    if head is None:
        return None
    broken = SignInNeeded(_BROKEN.format(user=user, host=host))
    try:
        form, side, count, seal = head.split(" ")
        parts = [_get(_part(service, side, number), user) or "" for number in range(int(count))]
        body = "".join(parts)
        if (form, seal) != (_FORM, _seal(body)):
            raise broken
        return zlib.decompress(b64decode(body)).decode("utf-8")
    except (ValueError, zlib.error):
        raise broken from None


def forget(host: str, user: str) -> bool:
    """Take away what is kept for `user` of `host`; False when there was nothing."""
    service = _service(host, user)
    there = _get(service, user) is not None
    if there:
        _delete(service, user)
    for side in _SIDES:
        _clear(service, user, side)
    return there


def _service(host: str, user: str) -> str:
    """The name a person sees in the keyring. It holds the user too: Windows tells entries apart by it alone."""
    return f"Duesheet: {user} at {host.strip().lower()}"


def _part(service: str, side: str, number: int) -> str:
    return f"{service}, part {side}{number + 1}"


def _side(head: str | None) -> str:
    words = (head or "").split(" ")
    return words[1] if len(words) > 1 else ""


def _seal(body: str) -> str:
    return sha256(body.encode("ascii", "replace")).hexdigest()[:32]


def _clear(service: str, user: str, side: str) -> None:
    for number in range(_MOST_PARTS):
        if _get(_part(service, side, number), user) is None:
            return
        _delete(_part(service, side, number), user)


def _ring() -> "KeyringBackend":
    """The keyring of this system; one that keeps nothing, or keeps it in the open, is none."""
    import keyring  # noqa: PLC0415  asks the system which keyrings there are, which takes its time
    from keyring.backends import chainer, fail, null  # noqa: PLC0415  the same

    ring = keyring.get_keyring()
    if isinstance(ring, fail.Keyring):
        raise Refused(_NONE)
    rings = ring.backends if isinstance(ring, chainer.ChainerBackend) else [ring]
    if any(isinstance(one, null.Keyring) or "plaintext" in _name(one).lower() for one in rings):
        raise Refused(_OPEN.format(name=_name(ring)))
    return ring


def _name(ring: object) -> str:
    return f"{type(ring).__module__}.{type(ring).__qualname__}"


def _get(service: str, user: str) -> str | None:
    ring = _ring()
    try:
        return ring.get_password(service, user)
    except Exception as error:  # noqa: BLE001  each system's keyring has errors of its own
        raise _failure(ring, error) from None


def _set(service: str, user: str, text: str) -> None:
    ring = _ring()
    try:
        ring.set_password(service, user, text)
    except Exception as error:  # noqa: BLE001  as above
        raise _failure(ring, error) from None


def _delete(service: str, user: str) -> None:
    from keyring.errors import PasswordDeleteError  # noqa: PLC0415  as above

    ring = _ring()
    try:
        with suppress(PasswordDeleteError):  # somebody else has taken it away meanwhile
            ring.delete_password(service, user)
    except Exception as error:  # noqa: BLE001  as above
        raise _failure(ring, error) from None


def _failure(ring: object, error: Exception) -> Refused:
    """In words of our own: what a keyring says in its error may show what it was given."""
    return Refused(_FAILED.format(name=_name(ring), what=type(error).__name__))

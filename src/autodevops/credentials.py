"""Finds the tokens of services: an option before the environment before the keyring.

A value is never printed: a `Credential` shows a mask wherever it is written, can't be pickled, and
`redact` takes every value that was ever held here out of a text before it leaves.
"""

import os
import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from autodevops import _keyring
from autodevops._keyring import Entry
from autodevops.errors import UsageError
from autodevops.redaction import mask, remember

LARGEST = 1 << 16
"""Longest file that is taken for a credential, in bytes."""
_PRINTABLE = range(0x21, 0x7F)
_LOOPBACK = re.compile(r"localhost|::1|127(?:\.\d{1,3}){3}")


class Service(StrEnum):
    """A service that wants to know who asks."""

    GITHUB = "github"
    GEMINI = "gemini"
    SUPABASE = "supabase"

    @property
    def variables(self) -> tuple[str, ...]:
        """Return the names of the variables that hold its credential, the first one wins."""
        return _VARIABLES[self]


_VARIABLES = {
    Service.GITHUB: ("GITHUB_TOKEN", "GH_TOKEN"),
    Service.GEMINI: ("GEMINI_API_KEY",),
    # A user's own token. The project's keys are no credential of a person: `from_environment`.
    Service.SUPABASE: ("AUTODEVOPS_SUPABASE_TOKEN",),
}


class Credential:
    """A secret value that only `reveal` shows."""

    __slots__ = ("_value", "origin", "service")

    def __init__(self, service: Service, value: str, origin: str) -> None:
        """Hold a value; spaces around it are taken off.

        Raises UsageError, which does not quote it, when it can't be one: empty, longer than
        `LARGEST`, or with characters that no header can carry.
        """
        value = value.strip()
        if not value:
            raise UsageError(f"the {service} credential is empty: {origin}", advice=_LOOK)
        if len(value) > LARGEST or not all(ord(letter) in _PRINTABLE for letter in value):
            raise UsageError(
                f"this is no {service} credential, it has more than one line or letters that no "
                f"token has: {origin}",
                advice=_LOOK,
            )
        self.service = service
        """What it is for."""
        self.origin = origin
        """Where it comes from, such as `environment GITHUB_TOKEN`."""
        self._value = value
        remember(value)

    def reveal(self) -> str:
        """Return the value itself, for the header of a request and nothing else."""
        return self._value

    @property
    def masked(self) -> str:
        """Return what may be shown of it."""
        return mask(self._value)

    def __repr__(self) -> str:
        return f"Credential({self.service.value}, {self.masked}, {self.origin})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a credential does not leave its process")

    __str__ = __repr__


_LOOK = "look at what it holds; it is one line with nothing but the token"


class Search(Struct, frozen=True, kw_only=True):
    """What a search for a credential came to."""

    credential: Credential | None
    """What was found."""
    note: str | None = None
    """Why the keyring could not be asked, where it was needed."""


def find(service: Service, *, option: str | None = None, account: str = "") -> Credential | None:
    """Return a service's credential, None where there is none; see `search`."""
    return search(service, option=option, account=account).credential


def search(service: Service, *, option: str | None = None, account: str = "") -> Search:
    """Look for a service's credential in the option, the environment and the keyring, in turn.

    `option` is a path or `-` for standard input, never the value. `account` tells several entries
    of one service in the keyring apart, such as the host of a GitHub server.
    Raises UsageError when the option's file can't be read or a place holds no token at all.
    """
    if option is not None:
        return Search(credential=from_option(service, option))
    found = from_environment(service, *service.variables)
    return kept(service, account=account) if found is None else Search(credential=found)


def fed() -> str:
    """Return what comes on standard input, up to a little more than a credential may hold.

    Nothing where it is closed, or is no text.
    """
    try:
        return "" if sys.stdin is None else sys.stdin.read(LARGEST + 1)
    except (OSError, UnicodeDecodeError):
        return ""


def from_option(service: Service, option: str) -> Credential:
    """Return the credential in a file, or on standard input for `-`.

    Raises UsageError when it can't be read. The path isn't quoted: whoever gave the value itself
    by mistake finds it in no log.
    """
    if option == "-":
        return Credential(service, fed(), "standard input")
    try:
        with Path(option).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise UsageError(
            f"the file with the {service} credential can't be read",
            advice="name a file, or `-` for standard input; the option never takes the value",
        ) from None
    text = content.decode("utf-8-sig", "replace")
    return Credential(service, text, f"file {option}")


def from_environment(service: Service, *names: str) -> Credential | None:
    """Return the credential in the first of these variables that holds something."""
    for name in names:
        value = os.environ.get(name, "")
        if value.strip():
            return Credential(service, value, f"environment {name}")
    return None


def kept(service: Service, *, account: str = "") -> Search:
    """Look into the keyring only; one that is missing or broken holds nothing, and is noted."""
    value, note = _keyring.read(_entry(service, account))
    if value is None or not value.strip():
        return Search(credential=None, note=note)
    return Search(credential=Credential(service, value, "keyring"))


def store(credential: Credential, *, account: str = "") -> str:
    """Put a credential into the keyring, read it back, and return the keyring's name.

    Raises KeyringError when there is none, it keeps plain text, or it does not give back what it
    was given.
    """
    return _keyring.write(_entry(credential.service, account), credential.reveal())


def forget(service: Service, *, account: str = "") -> bool:
    """Take a credential out of the keyring; return whether there was one.

    Raises KeyringError when the keyring keeps it nevertheless, or can't be asked.
    """
    return _keyring.delete(_entry(service, account))


def _entry(service: Service, account: str) -> Entry:
    return Entry("autodevops", f"{service.value}:{account}" if account else service.value)


def may_be_sent_to(address: str) -> bool:
    """Tell whether a secret may go to an address: by https or to this machine, and nothing else.

    It has a host, and no user, query or fragment.
    """
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port  # raises ValueError when it is no number
    except ValueError:
        return False
    is_private = parts.scheme == "https" or (
        parts.scheme == "http" and _LOOPBACK.fullmatch(host) is not None
    )
    is_plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    return bool(host) and is_private and is_plain

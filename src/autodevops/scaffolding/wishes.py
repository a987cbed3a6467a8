"""What somebody wishes of a new repository, checked before anything is made."""

import keyword
import re
import sys
from enum import StrEnum

from msgspec import Struct

from autodevops.errors import UsageError
from autodevops.model.suggestion import nearest

FRONTEND, API, WORKERS = "frontend", "api", "workers"
SERVICES = (FRONTEND, API, WORKERS)
"""The guide's services that there are templates for, in the guide's order."""
NO_SERVICES = "none"
"""How one says that the repository is a library or a tool."""
_LONGEST_NAME = 39
_LONGEST_HOLDER = 100
_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9]|[-_.](?=[A-Za-z0-9]))*")
_OWNER = re.compile(
    r"@[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9])){0,38}(?:/[a-z0-9](?:[a-z0-9]|[-_](?=[a-z0-9]))*)?"
)
_TAKEN = frozenset({"src", "tests", "test", "pytest"}) | sys.stdlib_module_names


class Licence(StrEnum):
    """Under which terms the code may be used."""

    APACHE = "Apache-2.0"
    """Apache License 2.0."""
    MIT = "MIT"
    """The MIT License."""
    PROPRIETARY = "none"
    """All rights are kept."""


class Wish(Struct, frozen=True, kw_only=True):
    """What a new repository is to be."""

    name: str
    """What it is called, as `name_of` lets it pass."""
    services: tuple[str, ...]
    """Which of `SERVICES` it holds; none for a library or a tool."""
    owner: str
    """Who owns every file: `@user` or `@org/team`."""
    licence: Licence
    """Terms of use."""
    holder: str
    """Whose copyright it is."""

    @property
    def slug(self) -> str:
        """Return the name for packages and images: lower case, words parted by dashes."""
        return re.sub(r"[-_.]+", "-", self.name.lower())

    @property
    def module(self) -> str:
        """Return the name for Python and metrics: lower case, words parted by underscores."""
        name = self.slug.replace("-", "_")
        return f"{name}_lib" if keyword.iskeyword(name) or name in _TAKEN else name


def name_of(text: str) -> str:
    """Return a repository's name; raises UsageError for what GitHub or a shell would stumble on."""
    # Names end in code, images, markup and commands, so only the plainest pass; none is escaped.
    if not _NAME.fullmatch(text) or len(text) > _LONGEST_NAME or text.lower().endswith(".git"):
        raise UsageError(
            f"{text[:_LONGEST_NAME]!r} can't be a repository's name",
            advice="begin with a letter, go on with letters, digits, single dashes, dots or "
            f"underscores, up to {_LONGEST_NAME} characters: --name shop",
        )
    return text


def owner_of(text: str) -> str:
    """Return an owner as CODEOWNERS names it; raises UsageError for anything else."""
    if not _OWNER.fullmatch(text):
        raise UsageError(
            f"{text[:80]!r} is no owner",
            advice="name a person or a team on GitHub: --owner @acme/platform",
        )
    return text


def services_of(text: str) -> tuple[str, ...]:
    """Return the services that a comma-separated list names, in the guide's order."""
    names = {name.strip().lower() for name in text.split(",") if name.strip()}
    if names == {NO_SERVICES}:
        return ()
    unknown = sorted(names - {*SERVICES, "app"})
    if unknown or not names:
        first = unknown[0][:80] if unknown else ""
        close = nearest(first, (*SERVICES, NO_SERVICES))
        hint = f"did you mean {close}? " if close else ""
        raise UsageError(
            f"there is no template for the service {first!r}" if first else "no service is named",
            advice=f"{hint}name some of {', '.join(SERVICES)}, or {NO_SERVICES} alone",
        )
    names = {API if name == "app" else name for name in names}
    return tuple(name for name in SERVICES if name in names)


def licence_of(text: str) -> Licence:
    """Return the licence of that name, whatever its case; raises UsageError for an unknown one."""
    asked = {"apache": Licence.APACHE, "proprietary": Licence.PROPRIETARY}
    asked |= {one.value.lower(): one for one in Licence}
    found = asked.get(text.strip().lower())
    if found is None:
        raise UsageError(
            f"there is no template for the licence {text[:80]!r}",
            advice=f"name one of {', '.join(one.value for one in Licence)}",
        )
    return found


def holder_of(text: str) -> str:
    """Return whose copyright it is, as one line; raises UsageError for what is none."""
    line = text.strip()
    if not line or len(line) > _LONGEST_HOLDER or not line.isprintable():
        raise UsageError(
            "the holder of the copyright is no line of text",
            advice=f"name a person or a company in up to {_LONGEST_HOLDER} characters: "
            '--holder "Acme Ltd"',
        )
    return line

"""Which manifests, workflows and configuration files are not plain UTF-8."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_documentation, is_fixture, is_test, is_vendored
from autodevops.facts._words import listed, words
from autodevops.model.paths import basename
from autodevops.model.snapshot import EntryKind, Snapshot

_ENDINGS = listed(
    ".json .jsonc .json5 .yaml .yml .toml .ini .cfg .conf .properties .tf .tfvars .hcl .env .lock "
    ".sum .mod .service .editorconfig"
)
_NAMES = words(
    "dockerfile makefile justfile procfile codeowners .gitignore .gitattributes .dockerignore "
    ".npmrc .nvmrc .python-version .tool-versions .env .env.example pipfile gemfile jenkinsfile "
    "caddyfile requirements.txt constraints.txt manifest.in .editorconfig"
)
_BEGINNINGS = ("dockerfile.", "requirements", ".env.", "docker-compose")
_LANGUAGES = words("locale locales i18n l10n lang langs translations messages intl")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
_BIDI = tuple(chr(code).encode() for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_INVISIBLE = {"\u200b": "zero-width space", "\u2060": "word joiner", "\ufeff": "byte order mark"}


class EncodingFault(NamedTuple):
    """One file that is not plain UTF-8."""

    path: str
    """Where it lies."""
    line: int | None
    """1-based line of the first fault."""
    faults: tuple[str, ...]
    """What is wrong, each as the end of a sentence."""


class Encodings(Struct, frozen=True, kw_only=True):
    """How the files that programs read are encoded."""

    faults: tuple[EncodingFault, ...]
    """By path."""


@fact
def encodings(snapshot: Snapshot) -> Encodings:
    """Look at the bytes of every manifest, workflow and configuration file."""
    found = []
    for entry in snapshot.entries:
        if entry.kind is not EntryKind.FILE or not _is_configuration(entry.path):
            continue
        content = snapshot.data(entry.path)
        if content is None or (content.isascii() and b"\0" not in content):
            continue
        faults = tuple(_faults(content, is_translation=_is_translation(entry.path)))
        if faults:
            line = min((line for line, _ in faults if line is not None), default=None)
            found.append(EncodingFault(entry.path, line, tuple(reason for _, reason in faults)))
    return Encodings(faults=tuple(found))


def _is_configuration(path: str) -> bool:
    name = basename(path).lower()
    if not (name.endswith(_ENDINGS) or name in _NAMES or name.startswith(_BEGINNINGS)):
        return False
    innocent = is_fixture(path) or is_vendored(path) or is_test(path) or is_documentation(path)
    return not innocent or path.startswith(".github/")


def _is_translation(path: str) -> bool:
    return not _LANGUAGES.isdisjoint(path.lower().split("/"))


def _faults(content: bytes, *, is_translation: bool) -> Iterator[tuple[int | None, str]]:
    """Yield what is wrong with a file, with the line where one is known."""
    if content.startswith(_UTF_16):
        yield None, "is UTF-16"
        return
    if content.startswith(_BOM):
        yield 1, "begins with a byte order mark"
        content = content.removeprefix(_BOM)
    nul = content.find(b"\0")
    if nul >= 0:
        yield _line(content, nul), "holds a NUL byte"
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        yield _line(content, error.start), f"holds the byte 0x{content[error.start]:02X}, not UTF-8"
        return
    if is_translation:
        # Text in languages that run from right to left needs these characters.
        return
    bidi = min((at for mark in _BIDI if (at := content.find(mark)) >= 0), default=-1)
    if bidi >= 0:
        yield _line(content, bidi), "holds a character that reverses the direction of text"
    for mark, name in _INVISIBLE.items():
        if mark in text:
            yield text.count("\n", 0, text.find(mark)) + 1, f"holds an invisible {name}"


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1

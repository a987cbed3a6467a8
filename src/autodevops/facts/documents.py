"""The governance documents that the guide asks for, wherever a reader would look for them."""

from collections.abc import Iterator
from posixpath import dirname, join, normpath

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._stubs import stub_reason
from autodevops.facts.codeowners import Owner, OwnerKind
from autodevops.guide.model import Document, DocumentPolicy
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot, Unavailable

_EXTENSIONS = ("", ".md", ".rst", ".txt", ".adoc", ".markdown", ".mdx", ".org", ".asciidoc")
_ALIASES = {
    "changelog": ("changes", "history", "news", "releases", "release_notes", "release-notes"),
    "maintainers": ("owners", "codeowners.md"),
}
_MAX_LINKS = 5


class GovernanceDocument(Struct, frozen=True, kw_only=True):
    """One of the guide's documents, found."""

    document: Document
    """What the guide says about it."""
    path: str
    """Where it lies."""
    text: str | None
    """What it says; None when it is not text, or leads out of the repository."""

    @property
    def stub(self) -> str | None:
        """Return why it is a stub; None when somebody wrote it."""
        return None if self.text is None else stub_reason(self.text)

    def names(self, owner: Owner) -> bool:
        """Tell whether it names an owner: by login, team or address, without regard to case."""
        text = (self.text or "").lower()
        return any(_holds(text, name) for name in _spellings(owner))


class Documents(Struct, frozen=True, kw_only=True):
    """The governance documents that are there."""

    found: tuple[GovernanceDocument, ...]
    """In the guide's order."""

    def find(self, name: str) -> GovernanceDocument | None:
        """Return the document of that key, if it is there."""
        return next((one for one in self.found if one.document.name == name), None)


@fact
def documents(snapshot: Snapshot, policy: DocumentPolicy) -> Documents:
    """Find each document of the guide under its usual names and read it."""
    names: dict[str, str] = {}
    for entry in snapshot.entries:
        folder, _, name = entry.path.rpartition("/")
        if folder in policy.folders and entry.kind is not EntryKind.SUBMODULE:
            names.setdefault(join(folder, name.lower()), entry.path)
    found = []
    for document in policy.documents:
        path = next((names[one] for one in _candidates(document, policy) if one in names), None)
        if path is not None:
            text = _text(snapshot, path)
            found.append(GovernanceDocument(document=document, path=path, text=text))
    return Documents(found=tuple(found))


def _candidates(document: Document, policy: DocumentPolicy) -> Iterator[str]:
    """Yield lower-case paths where a document may lie, the guide's own first."""
    yield document.path.lower()
    stem = document.path.rpartition("/")[2].partition(".")[0].lower()
    for name in (stem, *_ALIASES.get(document.name, ())):
        for folder in policy.folders:
            for extension in _EXTENSIONS:
                yield join(folder, name + extension)


def _text(snapshot: Snapshot, path: str) -> str | None:
    """Return a document's text, following links inside the repository."""
    for _ in range(_MAX_LINKS):
        entry = snapshot.by_path.get(path)
        if entry is None or entry.kind is EntryKind.SUBMODULE:
            return None
        if entry.kind is EntryKind.FILE:
            return snapshot.text(path, CONFIG_LIMIT)
        target = snapshot.reader.link(entry)
        if isinstance(target, Unavailable):
            snapshot.note_gap(path, target.reason)
            return None
        path = normpath(join(dirname(path), target))
    return None


def _spellings(owner: Owner) -> tuple[str, ...]:
    """Return the lower-case texts that name an owner."""
    name = owner.key.removeprefix("@")
    if owner.kind is not OwnerKind.TEAM:
        return (name,)
    slug = name.partition("/")[2]
    return (slug, slug.replace("-", " "))


def _holds(text: str, name: str) -> bool:
    """Tell whether a text holds a name that is not part of a longer one."""
    at = text.find(name)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(name) : at + len(name) + 1]
        if not any(character.isalnum() or character == "_" for character in around):
            return True
        at = text.find(name, at + 1)
    return False

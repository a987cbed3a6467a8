"""The runbooks: which of the guide's are there, and what stands in each."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._markdown import parse
from autodevops.facts._markdown_parts import Markdown
from autodevops.facts._path_kinds import is_vendored
from autodevops.facts._placeholders import Unwritten, unwritten
from autodevops.facts._prose import is_document
from autodevops.facts._stubs import stub_reason
from autodevops.facts.path_index import PathIndex
from autodevops.guide.model import Runbook, RunbookPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_NOT_NAME = regex(r"[^a-z0-9]+")
_SUFFIXES = (".md", ".markdown", ".mdx", ".rst", ".adoc", ".txt")
_MAX_DOCUMENTS = 300
_MAX_LINES = 30_000
"""Most lines of all runbooks together that are read."""


class MissingRunbook(NamedTuple):
    """A runbook of the guide that is not where it belongs."""

    runbook: Runbook
    """What the guide says about it."""
    elsewhere: str | None
    """A document of that name in another place."""


class RunbookText(Struct, frozen=True, kw_only=True):
    """One runbook, read."""

    path: str
    """Where it lies."""
    text: str
    """What it says."""
    markdown: Markdown
    """The same, parsed."""
    stub: str | None
    """Why the whole of it is a stub; None when somebody wrote it."""
    unwritten: tuple[Unwritten, ...]
    """What is still to be written in it, by line."""


class RequiredRunbooks(Struct, frozen=True, kw_only=True):
    """The guide's runbooks."""

    missing: tuple[MissingRunbook, ...]
    """Those that are not there, in the guide's order."""
    found: tuple[str, ...]
    """Paths of those that are."""


class RunbookTexts(Struct, frozen=True, kw_only=True):
    """Every runbook that is there, the guide's and others beside them."""

    found: tuple[RunbookText, ...]
    """By path."""

    def find(self, path: str) -> RunbookText | None:
        """Return the runbook that lies there."""
        return next((one for one in self.found if one.path == path), None)


@fact
def required_runbooks(index: PathIndex, policy: RunbookPolicy) -> RequiredRunbooks:
    """Look for each runbook of the guide; letters and digits of its name count, case aside."""
    found, missing = [], []
    for runbook in policy.runbooks:
        path = runbook_place(index, runbook.path)
        if path is not None:
            found.append(path)
        else:
            missing.append(MissingRunbook(runbook, _elsewhere(index, runbook.path)))
    return RequiredRunbooks(missing=tuple(missing), found=tuple(found))


@fact
def runbook_texts(
    snapshot: Snapshot, index: PathIndex, required: RequiredRunbooks, policy: RunbookPolicy
) -> RunbookTexts | NotApplicable:
    """Read every Markdown document of the runbooks' folder, and the guide's wherever they lie."""
    paths = {path for path in required.found if is_document(path)}
    paths |= {path for path in index.below(policy.folder) if is_document(path)}
    own = sorted(path for path in paths if not is_vendored(path))
    if not own:
        return NotApplicable(reason=f"there are no runbooks in {policy.folder}/")
    return RunbookTexts(found=tuple(_read(snapshot, own)))


def runbook_place(index: PathIndex, wanted: str) -> str | None:
    """Return where a document of the guide lies: in its folder, spelt more or less like it."""
    if index.holds(wanted):
        return wanted
    folder = wanted.rpartition("/")[0]
    name = _folded(wanted)
    for path in index.below(folder):
        if path.lower().endswith(_SUFFIXES) and _folded(path) == name:
            return path
    return None


def _read(snapshot: Snapshot, paths: list[str]) -> Iterator[RunbookText]:
    lines = 0
    for number, path in enumerate(paths):
        text = snapshot.text(path, CONFIG_LIMIT)
        if text is None:
            continue
        lines += text.count("\n")
        if number >= _MAX_DOCUMENTS or (lines > _MAX_LINES and number):
            snapshot.note_gap(path, f"{path} and what follows it are not read: too many runbooks")
            return
        markdown = parse(text)
        if markdown.cut is not None:
            snapshot.note_gap(path, f"{path}: {markdown.cut}")
        yield RunbookText(
            path=path,
            text=text,
            markdown=markdown,
            stub=stub_reason(text),
            unwritten=unwritten(text, markdown),
        )


def _elsewhere(index: PathIndex, wanted: str) -> str | None:
    """Return a document of that name outside its folder."""
    name = _folded(wanted)
    for file_name in index.file_names:
        if file_name.lower().endswith(_SUFFIXES) and _folded(file_name) == name:
            own = [path for path in index.named(file_name) if not is_vendored(path)]
            if own:
                return own[0]
    return None


def _folded(path: str) -> str:
    """Return the letters and digits of a file's name, without its ending."""
    name = path.rpartition("/")[2].lower()
    return _NOT_NAME.sub("", name.rpartition(".")[0])

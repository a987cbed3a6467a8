"""Which files in the root nobody would look for there."""

from collections.abc import Iterator
from posixpath import splitext
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._words import listed, words
from autodevops.facts.layout import TopLevel
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.guide.model import ArtifactPolicy, FolderPolicy
from autodevops.guide.sections.base import matches_any
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_DUMPS = listed(
    ".sql .dump .db .sqlite .sqlite3 .rdb .csv .tsv .xlsx .xls .parquet .jsonl .ndjson .pcap"
)
_BACKUPS = listed(".zip .tar .gz .tgz .bz2 .xz .7z .rar .old .backup .save .tmp .temp .bundle")
_REPORTS = listed(".log .pdf .docx .doc .odt .pptx .sarif .out .trace .har .prof")
_SCRIPTS = listed(".py .sh .bash .ps1 .bat .cmd .js .mjs .cjs .ts .rb .pl .ipynb .php")
_PROSE = (".md", ".txt", ".rst", ".html", ".adoc", ".mdx", "")
_DATA = (".json", ".yaml", ".yml", ".xml", ".toml")
_REPORT_WORDS = words(
    "report reports result results audit analysis findings summary status progress checklist "
    "notes log logs dump output export snapshot backup copy draft scratch tmp temp old final "
    "completion complete verification proof evidence postmortem phase todo debug coverage scan "
    "inventory diff patch response plan review fixes"
)
_WORD = regex(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_COPY = regex(r"(?:^copy of |[ _-]copy(?: ?\d*)?$|\(\d+\)$|[._-](?:old|bak|backup|orig)$)")
_ENTRY_POINTS = words(
    "main app server index manage wsgi asgi cli worker setup install bootstrap gulpfile gruntfile"
)
_CONFIGURES = (".d.ts", ".conf.js", ".mix.js", "rc.js", "rc.cjs", "rc.mjs")
_BACKUP = "looks like a backup; delete it"
_REPORT = "looks like a report; move it to docs/ or ci/, or delete it"
_BY_EXTENSION = (
    (_BACKUPS, _BACKUP),
    (_DUMPS, "looks like a dump; delete it, or move it to where its data belongs"),
    (_REPORTS, _REPORT),
    (_SCRIPTS, "looks like a one-off script that nothing calls; move it to scripts/ or delete it"),
)
_READERS = (
    "dockerfile", "makefile", "procfile", "justfile", "docker-compose", "compose", "package.json",
    "pyproject.toml", "railway", "vercel", "fly", "render", "readme", "contributing", "turbo.json",
    "setup.cfg", "tox.ini", "noxfile", "taskfile", "tsconfig", ".pre-commit-config", "lefthook",
    "app.json", "manifest.in", "nixpacks", "netlify", "mkdocs", "pnpm-workspace",
)  # fmt: skip
"""Beginnings, in lower case, of root files that name other files of the root."""


class Stray(NamedTuple):
    """A file that does not belong in the root."""

    path: str
    """Its name."""
    reason: str
    """What it looks like, and where it belongs."""


class StrayFiles(Struct, frozen=True, kw_only=True):
    """Files that do not belong in the root."""

    found: tuple[Stray, ...]
    """By name."""


@fact
def stray_files(
    snapshot: Snapshot,
    index: PathIndex,
    top: TopLevel,
    services: Services,
    policy: FolderPolicy,
    artifacts: ArtifactPolicy,
) -> StrayFiles | NotApplicable:
    """Find files in a platform's root that look like reports, scripts, backups or dumps.

    What a build file, a workflow or the README names is no stray.
    """
    if not services.is_platform:
        return NotApplicable(reason=services.why_not_platform)
    unknown = [
        name
        for name in top.files
        if not policy.is_root_file(name) and not matches_any(artifacts.files, name.lower())
    ]
    suspects = [Stray(name, reason) for name in unknown if (reason := _suspicion(name))]
    if not suspects:
        return StrayFiles(found=())
    known = "\n".join(_reading(snapshot, index, top))
    return StrayFiles(found=tuple(stray for stray in suspects if stray.path not in known))


def _suspicion(name: str) -> str | None:
    """Return what a file looks like that nobody keeps in a root; None for anything else."""
    stem, extension = splitext(name)
    if _COPY.search(stem.lower()):
        return _BACKUP
    if extension.lower() in (*_PROSE, *_DATA):
        said = {word.lower() for word in _WORD.findall(stem)}
        return None if said.isdisjoint(_REPORT_WORDS) else _REPORT
    if stem.lower() in _ENTRY_POINTS or name.lower().endswith(_CONFIGURES):
        return None
    told = (reason for kinds, reason in _BY_EXTENSION if extension.lower() in kinds)
    return next(told, None)


def _reading(snapshot: Snapshot, index: PathIndex, top: TopLevel) -> Iterator[str]:
    """Yield the texts that may name a file of the root."""
    readers = [name for name in top.files if name.lower().startswith(_READERS)]
    for path in (*readers, *index.below(".github/workflows")):
        yield snapshot.text(path, CONFIG_LIMIT) or ""

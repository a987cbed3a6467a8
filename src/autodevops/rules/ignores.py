"""Repository Top-Level Folders: what `.gitignore` says fits what is tracked and what is needed."""

from collections.abc import Iterator

from autodevops.facts._path_kinds import is_fixture
from autodevops.facts.hidden_sources import HiddenSources
from autodevops.facts.ignores import IgnoreLine, Ignores
from autodevops.facts.layout import TopLevel
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.guide.model import ReferencePolicy
from autodevops.model.finding import NotApplicable, Safety, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import counted

_SECTION = "Repository Top-Level Folders"
_MOST_PLACES = 1_000
"""Most files that one finding lists."""
_MOST_SINGLE = 10
"""Files that one line of `.gitignore` matches, above which they are one finding."""
_MOST_IMPORTERS = 20
"""Importing places that a finding lists."""


@rule(
    "LA007",
    "ignored-but-tracked",
    section=_SECTION,
    severity=Severity.LOW,
    defers_to=("LA006", "LA008", "SE003", "IN005"),
)
def ignored_but_tracked(ignores: Ignores) -> Iterator[Violation]:
    """No tracked file matches `.gitignore`.

    Such a file stays in git while everybody believes that it does not: changes to it are committed
    by accident, and new files beside it are lost. Fixtures are innocent.

    Remedy: Stop tracking it with `git rm --cached PATH`, or add a `!` line that says it belongs.

    Example:
        # .gitignore, while app/prices.json is tracked
        before: *.json
        after:  *.json
                !app/prices.json
    """
    by_line: dict[IgnoreLine, list[str]] = {}
    for path, line in ignores.tracked:
        if is_fixture(path):
            continue
        by_line.setdefault(line, []).append(path)
    for line, paths in by_line.items():
        if len(paths) > _MOST_SINGLE:
            yield Violation(
                subject=f"{line.path}: {line.text}",
                message=f"{len(paths)} tracked files match {line.text} in {line.path}, "
                f"{paths[0]} among them",
                at=tuple(map(in_file, paths[:_MOST_PLACES])),
                evidence={"pattern": line.text, "line": _place(line), "files": len(paths)},
            )
            continue
        for path in paths:
            yield Violation(
                subject=path,
                message=f"{path} is tracked although {line.text} in {line.path} ignores it",
                at=in_file(path),
                evidence={"pattern": line.text, "line": _place(line)},
            )


@rule(
    "LA008",
    "ignore-hides-source",
    section=_SECTION,
    severity=Severity.HIGH,
    fix=Safety.UNSAFE,
)
def ignore_hides_source(hidden: HiddenSources) -> Iterator[Violation]:
    """No broad `.gitignore` pattern hides a source folder whose files the code imports.

    A pattern such as `lib/`, copied from a template for another language, matches folders of that
    name everywhere. Their files work for whoever wrote them and are missing for everybody else.

    Remedy: Anchor the pattern (`/lib/`), or add `!PATH/` below it, then add the hidden files.

    Example:
        before: lib/
        after:  /lib/
    """
    for source in hidden.found:
        line, first = source.line, source.importers[0]
        state = (
            f"only what was added by force is tracked ({counted(len(source.tracked), 'file')})"
            if source.tracked
            else "its files are not in git"
        )
        yield Violation(
            subject=source.folder,
            message=f"{line.text} in {line.path} hides {source.folder}/, which {first.path} "
            f"imports: {state}",
            at=(
                in_file(line.path, line.line),
                *(in_file(one.path, one.line) for one in source.importers[:_MOST_IMPORTERS]),
                *(in_file(path) for path in source.tracked[:_MOST_PLACES]),
            ),
            evidence={
                "pattern": line.text,
                "imports": [one.text for one in source.importers[:_MOST_IMPORTERS]],
                "tracked": len(source.tracked),
            },
        )


@rule(
    "LA009",
    "reference-location",
    section="Quick Reference: File Locations",
    severity=Severity.LOW,
    defers_to=("LA001", "LA003", "GV001"),
)
def reference_location(
    index: PathIndex, top: TopLevel, services: Services, policy: ReferencePolicy
) -> Iterator[Violation | NotApplicable]:
    """Each path of the guide's Quick Reference exists where its service exists.

    The table is what newcomers are given; each row leads somewhere.

    Remedy: Move what the row names to its place, or change the row in the team's file.

    Example:
        before: app/endpoints/users.py
        after:  app/routers/users.py
        or, in autodevops.toml:
        [references.rows.api-endpoints]
        where = "app/endpoints/"
    """
    asked = [
        row
        for row in policy.rows
        if (services.is_platform if row.service is None else services.has(row.service))
    ]
    if not asked:
        yield NotApplicable(reason=services.why_not_platform)
    for row in asked:
        place = row.where.rstrip("/")
        if not index.holds(place) and place.split("/", 1)[0] not in top.links:
            yield Violation(
                subject=row.where,
                message=f"{row.where} is missing, where the guide places {row.what}",
                at=in_file(place),
            )


def _place(line: IgnoreLine) -> str:
    return f"{line.path}:{line.line}"

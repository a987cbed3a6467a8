"""CODEOWNERS & Ownership Boundaries: who owns what, and whether they are still there."""

from collections.abc import Iterator

from autodevops.facts.codeowners import Codeowners, OwnerKind, OwnerLine
from autodevops.facts.owner_activity import OwnerActivities
from autodevops.facts.ownership import Ownership, count_by_folder
from autodevops.facts.services import Services
from autodevops.guide.model import OwnershipPolicy
from autodevops.model.finding import (
    Confidence,
    NotApplicable,
    Safety,
    Severity,
    Unknown,
    Violation,
    in_file,
)
from autodevops.model.settings import CodeownersError, CodeownersErrors
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "CODEOWNERS & Ownership Boundaries"
_MOST_PLACES = 1_000
"""Most unowned files that one finding lists."""
_WORST = 5
"""Folders and files that evidence names."""
_LEAST_CHANGES = 5
"""Changes by others below which an owner's silence says nothing."""


@rule("OW005", "unowned-file", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.UNSAFE)
def unowned_file(ownership: Ownership) -> Iterator[Violation]:
    """Every tracked file has an owner.

    Changes to a file without an owner ask nobody for a review. A line without owners takes
    ownership away from what it matches.

    Remedy: Add a line for the folder, or a default owner as the first line: `* @owner`.

    Example:
        /app/ @acme/backend
        /gen/
        becomes
        *     @acme/platform
        /app/ @acme/backend
        /gen/ @acme/tooling
    """
    unowned = ownership.unowned
    if not unowned:
        return
    folders = count_by_folder(unowned)
    worst = dict(list(folders.items())[:_WORST])
    told = ", ".join(f"{folder} ({count})" for folder, count in list(worst.items())[:3])
    total = len(ownership.index.paths)
    path = ownership.codeowners.path
    yield Violation(
        subject=path,
        message=f"{len(unowned)} of {total} tracked files have no owner, most in {told}",
        at=(in_file(path), *(in_file(one) for one in unowned[:_MOST_PLACES])),
        evidence={
            "unowned": len(unowned),
            "tracked": total,
            "folders": worst,
            "files": list(unowned[:_WORST]),
        },
    )


@rule("OW006", "unknown-owner", section=_SECTION, severity=Severity.HIGH, tier="G1")
def unknown_owner(codeowners: Codeowners, errors: CodeownersErrors) -> Iterator[Violation]:
    """Every owner in CODEOWNERS exists and has write access.

    GitHub asks nobody for a review when it does not know the owner or the owner may not write, and
    a required review by code owners then waits for ever or is not required at all.

    Remedy: Correct the name, or give the user or team write access to the repository.

    Example:
        /app/ @acme/bakcend
        becomes
        /app/ @acme/backend
    """
    for error in errors.errors:
        if error.kind.lower() == "unknown owner":
            name = _word_at(error)
            yield Violation(
                subject=name,
                message=f"{name} does not exist or may not write here, so GitHub asks nobody",
                at=in_file(codeowners.path, error.line, error.column),
                evidence={"github": error.kind, "suggestion": error.suggestion},
            )


@rule("OW010", "domain-owner", section=_SECTION, severity=Severity.LOW, fix=Safety.UNSAFE)
def domain_owner(codeowners: Codeowners, services: Services) -> Iterator[Violation | NotApplicable]:
    """Each service of the guide has its own line in CODEOWNERS.

    A service that only the default covers has no owner who knows it; a line of its own, even with
    the same owner today, says whose it is.

    Remedy: Add `/FOLDER/ @owner` for the service.

    Example:
        *         @acme/platform
        becomes
        *         @acme/platform
        /app/     @acme/backend
        /workers/ @acme/backend
    """
    present = [service for service in services.present if service.folder]
    if not present:
        yield NotApplicable(reason="none of the guide's services is there")
    for service in present:
        if not any(line.is_about(f"{service.folder}/") for line in codeowners.lines):
            yield Violation(
                subject=f"{service.folder}/",
                message=f"{codeowners.path} has no line for {service.folder}/ ({service.name}); "
                f"add `/{service.folder}/ @owner`",
                at=in_file(codeowners.path),
                evidence={"service": service.name},
            )


@rule("OW011", "unguarded-governance", section=_SECTION, severity=Severity.LOW, fix=Safety.UNSAFE)
def unguarded_governance(ownership: Ownership, policy: OwnershipPolicy) -> Iterator[Violation]:
    """CODEOWNERS, the workflows and the migrations have an explicit owner.

    Whoever may change these can change who reviews, what runs with secrets, and the data. The
    default owner is not enough; a line for a folder above them is.

    Remedy: Add `/.github/ @owner` and a line for the migrations, below the default.

    Example:
        *                     @acme/developers
        becomes
        *                     @acme/developers
        /.github/             @acme/platform
        /supabase/migrations/ @acme/data
    """
    path = ownership.codeowners.path
    for guarded in policy.guarded:
        place = path if guarded.endswith("CODEOWNERS") else guarded
        deciding = ownership.deciding(place)
        loose = [line for line in deciding if line is None or line.is_default or not line.owners]
        if loose:
            yield Violation(
                subject=place,
                message=f"{place} has no explicit owner in {path}: {_told(loose[0])}",
                at=in_file(path, loose[0].line if loose[0] else None),
                evidence={"lines": [line.pattern if line else None for line in deciding]},
            )


@rule("OW012", "absent-owner", section=_SECTION, severity=Severity.INFO, tier="H")
def absent_owner(
    codeowners: Codeowners, activities: OwnerActivities, policy: OwnershipPolicy
) -> Iterator[Violation | Unknown]:
    """An owner has been active in what they own within the last 180 days.

    Changes go on while the person who is asked about them has left or moved on.

    Remedy: Ask the owner, and hand the lines over to who does the work now.

    Example:
        /app/ @ada    # made none of the 40 changes below app/ within 180 days
        becomes
        /app/ @lin    # made most of them
    """
    unknown = []
    for one in activities.owners:
        if not one.known:
            unknown.append(one.owner)
        elif not one.own_changes and one.changes >= _LEAST_CHANGES:
            yield Violation(
                subject=one.owner.name,
                message=f"{one.owner.name} made none of the {one.changes} changes of the last "
                f"{policy.active_days} days to what they own",
                at=in_file(codeowners.path, one.line),
                evidence={"changes": one.changes, "days": policy.active_days},
                confidence=Confidence.MEDIUM,
            )
    if unknown:
        teams = all(owner.kind is OwnerKind.TEAM for owner in unknown)
        names = listed([owner.name for owner in unknown])
        yield Unknown(
            reason=f"which commits are those of {names} only GitHub knows",
            needs="GitHub: members of the organisation" if teams else "GitHub: logins of authors",
        )


def _told(line: OwnerLine | None) -> str:
    if line is None:
        return "no line matches it"
    if not line.owners:
        return f"{line.pattern} in line {line.line} takes ownership away"
    return f"only the default in line {line.line} covers it"


def _word_at(error: CodeownersError) -> str:
    """Return the owner that an error points to; the line where it points nowhere."""
    words = error.source[max(error.column - 1, 0) :].split()
    return words[0] if words else error.source.strip()

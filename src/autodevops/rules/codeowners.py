"""CODEOWNERS & Ownership Boundaries: every file has an owner, by lines that do what they say."""

from collections.abc import Iterator

from autodevops.facts.codeowners import Codeowners, CodeownersPlaces
from autodevops.facts.documents import Documents
from autodevops.facts.ownership import Ownership
from autodevops.facts.services import Services
from autodevops.guide.model import OwnershipPolicy
from autodevops.model.finding import Confidence, NotApplicable, Safety, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import counted

_SECTION = "CODEOWNERS & Ownership Boundaries"


@rule("OW001", "codeowners-missing", section=_SECTION, severity=Severity.HIGH, fix=Safety.SAFE)
def codeowners_missing(places: CodeownersPlaces, policy: OwnershipPolicy) -> Iterator[Violation]:
    """CODEOWNERS exists once, in a place that GitHub reads.

    Without the file nobody is asked for a review. GitHub looks in `.github/`, then in the root,
    then in `docs/`, and stops at the first file it finds; one above 3 MB is not loaded at all.

    Remedy: Keep exactly one CODEOWNERS file, in `.github/`, that begins with `* @owner`.

    Example:
        config/CODEOWNERS
        becomes
        .github/CODEOWNERS
    """
    home = policy.places[0]
    if places.counts is None:
        near = places.elsewhere[0] if places.elsewhere else home
        remedy = f"GitHub does not read {near}; move it to {home}" if near != home else "create it"
        yield Violation(
            subject=home,
            message=f"{home} is missing: {remedy}",
            at=in_file(near),
            evidence={"elsewhere": list(places.elsewhere), "read": list(policy.places)},
        )
        return
    if len(places.read) > 1:
        unread = places.read[1:]
        yield Violation(
            subject=unread[0],
            message=f"{', '.join(unread)} is not read, because GitHub stops at {places.counts}",
            at=tuple(in_file(path) for path in (*unread, places.counts)),
            evidence={"read": places.counts, "unread": list(unread)},
        )
    if places.size is not None and places.size > policy.size_limit:
        size, limit = places.size / (1 << 20), policy.size_limit / (1 << 20)
        yield Violation(
            subject=places.counts,
            message=f"{places.counts} is {size:.1f} MB; GitHub loads none above {limit:.0f} MB",
            at=in_file(places.counts),
            evidence={"bytes": places.size, "limit": policy.size_limit},
        )


@rule("OW002", "default-owner", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.UNSAFE)
def default_owner(codeowners: Codeowners) -> Iterator[Violation]:
    """A `*` line names a default owner.

    Files that no other line covers, new folders above all, are owned by nobody without it.

    Remedy: Begin the file with `* @owner`; later lines still win over it.

    Example:
        /app/ @acme/backend
        becomes
        *     @acme/platform
        /app/ @acme/backend
    """
    if not any(line.is_default and line.owners for line in codeowners.lines):
        yield Violation(
            subject=codeowners.path,
            message=f"{codeowners.path} names no default owner; begin it with `* @owner`",
            at=in_file(codeowners.path),
        )


@rule("OW003", "codeowners-syntax", section=_SECTION, severity=Severity.HIGH)
def codeowners_syntax(codeowners: Codeowners) -> Iterator[Violation]:
    """Every line of CODEOWNERS is one that GitHub accepts.

    GitHub skips a line it can't read, silently: its files fall back to an earlier line's owners or
    to nobody.

    Remedy: Write the line as `PATTERN @user @org/team address@example.com`, without `!`, `[ ]` or
    an escaped `#`.

    Example:
        /app/            @acme/backend
        !/app/generated/ @acme/backend
        becomes
        /app/            @acme/backend
        /app/generated/  @acme/tooling
    """
    reasons: dict[tuple[int, str], list[str]] = {}
    for fault in codeowners.faults:
        reasons.setdefault((fault.line, fault.pattern), []).append(fault.reason)
    for (line, pattern), told in reasons.items():
        yield Violation(
            subject=pattern,
            message=f"GitHub skips the line for {pattern}: {'; '.join(told)}",
            at=in_file(codeowners.path, line),
        )


@rule(
    "OW004",
    "dead-pattern",
    section=_SECTION,
    severity=Severity.LOW,
    fix=Safety.SAFE,
    defers_to=("OW003",),
)
def dead_pattern(ownership: Ownership) -> Iterator[Violation]:
    """Every pattern of CODEOWNERS matches a tracked file.

    A pattern without files is a folder that moved or a typo: somebody believes to own what nobody
    owns. GitHub compares paths with their case.

    Remedy: Correct the pattern, or remove the line.

    Example:
        /Backend/ @acme/backend
        becomes
        /backend/ @acme/backend   # as the folder is written
    """
    path = ownership.codeowners.path
    for line in ownership.dead:
        near = ownership.differs_in_case(line)
        hint = f"; {near} differs in case only" if near else ""
        yield Violation(
            subject=line.pattern,
            message=f"{line.pattern} matches no tracked file{hint}",
            at=in_file(path, line.line),
            evidence={"owners": [owner.name for owner in line.owners]},
        )


@rule("OW007", "shadowed-pattern", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.SAFE)
def shadowed_pattern(ownership: Ownership) -> Iterator[Violation]:
    """No line of CODEOWNERS is wholly overridden by later ones.

    The last matching line wins. A narrow line above a wide one has no effect, although it reads as
    if its owners were asked.

    Remedy: Move the line below the ones that override it, or remove it.

    Example:
        before: /docs/ @writers
                *      @everyone
        after:  *      @everyone
                /docs/ @writers
    """
    path = ownership.codeowners.path
    for line, winners in ownership.overridden:
        last = winners[-1]
        others = f" and {len(winners) - 1} more" if len(winners) > 1 else ""
        yield Violation(
            subject=line.pattern,
            message=f"{line.pattern} has no effect: {last.pattern} in line {last.line}{others} "
            "overrides it",
            at=(in_file(path, line.line), *(in_file(path, winner.line) for winner in winners)),
            evidence={"overridden_by": [winner.pattern for winner in winners]},
            confidence=Confidence.HIGH if len(winners) == 1 else Confidence.MEDIUM,
        )


@rule("OW008", "redundant-pattern", section=_SECTION, severity=Severity.INFO, fix=Safety.SAFE)
def redundant_pattern(
    ownership: Ownership, services: Services, policy: OwnershipPolicy
) -> Iterator[Violation]:
    """No line of CODEOWNERS repeats what an earlier one already gives.

    Repeated lines drift apart when owners change. Lines that the guide asks for (a service's own,
    the guarded paths') and lines that give a path back to a wider owner are no repetition.

    Remedy: Remove the line.

    Example:
        *      @acme/platform
        /docs/ @acme/platform
        becomes
        *      @acme/platform
    """
    asked_for = (
        *policy.domains,
        *policy.guarded,
        ownership.codeowners.path,
        *(f"{service.folder}/" for service in services.present if service.folder),
    )
    for line, earlier in ownership.repeated:
        if line.covers_one_of(asked_for):
            continue
        path = ownership.codeowners.path
        yield Violation(
            subject=line.pattern,
            message=f"{line.pattern} repeats the owners that {earlier.pattern} in line "
            f"{earlier.line} gives already",
            at=(in_file(path, line.line), in_file(path, earlier.line)),
            evidence={"owners": [owner.name for owner in line.owners]},
        )


@rule("OW009", "maintainers-agree", section=_SECTION, severity=Severity.LOW, fix=Safety.UNSAFE)
def maintainers_agree(
    codeowners: Codeowners, documents: Documents, policy: OwnershipPolicy
) -> Iterator[Violation | NotApplicable]:
    """MAINTAINERS.md exists and names every owner of CODEOWNERS.

    CODEOWNERS says who is asked for a review; people look into MAINTAINERS.md for who answers
    questions. Both name the same owners.

    Remedy: Add each owner to MAINTAINERS.md with what they own.

    Example:
        .github/CODEOWNERS:  /app/ @ada @lin
        MAINTAINERS.md:      - @ada: the API
        becomes
        MAINTAINERS.md:      - @ada: the API
                             - @lin: the API
    """
    owners = codeowners.owners
    if not owners:
        yield NotApplicable(reason=f"{codeowners.path} names no owners")
        return
    maintainers = documents.find("maintainers")
    if maintainers is None:
        yield Violation(
            subject=policy.maintainers,
            message=f"{policy.maintainers} is missing; {codeowners.path} names "
            f"{counted(len(owners), 'owner')} to introduce there",
            at=(in_file(policy.maintainers), in_file(codeowners.path)),
            evidence={"owners": [owner.name for owner, _ in owners]},
        )
        return
    for owner, line in owners:
        if not maintainers.names(owner):
            yield Violation(
                subject=owner.name,
                message=f"{maintainers.path} does not name {owner.name}, an owner in "
                f"{codeowners.path}",
                at=(in_file(maintainers.path), in_file(codeowners.path, line)),
            )

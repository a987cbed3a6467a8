"""API Versioning & SDK Publishing: which version a route is of, and how versions come and go."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from autodevops.facts.api_history import ApiHistory
from autodevops.facts.breaking_changes import BreakingChanges
from autodevops.facts.deprecations import Deprecations
from autodevops.facts.routes import Route, Routes
from autodevops.facts.version_reads import VersionRead, VersionReads
from autodevops.guide.model import ApiPolicy
from autodevops.model.finding import (
    Confidence,
    NotApplicable,
    Severity,
    Unknown,
    Violation,
    in_commit,
    in_file,
)
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, lasting, listed

_SECTION = "API Versioning & SDK Publishing"
_MONTHS = 12
_LAST_DAY = 28


@rule("AV001", "unversioned-route", section=_SECTION, severity=Severity.HIGH)
def unversioned_route(routes: Routes, policy: ApiPolicy) -> Iterator[Violation | Unknown]:
    """Every public route is under `/api/vN`.

    Clients that call a path without a version break with the first incompatible change, and no
    second version can stand beside it. Health, metrics, documentation, webhooks and OAuth
    callbacks need none; pages for people and routes that the description leaves out don't count.

    Remedy: Include the routers under one prefix, `app.include_router(api, prefix="/api/v1")`, and
    redirect the old paths while clients move.

    Example:
        app.include_router(orders.router, prefix="/orders")         # AV001
        app.include_router(orders.router, prefix="/api/v1/orders")  # fine
    """
    files: dict[str, list[Route]] = {}
    for route in routes.routes:
        exempt = policy.is_exempt(route.route) or policy.is_exempt(route.route.rstrip("/"))
        innocent = exempt or route.is_page or route.hidden
        if not innocent and routes.version(route.route) is None:
            files.setdefault(route.path, []).append(route)
    for path, found in files.items():
        shown = [f"{route.verb} {route.route}".strip() for route in found]
        yield Violation(
            subject=path,
            message=f"{path} serves {listed(shown)} outside {policy.prefix}N; add the version to "
            "the path",
            at=tuple(in_file(route.path, route.line) for route in found),
            evidence={"routes": shown, "expected": f"{policy.prefix}N/..."},
        )
    for path, line, what in routes.unresolved:
        yield Unknown(reason=f"{what} at {path}:{line}, so its routes could not be followed")


@rule("AV002", "header-versioning", section=_SECTION, severity=Severity.MEDIUM)
def header_versioning(reads: VersionReads) -> Iterator[Violation]:
    """The API's version is in the path, not in a header or query.

    A version that no link, log or cache shows is forgotten by clients and can't be routed. Headers
    of requests that the code makes to others don't count.

    Remedy: Give each version a router of its own under `/api/vN` and drop the header or parameter.

    Example:
        @router.get("/orders")
        def orders(x_api_version: str = Header("1")): ...
        becomes
        router = APIRouter(prefix="/api/v2")

        @router.get("/orders")
        def orders(): ...
    """
    files: dict[str, list[VersionRead]] = {}
    for read in reads.found:
        files.setdefault(read.path, []).append(read)
    for path, found in files.items():
        names = list(dict.fromkeys(f"{read.carrier} {read.name}" for read in found))
        yield Violation(
            subject=path,
            message=f"{path}:{found[0].line} takes the API's version from the {listed(names)}; put "
            "it into the path",
            at=tuple(in_file(read.path, read.line) for read in found),
            evidence={"read": names},
        )


@rule("AV003", "early-removal", section=_SECTION, severity=Severity.HIGH, tier="H")
def early_removal(history: ApiHistory, policy: ApiPolicy) -> Iterator[Violation]:
    """A version of the API stays for at least six months after its successor appears.

    Clients that can't be changed in a day (apps in stores, partners) need that time to move.

    Remedy: Put the old version's routers back until the six months are over.

    Example:
        2026-01-10  /api/v2 appears
        2026-03-02  /api/v1 is removed
        becomes
        2026-01-10  /api/v2 appears, responses of /api/v1 announce their end
        2026-07-13  /api/v1 is removed
    """
    for life in history.versions:
        successor = history.successor(life.number)
        if life.removed is None or successor is None:
            continue
        due = _months_later(successor.appeared, policy.support_months)
        if life.removed < due:
            after = max(life.removed - successor.appeared, timedelta())
            yield Violation(
                subject=f"v{life.number}",
                message=f"v{life.number} was removed on {life.removed:%Y-%m-%d}, {lasting(after)} "
                f"after v{successor.number} appeared; it stays until {due:%Y-%m-%d}",
                at=(
                    in_commit(life.removed_in or ""),
                    in_commit(successor.appeared_in),
                ),
                evidence={
                    "successor": f"v{successor.number}",
                    "appeared": f"{successor.appeared:%Y-%m-%d}",
                    "removed": f"{life.removed:%Y-%m-%d}",
                    "due": f"{due:%Y-%m-%d}",
                },
                confidence=Confidence.MEDIUM,
            )


def _months_later(moment: datetime, months: int) -> datetime:
    """Return the same day so many months later; of days that not every month has, the 28th."""
    years, month = divmod(moment.month - 1 + months, _MONTHS)
    day = min(moment.day, _LAST_DAY)
    return moment.replace(year=moment.year + years, month=month + 1, day=day)


@rule("AV004", "deprecation-header", section=_SECTION, severity=Severity.MEDIUM)
def deprecation_header(
    routes: Routes, deprecations: Deprecations, policy: ApiPolicy
) -> Iterator[Violation | NotApplicable]:
    """Once vN is live, responses of v(N-1) carry a deprecation header.

    Nobody reads release notes of an API that still answers; a header reaches every client, its
    logs and its monitoring. `deprecated=True` only marks the description.

    Remedy: Add a dependency or middleware to the old version's router that sets `Deprecation` and
    `Sunset` on the response.

    Example:
        app.include_router(v1, prefix="/api/v1")
        app.include_router(v2, prefix="/api/v2")
        becomes
        def announce_end(response: Response) -> None:
            response.headers["Sunset"] = "Wed, 01 Jul 2026 00:00:00 GMT"

        app.include_router(v1, prefix="/api/v1", dependencies=[Depends(announce_end)])
        app.include_router(v2, prefix="/api/v2")
    """
    if len(routes.versions) < 2:  # noqa: PLR2004 - the newest version is not deprecated
        yield NotApplicable(reason="the API serves one version only")
        return
    if deprecations.found:
        return
    newest = routes.versions[-1]
    for number in routes.versions[:-1]:
        old = [route for route in routes.routes if routes.version(route.route) == number]
        yield Violation(
            subject=f"v{number}",
            message=f"v{newest} is live, and {counted(len(old), 'route')} of v{number} "
            f"{'answers' if len(old) == 1 else 'answer'} without a "
            f"{listed(list(policy.deprecation_headers))} header",
            at=tuple(in_file(route.path, route.line) for route in old[:3]),
            evidence={
                "versions": [f"v{one}" for one in routes.versions],
                "headers": list(policy.deprecation_headers),
            },
        )


@rule("AV005", "undocumented-break", section=_SECTION, severity=Severity.MEDIUM, tier="H")
def undocumented_break(changes: BreakingChanges) -> Iterator[Violation]:
    """Every breaking commit has its entry in the changelog.

    Who updates reads the changelog, not the log. A commit is breaking by `!` in its header or a
    `BREAKING CHANGE:` footer; an entry names the commit, its pull request or most of its words, or
    comes with it.

    Remedy: Describe the break and what to do about it in the changelog.

    Example:
        $ git commit -m "feat(api)!: drop the field total" app/
        becomes
        $ echo "- Breaking: orders have no field total; sum up their items." >> CHANGELOG.md
        $ git commit -m "feat(api)!: drop the field total" app/ CHANGELOG.md
    """
    where = listed(list(changes.changelogs)) if changes.changelogs else None
    for commit, header, sign in changes.undocumented:
        lacks = f"{where} does not mention it" if where else "there is no changelog"
        yield Violation(
            subject=commit,
            message=f'"{header}" ({commit[:10]}) is breaking, and {lacks}; add an entry',
            at=in_commit(commit),
            evidence={"sign": sign, "changelogs": list(changes.changelogs)},
        )

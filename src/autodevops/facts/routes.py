"""The routes that FastAPI applications serve, with the whole path that clients see."""

import re
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._import_paths import ImportPaths
from autodevops.facts._path_kinds import is_own_source
from autodevops.facts._route_modules import RELEVANT
from autodevops.facts._route_values import Program
from autodevops.facts._route_walk import Route, RouteWalk, Unresolved
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.guide.model import ApiPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import EntryKind, Snapshot

_DECORATED = regex(r"\n@[A-Za-z_]\w{0,40}\.(?:get|post|put|patch|delete|api_route|websocket)\(")

__all__ = ["Route", "Routes", "Unresolved"]


class Routes(Struct, frozen=True, dict=True):
    """Every route of the applications; those of tests and examples left out."""

    routes: tuple[Route, ...]
    """By file and line."""
    unresolved: tuple[Unresolved, ...]
    """What could not be followed."""
    files: tuple[str, ...]
    """Modules that take part."""
    prefix: str
    """What stands before a version's number."""

    def version(self, route: str) -> int | None:
        """Return the version that a path carries."""
        found = re.match(rf"{re.escape(self.prefix)}(\d{{1,4}})(?=/|$)", route)
        return int(found[1]) if found else None

    @cached_property
    def versions(self) -> tuple[int, ...]:
        """Return the versions that are served, lowest first."""
        found = {self.version(route.route) for route in self.routes}
        return tuple(sorted(number for number in found if number is not None))


@fact
def routes(
    snapshot: Snapshot, index: PathIndex, services: Services, policy: ApiPolicy
) -> Routes | NotApplicable:
    """Follow routers from the applications on, across files."""
    if services.declared and not services.has("api"):
        return NotApplicable(reason=services.why_not_platform)
    program = Program(snapshot, ImportPaths(snapshot, index))
    modules = [module for path in _candidates(snapshot) if (module := program.module(path))]
    has_app = any(router.is_app for module in modules for router in module.routers.values())
    if not has_app and not snapshot.gaps:
        return NotApplicable(reason="there is no FastAPI application")
    walk = RouteWalk(program, modules)
    found = sorted(set(walk.routes()), key=lambda one: (one.path, one.line, one))
    if not found and not walk.unresolved and not snapshot.gaps:
        return NotApplicable(reason="no FastAPI application here has routes")
    return Routes(
        routes=tuple(found),
        unresolved=tuple(sorted(walk.unresolved)),
        files=tuple(module.path for module in modules),
        prefix=policy.prefix,
    )


def _candidates(snapshot: Snapshot) -> Iterator[str]:
    """Yield the modules that make or join routes; nothing where no code mentions FastAPI."""
    found, others, mentioned = [], [], False
    for entry in snapshot.entries:
        if entry.kind is not EntryKind.FILE or not entry.path.endswith(".py"):
            continue
        text = (snapshot.text(entry.path) or "") if is_own_source(entry.path) else ""
        mentioned = mentioned or "fastapi" in text
        if "fastapi" in text or "outer" in text:
            if RELEVANT.search(text):
                found.append(entry.path)
        elif "\n@" in text:
            # `from app.main import app` and a decorator name neither; looked at only where one does
            others.append(entry.path)
    if mentioned:
        yield from found
        yield from (path for path in others if _DECORATED.search(snapshot.text(path) or ""))

"""Goes from FastAPI applications through the routers that are included in them, across files."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts._route_modules import Module, RawRouter, keyword
from autodevops.facts._route_values import Program, RouterKey
from autodevops.model.patterns import regex

MAX_ROUTES = 20_000
"""Most routes that are followed, in case routers are included in each other over and over."""
MAX_DEPTH = 100
"""Most routers that are followed, one included in the other."""
_PAGES = frozenset({"HTMLResponse", "RedirectResponse", "FileResponse"})
_SLASHES = regex(r"/{2,}")


class Route(NamedTuple):
    """One route as clients see it."""

    route: str
    """Its whole path; with `*` at its end for a router of somebody else's library."""
    verb: str
    """`GET`, `WEBSOCKET`, or empty when it has several."""
    path: str
    """The file that declares it."""
    line: int
    """1-based line."""
    is_page: bool
    """Whether it answers with a page or file for people."""
    hidden: bool
    """Whether it is left out of the API's description."""


class Unresolved(NamedTuple):
    """A place where the path of routes can't be told from the code."""

    path: str
    """The file."""
    line: int
    """1-based line."""
    what: str
    """What can't be told."""


class _Include(NamedTuple):
    child: RouterKey | None
    prefix: str | None
    path: str
    line: int
    hidden: bool


class RouteWalk:
    """Goes from the applications through everything that is included in them."""

    def __init__(self, program: Program, modules: list[Module]) -> None:
        """Find the applications among the modules, and what each router includes."""
        self._program = program
        self._modules = {module.path: module for module in modules}
        self.unresolved: set[Unresolved] = set()
        """What could not be followed so far."""
        self._count = 0
        self._mounted: set[RouterKey] = set()
        apps = [
            RouterKey(module.path, name)
            for module in modules
            for name, router in module.routers.items()
            if router.is_app
        ]
        self._only_app = apps[0] if len(apps) == 1 else None
        self._includes = self._all_includes()
        self._own = self._all_routes()
        self._roots = [app for app in apps if app not in self._mounted]

    def routes(self) -> Iterator[Route]:
        """Yield the routes of every application that is not part of another."""
        for root in self._roots:
            yield from self._below(root, "", (), hidden=False)

    def _below(
        self, key: RouterKey, prefix: str | None, way: tuple[RouterKey, ...], *, hidden: bool
    ) -> Iterator[Route]:
        router = self._router(key)
        if router is None or key in way:
            return
        self._count += 1
        if self._count > MAX_ROUTES:
            self._give_up(key.path, router.call.lineno, "there are too many routes")
            return
        if len(way) > MAX_DEPTH:
            self._give_up(key.path, router.call.lineno, "too many routers include each other")
            return
        module = self._modules[key.path]
        name = "root_path" if router.is_app else "prefix"
        own = self._program.text(keyword(router.call, name), module, {})
        if prefix is None or own is None:
            self._give_up(key.path, router.call.lineno, "a prefix is not a constant")
            return
        hidden = hidden or _is_hidden(router.call)
        for route in self._own.get(key, ()):
            self._count += 1
            path = _SLASHES.sub("/", prefix + own + route.route) or "/"
            yield route._replace(route=path, hidden=route.hidden or hidden)
        for part in self._includes.get(key, ()):
            yield from self._included(part, prefix + own, (*way, key), hidden=hidden)

    def _included(
        self, part: _Include, prefix: str, way: tuple[RouterKey, ...], *, hidden: bool
    ) -> Iterator[Route]:
        if part.prefix is None:
            self._give_up(part.path, part.line, "a prefix is not a constant")
        elif part.child is not None:
            yield from self._below(
                part.child, prefix + part.prefix, way, hidden=hidden or part.hidden
            )
        elif part.prefix or prefix:
            path = _SLASHES.sub("/", f"{prefix}{part.prefix}/*")
            hidden = hidden or part.hidden
            yield Route(path, "", part.path, part.line, is_page=False, hidden=hidden)
        else:
            self._give_up(part.path, part.line, "which router is included is not said by name")

    def _give_up(self, path: str, line: int, what: str) -> None:
        self.unresolved.add(Unresolved(path, line, what))

    def _router(self, key: RouterKey) -> RawRouter | None:
        module = self._program.module(key.path)
        if module is None or key.name not in module.routers:
            return None
        self._modules.setdefault(key.path, module)
        return module.routers[key.name]

    def _owner(self, module: Module, name: str) -> RouterKey | None:
        """Return the router that a dotted name means; a borrowed one is the only application."""
        if name in module.routers:
            return RouterKey(module.path, name)
        if name in module.borrowed:
            return self._only_app
        found = self._program.value(ast.parse(name, mode="eval").body, module, {})
        return found if isinstance(found, RouterKey) else None

    def _all_includes(self) -> dict[RouterKey, list[_Include]]:
        found: dict[RouterKey, list[_Include]] = {}
        for module in list(self._modules.values()):
            for raw in module.includes:
                owner = self._owner(module, raw.owner)
                inner = keyword(raw.call, "app" if raw.mounted else "router", int(raw.mounted))
                if owner is None or inner is None:
                    continue
                child = self._program.value(inner, module, raw.bindings)
                key = child if isinstance(child, RouterKey) else None
                if raw.mounted:
                    if key is None:
                        continue
                    self._mounted.add(key)
                name, position = ("path", 0) if raw.mounted else ("prefix", None)
                prefix = self._program.text(keyword(raw.call, name, position), module, raw.bindings)
                found.setdefault(owner, []).append(
                    _Include(key, prefix, module.path, raw.call.lineno, _is_hidden(raw.call))
                )
        return found

    def _all_routes(self) -> dict[RouterKey, list[Route]]:
        found: dict[RouterKey, list[Route]] = {}
        for module in list(self._modules.values()):
            for raw in module.routes:
                owner = self._owner(module, raw.owner)
                path = self._program.text(keyword(raw.call, "path", 0), module, {})
                if owner is None:
                    continue
                if path is None:
                    self._give_up(module.path, raw.call.lineno, "the path is not a constant")
                    continue
                answers = keyword(raw.call, "response_class")
                page = getattr(answers, "id", getattr(answers, "attr", "")) in _PAGES
                verb = "" if "route" in raw.verb else raw.verb.upper()
                found.setdefault(owner, []).append(
                    Route(path, verb, module.path, raw.call.lineno, page, _is_hidden(raw.call))
                )
        return found


def _is_hidden(call: ast.Call) -> bool:
    shown = keyword(call, "include_in_schema")
    return isinstance(shown, ast.Constant) and shown.value is False

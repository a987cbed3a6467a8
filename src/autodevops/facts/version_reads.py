"""Where the API's code takes a version from a header or a query instead of the path."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_own_source
from autodevops.facts._python_code import python_tree
from autodevops.facts._route_modules import dotted, keyword
from autodevops.facts.routes import Routes
from autodevops.guide.model import ApiPolicy
from autodevops.model.snapshot import EntryKind, Snapshot

_READ_FROM = ("headers", "query_params")
_DECLARED = ("Header", "Query")


class VersionRead(NamedTuple):
    """One such place."""

    path: str
    """The file."""
    line: int
    """1-based line."""
    name: str
    """Name of the header or query parameter, in lower case."""
    carrier: str
    """`header` or `query`."""


class VersionReads(Struct, frozen=True, kw_only=True):
    """Every such place."""

    found: tuple[VersionRead, ...]
    """By path and line."""


@fact
def version_reads(snapshot: Snapshot, routes: Routes, policy: ApiPolicy) -> VersionReads:
    """Look through the Python code below the folders that the routes are in."""
    tops = {path.partition("/")[0] for path in routes.files}
    found: list[VersionRead] = []
    for entry in snapshot.entries:
        path = entry.path
        if entry.kind is not EntryKind.FILE or not path.endswith(".py"):
            continue
        if path.partition("/")[0] not in tops or not is_own_source(path):
            continue
        text = snapshot.text(path) or ""
        lowered = text.lower()
        if any(name in lowered for name in policy.version_carriers):
            found += _reads(path, text, policy)
    return VersionReads(found=tuple(sorted(set(found))))


def _reads(path: str, text: str, policy: ApiPolicy) -> Iterator[VersionRead]:
    tree = python_tree(text)
    if tree is None:
        return
    for node in ast.walk(tree):
        for name, carrier, line in (*_looked_up(node), *_declared(node)):
            if name.lower() in policy.version_carriers:
                yield VersionRead(path, line, name.lower(), carrier)


def _looked_up(node: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Yield what is read from a request: `request.headers["x"]`, `request.headers.get("x")`.

    Headers of requests that the code itself makes, and of responses, are none of it.
    """
    match node:
        case ast.Subscript(value=source, slice=ast.Constant(value=str(name)), ctx=ast.Load()):
            pass
        case ast.Call(
            func=ast.Attribute(value=source, attr="get"), args=[ast.Constant(value=str(name)), *_]
        ):
            pass
        case _:
            return
    owner, _, attribute = dotted(source).rpartition(".")
    last = owner.rpartition(".")[2]
    if attribute in _READ_FROM and last in {"request", "req", "websocket", "scope", "conn"}:
        carrier = "query" if attribute == "query_params" else "header"
        yield name, carrier, node.lineno


def _declared(node: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Yield parameters of endpoints that FastAPI fills from headers and queries."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    arguments = (*node.args.posonlyargs, *node.args.args)
    defaults: list[ast.expr | None] = [None] * (len(arguments) - len(node.args.defaults))
    pairs = [
        *zip(arguments, [*defaults, *node.args.defaults], strict=True),
        *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
    ]
    for argument, default in pairs:
        for call in (default, *_annotated(argument.annotation)):
            if not isinstance(call, ast.Call):
                continue
            kind = dotted(call.func).rpartition(".")[2]
            if kind in _DECLARED:
                yield _alias(call) or argument.arg, kind.lower(), argument.lineno


def _alias(call: ast.Call) -> str | None:
    """Return the name that a parameter goes by outside, if it has one of its own."""
    match keyword(call, "alias"):
        case ast.Constant(value=str(name)):
            return name
    return None


def _annotated(annotation: ast.expr | None) -> tuple[ast.expr, ...]:
    """Return what stands behind the type in `Annotated[type, ...]`."""
    match annotation:
        case ast.Subscript(value=kind, slice=ast.Tuple(elts=[_, *rest])) if (
            dotted(kind).rpartition(".")[2] == "Annotated"
        ):
            return tuple(rest)
    return ()

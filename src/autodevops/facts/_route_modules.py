"""What a Python module says about routers and routes, by its syntax tree; nothing is executed."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from autodevops.facts._python_code import python_tree
from autodevops.facts._words import words
from autodevops.model.patterns import regex

RELEVANT = regex(
    r"FastAPI\(|Router\(|\.include_router\(|\.mount\(|\.add_(?:api_)?(?:websocket_)?route\("
    r"|@[\w.]{1,80}\.(?:get|post|put|patch|delete|api_route|websocket|route)\("
)
"""What the text of a module holds that makes or joins routes."""

_VERBS = words("get post put patch delete head options trace api_route websocket route")
_ADDERS = words("add_api_route add_route add_api_websocket_route add_websocket_route")
_APPS = words("FastAPI Starlette")
_ROUTER = regex(r"\w*(?:APIRouter|InferringRouter|VersionedRouter)|Router")

_AN_APP = regex(r"(?:^|_)app(?:lication)?(?:$|_)")

_MOST_ITEMS = 200
_MOST_STATEMENTS = 200_000

Bindings = Mapping[str, ast.expr]
"""What names stand for inside a loop over a literal list."""


class RawRouter(NamedTuple):
    """One application or router."""

    call: ast.Call
    """The call that makes it."""
    is_app: bool
    """Whether it answers requests itself."""


class RawRoute(NamedTuple):
    """One route."""

    owner: str
    """Dotted name of the router that it is added to."""
    verb: str
    """Such as `get` or `websocket`."""
    call: ast.Call
    """The decorator, or the call that adds it."""


class RawInclude(NamedTuple):
    """One router put into another, or one application mounted in another."""

    owner: str
    """Dotted name of the outer one."""
    call: ast.Call
    """`include_router(...)` or `mount(...)`."""
    bindings: Bindings
    """Names of a loop around it."""
    mounted: bool
    """Whether it is a mount."""


@dataclass(slots=True)
class Module:
    """One module."""

    path: str
    """The file."""
    values: dict[str, ast.expr] = field(default_factory=dict)
    """What is assigned to names; of a class's names as `Class.name`."""
    imported: dict[str, tuple[int, str, str | None]] = field(default_factory=dict)
    """Local names: level, module and, with `from`, the name in it."""
    routers: dict[str, RawRouter] = field(default_factory=dict)
    """Applications and routers by dotted name."""
    routes: list[RawRoute] = field(default_factory=list)
    """Routes in their order."""
    includes: list[RawInclude] = field(default_factory=list)
    """What is put into what."""
    borrowed: set[str] = field(default_factory=set)
    """Parameters that are an application of some caller's."""
    returns: dict[str, ast.expr] = field(default_factory=dict)
    """What functions without branches return."""
    bases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of each class's base classes."""


def read_module(path: str, text: str) -> Module | None:
    """Return what a module says; None when it does not parse, or its loops repeat too much."""
    tree = python_tree(text)
    if tree is None:
        return None
    module = Module(path)
    try:
        _Reader(module).statements(tree.body, {})
    except (RecursionError, _SpentError):
        return None
    return module


def dotted(node: ast.expr) -> str:
    """Return a name with its attributes, such as `api.router`; empty for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def keyword(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """Return an argument by its name or position."""
    for given in call.keywords:
        if given.arg == name:
            return given.value
    if position is not None and position < len(call.args):
        found = call.args[position]
        return None if isinstance(found, ast.Starred) else found
    return None


class _SpentError(Exception):
    """Ends the reading: loops repeat more statements than are gone through."""


class _Reader:
    """Collects from statements, nested ones included."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._left = _MOST_STATEMENTS

    def statements(self, body: list[ast.stmt], bindings: Bindings, owner: str = "") -> None:
        self._left -= len(body)
        if self._left < 0:
            raise _SpentError
        for node in body:
            self._statement(node, bindings, owner)

    def _statement(self, node: ast.stmt, bindings: Bindings, owner: str) -> None:
        match node:
            case ast.Import() | ast.ImportFrom():
                self._import(node)
            case ast.Assign() | ast.AnnAssign():
                self._assigned(node, owner)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, bindings)
            case ast.ClassDef():
                self._module.bases[node.name] = tuple(map(dotted, node.bases))
                self.statements(node.body, bindings, f"{node.name}.")
            case ast.For():
                # A loop inside a loop is gone through once: what it does grows too fast.
                for inner in [{}] if bindings else _iterations(node, self._module):
                    self.statements(node.body, {**bindings, **inner}, owner)
            case ast.Expr(value=ast.Call() as call):
                self._call(call, bindings)
            case _:
                for block in _blocks(node):
                    self.statements(block, bindings, owner)

    def _assigned(self, node: ast.Assign | ast.AnnAssign, owner: str) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets if node.value is not None else ():
            self._assign(dotted(target), node.value, owner)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                local = alias.asname or alias.name
                self._module.imported[local] = (node.level, node.module or "", alias.name)
            else:
                local = alias.asname or alias.name.partition(".")[0]
                whole = alias.name if alias.asname else local
                self._module.imported.setdefault(local, (0, whole, None))

    def _assign(self, name: str, value: ast.expr | None, owner: str) -> None:
        if not name or value is None:
            return
        router = _router(value)
        if router is not None:
            self._module.routers[name] = router
        self._module.values.setdefault(f"{owner}{name}", value)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, bindings: Bindings) -> None:
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            annotated = dotted(argument.annotation) if argument.annotation else ""
            if annotated.rpartition(".")[2] in _APPS or (
                not annotated and _AN_APP.search(argument.arg)
            ):
                self._module.borrowed.add(argument.arg)
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
                self._route(decorator, decorator.func)
        if node.body and isinstance(node.body[-1], ast.Return) and node.body[-1].value:
            self._module.returns[node.name] = node.body[-1].value
        self.statements(node.body, bindings)

    def _route(self, call: ast.Call, function: ast.Attribute) -> None:
        if function.attr in _VERBS and dotted(function.value):
            self._module.routes.append(RawRoute(dotted(function.value), function.attr, call))

    def _call(self, call: ast.Call, bindings: Bindings) -> None:
        function = call.func
        if not isinstance(function, ast.Attribute):
            return
        owner = dotted(function.value)
        if function.attr in {"include_router", "mount"} and owner:
            mounted = function.attr == "mount"
            self._module.includes.append(RawInclude(owner, call, bindings, mounted))
        elif function.attr in _ADDERS and owner:
            verb = "websocket" if "websocket" in function.attr else "api_route"
            self._module.routes.append(RawRoute(owner, verb, call))


def _router(value: ast.expr) -> RawRouter | None:
    if not isinstance(value, ast.Call):
        return None
    name = dotted(value.func).rpartition(".")[2]
    if name in _APPS:
        return RawRouter(value, is_app=True)
    return RawRouter(value, is_app=False) if _ROUTER.fullmatch(name) else None


def _iterations(node: ast.For, module: Module) -> Iterator[dict[str, ast.expr]]:
    """Yield what the names of a loop over a literal list stand for, each time round."""
    items = node.iter
    if isinstance(items, ast.Name):
        items = module.values.get(items.id, items)
    listed = items.elts if isinstance(items, ast.List | ast.Tuple) else ()
    for item in listed[:_MOST_ITEMS]:
        if isinstance(node.target, ast.Name):
            yield {node.target.id: item}
        elif isinstance(node.target, ast.Tuple) and isinstance(item, ast.Tuple | ast.List):
            names = [name.id if isinstance(name, ast.Name) else "" for name in node.target.elts]
            yield dict(zip(names, item.elts, strict=False))
    if not listed:
        yield {}


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield the statements inside `if`, `with`, `try`, `while` and `match`."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield part.body

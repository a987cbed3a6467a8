"""Which environment variables a Python module reads, found in its syntax tree."""

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from autodevops.facts._python_code import python_tree
from autodevops.model.patterns import regex

_MARK = regex(r"\benviron\b|\bgetenv\b|BaseSettings|\bdecouple\b|\benvirons\b|starlette\.config")
_PARTS = ("environ", "getenv", "BaseSettings", "decouple", "starlette.config")
_READERS = frozenset({"decouple", "environs", "starlette.config", "environ"})
_READER_NAMES = frozenset({"config", "env"})
_ASKING = (ast.Subscript, ast.Compare, ast.Call, ast.BoolOp, ast.If, ast.IfExp)
_LEAVES = (ast.expr_context, ast.Constant, ast.operator, ast.cmpop)


class RawRead(NamedTuple):
    """One variable that a text reads."""

    name: str
    """Name of the variable."""
    line: int
    """1-based line."""
    optional: bool
    """Whether the reader goes on without it: there is a default, or it only looks."""
    direct: bool = True
    """Whether the environment itself is asked, not a settings class."""


def mentions_environment(text: str) -> bool:
    """Tell whether a Python module may read the environment."""
    # Of most modules plain texts say no, ten times as fast as the pattern.
    return any(map(text.__contains__, _PARTS)) and _MARK.search(text) is not None


def python_reads(text: str) -> Iterator[RawRead]:
    """Yield every variable that a module reads; nothing when it does not parse."""
    if not mentions_environment(text):
        return
    tree = python_tree(text)
    if tree is None:
        return
    reader = _Reader()
    nodes = _nodes(tree)
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            reader.learn(node)
    settings = _settings_classes(node for node in nodes if isinstance(node, ast.ClassDef))
    for node in nodes:
        if isinstance(node, ast.ClassDef) and node.name in settings:
            yield from _fields(node)
        elif isinstance(node, _ASKING):
            yield from reader.reads(node)


def _nodes(tree: ast.AST) -> list[ast.AST]:
    """Return what `ast.walk` yields, in its order, in half of the time."""
    nodes = [tree]
    for node in nodes:
        if isinstance(node, _LEAVES):
            continue
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                nodes.append(value)
            elif isinstance(value, list):
                nodes += [part for part in value if isinstance(part, ast.AST)]
    return nodes


class _Reader:
    """Recognises reads of the environment, also under the names that a module imports them by."""

    def __init__(self) -> None:
        self._environ = {"environ"}
        self._getenv = {"getenv"}
        self._helpers: set[str] = set()

    def learn(self, node: ast.Import | ast.ImportFrom) -> None:
        """Take note of what an import calls things."""
        module = node.module if isinstance(node, ast.ImportFrom) else None
        for alias in node.names:
            known_as = alias.asname or alias.name
            if module == "os" and alias.name == "environ":
                self._environ.add(known_as)
            elif module == "os" and alias.name == "getenv":
                self._getenv.add(known_as)
            elif module in _READERS or alias.name in _READERS:
                self._helpers |= {known_as, *_READER_NAMES}

    def reads(self, node: ast.AST) -> Iterator[RawRead]:
        """Yield what one node reads."""
        match node:
            case ast.Subscript(value=value, slice=ast.Constant(value=str(name)), ctx=ast.Load()):
                if self._is_environ(value):
                    yield RawRead(name, node.lineno, optional=False)
            case ast.Compare(left=ast.Constant(value=str(name)), comparators=[value]):
                if self._is_environ(value):
                    yield RawRead(name, node.lineno, optional=True)
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *rest], keywords=named):
                if self._reads(func, name):
                    optional = bool(rest) or any(one.arg == "default" for one in named)
                    yield RawRead(name, node.lineno, optional=optional)
            case (
                # `os.getenv("X") or "default"`, `os.getenv("X") == "1"`, `if os.getenv("X"):`
                ast.BoolOp(op=ast.Or(), values=[tested, *_])
                | ast.Compare(left=tested)
                | ast.If(test=tested)
                | ast.IfExp(test=tested)
            ):
                for read in self.reads(tested):
                    yield read._replace(optional=True)
            case _:
                pass

    def _is_environ(self, value: ast.expr) -> bool:
        match value:
            case ast.Name(id=name):
                return name in self._environ
            case ast.Attribute(value=ast.Name(id="os"), attr="environ"):
                return True
            case _:
                return False

    def _reads(self, func: ast.expr, name: str) -> bool:
        """Tell whether a call looks a variable up."""
        match func:
            case ast.Name(id=called):
                return called in self._getenv or (called in self._helpers and name.isupper())
            case ast.Attribute(value=ast.Name(id="os"), attr="getenv"):
                return True
            case ast.Attribute(value=value, attr="get" | "pop"):
                return self._is_environ(value)
            case ast.Attribute(value=ast.Name(id=called)):
                return called in self._helpers and name.isupper()
            case _:
                return False


def _settings_classes(classes: Iterable[ast.ClassDef]) -> frozenset[str]:
    """Return the names of pydantic settings classes, those that inherit from one included."""
    heirs: dict[str, list[str]] = {}
    for one in classes:
        for base in one.bases:
            heirs.setdefault(_last(base), []).append(one.name)
    found: set[str] = set()
    waiting = ["BaseSettings"]
    while waiting:
        new = set(heirs.get(waiting.pop(), ())) - found
        found |= new
        waiting += new
    return frozenset(found - {"BaseSettings"})


def _last(base: ast.expr) -> str:
    return base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")


def _fields(node: ast.ClassDef) -> Iterator[RawRead]:
    """Yield the variables that a settings class is filled from."""
    prefix = _prefix(node)
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        field = statement.target.id
        if field.startswith("_") or field == "model_config":
            continue
        if "ClassVar" in ast.dump(statement.annotation):
            continue
        names = _aliases(statement.value) or (f"{prefix}{field}".upper(),)
        optional = len(names) > 1 or _has_default(statement.value)
        for name in names:
            yield RawRead(name.upper(), statement.lineno, optional=optional, direct=False)


def _prefix(node: ast.ClassDef) -> str:
    """Return `env_prefix`, from `model_config` or an inner `Config`."""
    for statement in node.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="model_config")], value=value)
                | ast.AnnAssign(target=ast.Name(id="model_config"), value=value)
            ):
                return _option(value, "env_prefix")
            case ast.ClassDef(name="Config", body=body):
                for option in body:
                    match option:
                        case ast.Assign(
                            targets=[ast.Name(id="env_prefix")],
                            value=ast.Constant(value=str(prefix)),
                        ):
                            return prefix
                        case _:
                            pass
            case _:
                pass
    return ""


def _option(value: ast.expr | None, name: str) -> str:
    """Return a text option of `SettingsConfigDict(...)` or of a dict."""
    match value:
        case ast.Call(keywords=named):
            pairs: Iterable[tuple[str | None, ast.expr]] = ((one.arg, one.value) for one in named)
        case ast.Dict(keys=keys, values=values):
            pairs = (
                (getattr(key, "value", None), one) for key, one in zip(keys, values, strict=True)
            )
        case _:
            return ""
    for key, one in pairs:
        if key == name and isinstance(one, ast.Constant) and isinstance(one.value, str):
            return one.value
    return ""


def _aliases(value: ast.expr | None) -> tuple[str, ...]:
    """Return the names that `Field(...)` gives a field instead of its own."""
    if not isinstance(value, ast.Call) or _last(value.func) != "Field":
        return ()
    for wanted in ("validation_alias", "alias", "env"):
        for option in value.keywords:
            if option.arg == wanted:
                parts = (
                    part.value for part in ast.walk(option.value) if isinstance(part, ast.Constant)
                )
                return tuple(part for part in parts if isinstance(part, str))
    return ()


def _has_default(value: ast.expr | None) -> bool:
    """Tell whether a field has a value without the environment."""
    if value is None:
        return False
    if not isinstance(value, ast.Call) or _last(value.func) != "Field":
        return True
    if value.args:
        return not (isinstance(value.args[0], ast.Constant) and value.args[0].value is ...)
    return any(option.arg in {"default", "default_factory"} for option in value.keywords)

"""Follows names through modules: to texts such as route prefixes, and to routers."""

import ast
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from autodevops.facts._import_paths import ImportPaths
from autodevops.facts._route_modules import Bindings, Module, dotted, keyword, read_module
from autodevops.model.snapshot import Snapshot

MAX_STEPS = 40
"""Most names that are followed one after the other."""
MAX_WORK = 2_000
"""Most expressions that are looked at for one value."""
_LONGEST = 2_000


class RouterKey(NamedTuple):
    """One application or router of the repository."""

    path: str
    """The module."""
    name: str
    """Its dotted name there."""


class _Class(NamedTuple):
    module: Module
    name: str


Value: TypeAlias = str | RouterKey | _Class | Module | None
"""What an expression stands for; None when it can't be told."""


class Program:
    """The modules of the repository, each read when it is first needed."""

    def __init__(self, snapshot: Snapshot, paths: ImportPaths) -> None:
        """Read through a snapshot."""
        self._snapshot = snapshot
        self._paths = paths
        self._modules: dict[str, Module | None] = {}
        self._work = 0

    def module(self, path: str) -> Module | None:
        """Return a module; None when it can't be read."""
        if path not in self._modules:
            text = self._snapshot.text(path)
            module = None if text is None else read_module(path, text)
            if text is not None and module is None:
                self._snapshot.note_gap(path, f"{path} could not be parsed as Python")
            self._modules[path] = module
        return self._modules[path]

    def text(self, expression: ast.expr | None, module: Module, bindings: Bindings) -> str | None:
        """Return the text that an expression stands for; the empty one for no expression."""
        if expression is None:
            return ""
        value = self.value(expression, module, bindings)
        return value if isinstance(value, str) else None

    def value(  # noqa: PLR0911 - one for each kind of expression
        self, node: ast.expr, module: Module, bindings: Bindings, steps: int = 0
    ) -> Value:
        """Return what an expression stands for."""
        self._work = 0 if steps == 0 else self._work + 1
        if steps > MAX_STEPS or self._work > MAX_WORK:
            return None
        match node:
            case ast.Constant(value=str() | int() as constant):
                return str(constant)[:_LONGEST]
            case ast.JoinedStr():
                return self._joined(node.values, module, bindings, steps)
            case ast.FormattedValue():
                return self.value(node.value, module, bindings, steps + 1)
            case ast.BinOp(op=ast.Add()):
                return self._joined([node.left, node.right], module, bindings, steps)
            case ast.Name():
                return self._name(node.id, module, bindings, steps)
            case ast.Attribute():
                return self._attribute(node, module, bindings, steps)
            case ast.Call():
                return self._call(node, module, bindings, steps)
        return None

    def _joined(
        self, parts: list[ast.expr], module: Module, bindings: Bindings, steps: int
    ) -> str | None:
        values = [self.value(part, module, bindings, steps + 1) for part in parts]
        texts = [value for value in values if isinstance(value, str)]
        return "".join(texts)[:_LONGEST] if len(texts) == len(parts) else None

    def _name(self, name: str, module: Module, bindings: Bindings, steps: int) -> Value:
        if name in bindings:
            return self.value(bindings[name], module, {}, steps + 1)
        if name in module.routers:
            return RouterKey(module.path, name)
        if name in module.values:
            return self.value(module.values[name], module, bindings, steps + 1)
        if name in module.bases:
            return _Class(module, name)
        if name in module.imported:
            return self._imported(module, *module.imported[name], steps)
        return None

    def _imported(
        self, module: Module, level: int, source: str, name: str | None, steps: int
    ) -> Value:
        parts = [step for step in source.split(".") if step]
        for place in self._paths.of_python(module.path, level, parts) if parts or level else ():
            target = self._at(place)
            if name is None:
                if target is not None:
                    return target
                continue
            if target is not None and (name in target.routers or self._defines(target, name)):
                return self._name(name, target, {}, steps + 1)
            submodule = self._at(f"{place}/{name}" if place else name)
            if submodule is not None:
                return submodule
        return None

    @staticmethod
    def _defines(module: Module, name: str) -> bool:
        return name in module.values or name in module.bases or name in module.imported

    def _at(self, place: str) -> Module | None:
        for path in (f"{place}.py", f"{place}/__init__.py"):
            if path in self._snapshot.by_path:
                return self.module(path)
        return None

    def _attribute(
        self, node: ast.Attribute, module: Module, bindings: Bindings, steps: int
    ) -> Value:
        whole = dotted(node)
        if whole in module.routers:
            return RouterKey(module.path, whole)
        base = self.value(node.value, module, bindings, steps + 1)
        if isinstance(base, Module):
            found = self._name(node.attr, base, {}, steps + 1)
            return found if found is not None else self._submodule(base, node.attr)
        if isinstance(base, _Class):
            return self._member(base, node.attr, steps + 1)
        if base is None and whole in module.values:
            return self.value(module.values[whole], module, bindings, steps + 1)
        return None

    def _submodule(self, package: Module, name: str) -> Module | None:
        folder = package.path.rpartition("/")[0]
        return self._at(f"{folder}/{name}" if folder else name)

    def _member(self, owner: _Class, name: str, steps: int) -> Value:
        """Return an attribute of a class or of one of its bases."""
        for step in self._lineage(owner, steps):
            value = step.module.values.get(f"{step.name}.{name}")
            if value is not None:
                return self.value(value, step.module, {}, steps + 1)
        return None

    def _lineage(self, owner: _Class, steps: int) -> Iterator[_Class]:
        pending, seen = [owner], {owner.module.path + owner.name}
        for current in pending:
            yield current
            for base in current.module.bases.get(current.name, ()):
                found = self._name(base, current.module, {}, steps + 1)
                if isinstance(found, _Class) and found.module.path + found.name not in seen:
                    seen.add(found.module.path + found.name)
                    pending.append(found)

    def _call(self, node: ast.Call, module: Module, bindings: Bindings, steps: int) -> Value:
        """Follow `Settings()`, `get_settings()`, `Field(default)`, `os.getenv(name, default)`."""
        name = dotted(node.func)
        last = name.rpartition(".")[2]
        if last == "Field":
            given = keyword(node, "default", 0)
            if given is None and (factory := keyword(node, "default_factory")) is not None:
                given = factory
            return None if given is None else self.value(given, module, bindings, steps + 1)
        if last in {"getenv", "get"} and len(node.args) == 2:  # noqa: PLR2004 - with a default
            return self.value(node.args[1], module, bindings, steps + 1)
        if last == "str" and node.args:
            return self.value(node.args[0], module, bindings, steps + 1)
        target = self.value(node.func, module, bindings, steps + 1)
        if isinstance(target, _Class):
            return target
        return self._returned(name, module, steps)

    def _returned(self, name: str, module: Module, steps: int) -> Value:
        """Return what a function of this or an imported module returns."""
        if name in module.returns:
            return self.value(module.returns[name], module, {}, steps + 1)
        level, source, imported = module.imported.get(name, (0, "", None))
        parts = [step for step in source.split(".") if step]
        for place in self._paths.of_python(module.path, level, parts) if parts or level else ():
            target = self._at(place)
            if target is not None and imported in target.returns:
                return self.value(target.returns[imported], target, {}, steps + 1)
        return None

"""The files of a guide's chain, and what they say together."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import Struct, field

from autodevops.guide.check import dotted, shown
from autodevops.guide.document import Document
from autodevops.guide.files import Files
from autodevops.guide.positions import KeyPath
from autodevops.guide.settings import APART, GuideFile
from autodevops.guide.shape import EXTEND, REMOVE, member, split
from autodevops.model.suggestion import nearest


class Layer(Struct, frozen=True, kw_only=True):
    """One file of the chain."""

    document: Document
    """What it says, checked."""
    files: Files | None
    """Where the files that it names are read from; None for the built-in guide."""
    is_shared: bool
    """A guide that other repositories extend too, not the team's own file."""


class Origin(NamedTuple):
    """Where a value in force was written."""

    file: str
    """The file, or the built-in guide's name."""
    line: int | None
    """1-based line; None in the built-in guide."""

    @property
    def text(self) -> str:
        """Return the place as `file:line`."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class Merged(Struct, frozen=True):
    """What a chain says: later files win, tables add up."""

    tables: dict[str, Any] = field(default_factory=dict)
    """Policy and settings in force, without what adds up apart."""
    origins: dict[KeyPath, Origin] = field(default_factory=dict)
    """Where each value, and each element of a list, was written."""

    def add(self, document: Document) -> None:
        """Lay a file over what the ones before it say; raises ConfigurationError."""
        apart = {key: value for key, value in document.tables.items() if key not in APART}
        self._table(_Step(GuideFile, (), (), document), self.tables, apart)

    def origins_of(self, path: KeyPath, value: object) -> tuple[Origin, ...]:
        """Return where a value was written, a list's elements included, each place once."""
        elements = value if isinstance(value, list) else ()
        paths = [path, *((*path, position) for position in range(len(elements)))]
        found = [self.origins[at] for at in paths if at in self.origins]
        # A list that has elements comes from where they come from.
        return tuple(dict.fromkeys(found[1:] if elements else found))

    def _table(self, around: "_Step", base: dict[str, Any], table: Mapping[str, Any]) -> None:
        # Plain keys first: what is added or taken out counts whatever the order in the file.
        for key in sorted(table, key=lambda one: split(around.kind, one)[0] != ""):
            operator, bare = split(around.kind, key)
            step = around.into(key, bare)
            if operator == REMOVE:
                self._remove(base, bare, table[key], step)
            elif isinstance(table[key], Mapping):
                self._table(step, base.setdefault(bare, {}), table[key])
            elif operator == EXTEND:
                self._extend(base.setdefault(bare, []), table[key], step)
            else:
                self._replace(base, bare, table[key], step)

    def _replace(self, base: dict[str, Any], key: str, value: Any, step: "_Step") -> None:  # noqa: ANN401 - any TOML value
        self._forget(step.path, base.get(key))
        self.origins[step.path] = step.origin()
        base[key] = value
        if isinstance(value, list):
            base[key] = []
            self._extend(base[key], value, step)

    def _extend(self, base: list[Any], values: list[Any], step: "_Step") -> None:
        there = set(base)
        for position, value in enumerate(values):
            if value not in there:
                there.add(value)
                self.origins[(*step.path, len(base))] = step.origin(position)
                base.append(value)

    def _remove(self, base: dict[str, Any], key: str, values: list[str], step: "_Step") -> None:
        there = base.get(key, [])
        known = set(there)
        for position, value in enumerate(values):
            if value not in known:
                close = nearest(value, known)
                message = f"`{dotted(step.path)}` has no {shown(value)} to take out"
                advice = f'did you mean "{close}"?' if close else "`guide show` lists what is there"
                raise step.document.mistake(message, (*step.written, position), advice)
        gone = set(values)
        if isinstance(there, dict):
            base[key] = {name: value for name, value in there.items() if name not in gone}
            return
        kept = [(item, self.origins[(*step.path, at)]) for at, item in enumerate(there)]
        kept = [(item, origin) for item, origin in kept if item not in gone]
        self._forget(step.path, there)
        self.origins[step.path] = step.origin()
        base[key] = [item for item, _ in kept]
        self.origins.update({(*step.path, at): origin for at, (_, origin) in enumerate(kept)})

    def _forget(self, path: KeyPath, value: object) -> None:
        """Drop where the elements of a list came from."""
        if isinstance(value, list):
            for position in range(len(value)):
                self.origins.pop((*path, position), None)


class _Step(NamedTuple):
    """One key of a file while it is laid over the others."""

    kind: object
    """Type of what stands under the key."""
    path: KeyPath
    """The key, without operator."""
    written: KeyPath
    """The key as the file writes it."""
    document: Document
    """The file."""

    def into(self, key: str, bare: str) -> "_Step":
        """Return the step to a key of the table that this one is."""
        path, written = (*self.path, bare), (*self.written, key)
        return _Step(member(self.kind, bare), path, written, self.document)

    def origin(self, position: int | None = None) -> Origin:
        """Return where the key, or an element of its list, is written."""
        at = self.written if position is None else (*self.written, position)
        return Origin(self.document.path, self.document.line(at))


class Leaf(Struct, frozen=True):
    """One value in force."""

    path: KeyPath
    """Its key."""
    value: Any
    """A scalar or a list."""


def leaves(table: Mapping[str, Any], path: KeyPath = ()) -> Iterator[Leaf]:
    """Yield every value of a table, tables inside it included, in their order."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, (*path, key))
        else:
            yield Leaf((*path, key), value)

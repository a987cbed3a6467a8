"""Locks: what a shared guide keeps the files that extend it from changing."""

import tomllib
from collections.abc import Iterator

from msgspec import Struct

from autodevops.guide.check import dotted, shown
from autodevops.guide.configuration import severities, waivers_of
from autodevops.guide.layers import Layer, Merged, leaves
from autodevops.guide.names import RuleNames
from autodevops.guide.positions import KeyPath
from autodevops.guide.settings import GuideFile
from autodevops.guide.shape import member, split
from autodevops.guide.shape import names as names_of
from autodevops.model.suggestion import nearest


class _Lock(Struct, frozen=True):
    """One locked rule or key."""

    what: str
    """Rule id, or dotted key."""
    place: str
    """Who locks it, as `file:line`."""
    depth: int
    """Position of that file in the chain; later files are bound."""


def locked_rules(layers: tuple[Layer, ...], merged: Merged, names: RuleNames) -> frozenset[str]:
    """Return the ids of locked rules; raises ConfigurationError where a file breaks a lock.

    A locked rule can't be switched off, made less severe or waived by a file that extends the guide
    which locks it; a locked key keeps its value. The guide itself may do all of this.
    """
    rules = tuple(_rule_locks(layers, names))
    for lock in _key_locks(layers):
        for layer in layers[lock.depth + 1 :]:
            _keep_key(lock, layer)
    for lock in rules:
        _keep_on(lock, layers, merged, names)
        for depth in range(lock.depth + 1, len(layers)):
            _keep_severity(lock, layers[: depth + 1], names)
            _keep_unwaived(lock, layers[depth], names)
    return frozenset(lock.what for lock in rules)


def _rule_locks(layers: tuple[Layer, ...], names: RuleNames) -> Iterator[_Lock]:
    """Yield one lock a rule, by the first file that locks it."""
    seen: set[str] = set()
    for depth, layer in enumerate(layers):
        listed = layer.document.tables.get("lock", {}).get("rules", [])
        for position, selector in enumerate(listed):
            for rule_id in names.matching(selector):
                if rule_id not in seen:
                    seen.add(rule_id)
                    yield _Lock(rule_id, _place(layer, ("lock", "rules", position)), depth)


def _key_locks(layers: tuple[Layer, ...]) -> Iterator[_Lock]:
    for depth, layer in enumerate(layers):
        listed = layer.document.tables.get("lock", {}).get("keys", [])
        for position, key in enumerate(listed):
            at: KeyPath = ("lock", "keys", position)
            _require_key(key, at, layer)
            yield _Lock(key, _place(layer, at), depth)


def _require_key(key: str, at: KeyPath, layer: Layer) -> None:
    """Raise when a dotted key names nothing that a guide has."""
    kind: object = GuideFile
    for part in _parts(key):
        inner = member(kind, part)
        if inner is None:
            close = nearest(part, names_of(kind) or ())
            advice = f"did you mean `{close}`?" if close else "`guide show` lists the keys"
            raise layer.document.mistake(f"{shown(key)} is no key of a guide", at, advice)
        kind = inner


def _parts(key: str) -> tuple[str, ...]:
    """Return the parts of a dotted key, as TOML reads it; the key itself when TOML can't."""
    try:
        found: object = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return (key,)
    parts: list[str] = []
    while isinstance(found, dict):
        name, found = next(iter(found.items()))
        parts.append(name)
    return tuple(parts)


def _place(layer: Layer, at: KeyPath) -> str:
    line = layer.document.line(at)
    return layer.document.path if line is None else f"{layer.document.path}:{line}"


def _keep_key(lock: _Lock, layer: Layer) -> None:
    """Raise when a file changes a locked key or anything under it."""
    for leaf in leaves(layer.document.tables):
        if _is_under(_bare(leaf.path), _parts(lock.what)):
            message = f"`{dotted(leaf.path)}` is locked by {lock.place}"
            raise layer.document.mistake(message, leaf.path, "take the key out")


def _is_under(path: KeyPath, key: KeyPath) -> bool:
    return path[: len(key)] == key or key[: len(path)] == path


def _bare(path: KeyPath) -> KeyPath:
    """Return a key without `extend-` and `remove-`."""
    kind: object = GuideFile
    found: list[str | int] = []
    for key in path:
        name = split(kind, key)[1] if isinstance(key, str) else key
        kind = member(kind, name) if isinstance(name, str) else None
        found.append(name)
    return tuple(found)


def _keep_on(lock: _Lock, layers: tuple[Layer, ...], merged: Merged, names: RuleNames) -> None:
    """Raise when the chain leaves a locked rule out."""
    select, ignore = merged.tables.get("select", ()), merged.tables.get("ignore", ())
    if names.is_enabled(lock.what, select, ignore):
        return
    for layer in reversed(layers):
        for key in ("ignore", "extend-ignore", "select", "extend-select"):
            selectors = layer.document.tables.get(key)
            if selectors is None:
                continue
            hits = [at for at, one in enumerate(selectors) if names.weight(one, lock.what)]
            is_cause = bool(hits) if key.endswith("ignore") else not hits
            if is_cause:
                at: KeyPath = (key, hits[0]) if hits else (key,)
                message = f"`{key}` leaves out {lock.what}, which {lock.place} locks"
                raise layer.document.mistake(message, at, f"let {lock.what} count")


def _keep_severity(lock: _Lock, layers: tuple[Layer, ...], names: RuleNames) -> None:
    """Raise when the last of these files makes a locked rule less severe."""
    default = names.severities[lock.what]
    before = severities(layers[:-1], names).get(lock.what, default)
    after = severities(layers, names).get(lock.what, default)
    if after.rank >= before.rank:
        return
    layer = layers[-1]
    table = layer.document.tables["severity"]
    selector = max(table, key=lambda one: names.weight(one, lock.what))
    message = f"{lock.what} can't be {after}: {lock.place} locks it at {before}"
    raise layer.document.mistake(message, ("severity", selector), "take the line out")


def _keep_unwaived(lock: _Lock, layer: Layer, names: RuleNames) -> None:
    """Raise when a file waives a locked rule."""
    for position, waiver in enumerate(waivers_of(layer, names)):
        if waiver.rule == lock.what:
            message = f"{lock.what} can't be waived here: {lock.place} locks it"
            advice = "mend what it finds, or have the waiver put into the guide that locks it"
            raise layer.document.mistake(message, ("waivers", position), advice)

"""What `tsconfig.json` says about import paths: `baseUrl` and `paths`, with `extends` followed."""

import json
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import NamedTuple

from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

CONFIG_NAMES = ("tsconfig.json", "jsconfig.json")
"""Names under which an editor and the compiler look for it."""
_MAX_EXTENDS = 8


class Alias(NamedTuple):
    """One entry of `paths`, or `baseUrl` itself."""

    prefix: str
    """What a specifier begins with."""
    suffix: str
    """What it ends with; None of it for the usual `@/*`."""
    wildcard: bool
    """Whether anything may stand between them."""
    targets: tuple[str, ...]
    """Repository paths with `*` for what stands there."""

    def resolve(self, specifier: str) -> tuple[str, ...]:
        """Return the paths that a specifier may mean; nothing when it does not fit."""
        if not self.wildcard:
            return self.targets if specifier == self.prefix else ()
        if len(specifier) < len(self.prefix) + len(self.suffix):
            return ()
        if not specifier.startswith(self.prefix) or not specifier.endswith(self.suffix):
            return ()
        middle = specifier[len(self.prefix) : len(specifier) - len(self.suffix)]
        return tuple(normpath(target.replace("*", middle, 1)) for target in self.targets)


def aliases(snapshot: Snapshot, path: str) -> tuple[Alias, ...]:
    """Return the aliases that a `tsconfig.json` sets, those of `extends` where it sets none."""
    for _ in range(_MAX_EXTENDS):
        options, parent = _read(snapshot, path)
        found = tuple(_aliases(options, dirname(path)))
        if found or parent is None:
            return found
        path = parent
    return ()


def parse_jsonc(text: str) -> object:
    """Return what JSON with comments and trailing commas holds; None when it does not parse."""
    try:
        return json.loads(_without_comments(text))
    except (ValueError, RecursionError):
        return None


def _read(snapshot: Snapshot, path: str) -> tuple[Mapping[str, object], str | None]:
    """Return `compilerOptions` and the local file that is extended."""
    config = parse_jsonc(snapshot.text(path, CONFIG_LIMIT) or "")
    if not isinstance(config, dict):
        return {}, None
    options = config.get("compilerOptions")
    extends = config.get("extends")
    parent = None
    if isinstance(extends, str) and extends.startswith("."):
        named = normpath(join(dirname(path), extends))
        parent = named if named.endswith(".json") else f"{named}.json"
    return (options if isinstance(options, dict) else {}), parent


def _aliases(options: Mapping[str, object], folder: str) -> Iterator[Alias]:
    base_url = options.get("baseUrl")
    base = normpath(join(folder, base_url)) if isinstance(base_url, str) else folder
    paths = options.get("paths")
    for pattern, targets in paths.items() if isinstance(paths, dict) else ():
        if isinstance(targets, list):
            prefix, star, suffix = pattern.partition("*")
            places = (join(base, target) for target in targets if isinstance(target, str))
            yield Alias(prefix, suffix, bool(star), tuple(map(normpath, places)))
    if isinstance(base_url, str):
        yield Alias("", "", wildcard=True, targets=(normpath(join(base, "*")),))


def _without_comments(text: str) -> str:
    """Return JSON without comments and trailing commas, strings untouched."""
    kept: list[str] = []
    at = 0
    while at < len(text):
        mark = text[at]
        if mark == '"':
            end = _string_end(text, at)
            kept.append(text[at:end])
            at = end
        elif text.startswith("//", at):
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            at = len(text) if end < 0 else end + 2
        else:
            if mark in "]}":
                _drop_trailing_comma(kept)
            kept.append(mark)
            at += 1
    return "".join(kept)


def _string_end(text: str, start: int) -> int:
    at = start + 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _drop_trailing_comma(kept: list[str]) -> None:
    at = len(kept) - 1
    while at >= 0 and kept[at].isspace():
        at -= 1
    if at >= 0 and kept[at] == ",":
        del kept[at]

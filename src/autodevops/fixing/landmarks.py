"""What a file is there for, as far as its text shows: an edit that loses it is no repair."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from autodevops.facts import _yaml

_LANDMARKS: Mapping[str, re.Pattern[str]] = {
    "py": re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+", re.MULTILINE),
    "sql": re.compile(
        r"\bcreate\s+(?:or\s+replace\s+)?(?:unique\s+)?"
        r"(?:table|function|policy|view|index|trigger|type|extension)\s+(?:if\s+not\s+exists\s+)?"
        r"[\w.\"]+|\balter\s+table\s+[\w.\"]+\s+(?:enable|force)\s+row",
        re.IGNORECASE,
    ),
    "dockerfile": re.compile(
        r"^[ \t]*(?:FROM|EXPOSE|CMD|ENTRYPOINT|COPY|HEALTHCHECK|USER)\b",
        re.MULTILINE | re.IGNORECASE,
    ),
    "tf": re.compile(
        r"^[ \t]*(?:resource|module|provider|variable|backend)\b[^{\n]*", re.MULTILINE
    ),
    "md": re.compile(r"^#{1,6}[ \t].*$", re.MULTILINE),
    "sh": re.compile(r"^[ \t]*(?:function[ \t]+)?[\w-]+[ \t]*\(\)|^set[ \t].*$", re.MULTILINE),
    "ts": re.compile(
        r"\b(?:function|class|const|interface|export\s+default)\s+\w+|\.(?:get|post|put|patch"
        r"|delete|process)\(",
    ),
}
_ALIASES = {
    "tsx": "ts",
    "js": "ts",
    "jsx": "ts",
    "mjs": "ts",
    "cjs": "ts",
    "hcl": "tf",
    "bash": "sh",
}
_DEEP = 2
"""Levels of keys in YAML, TOML and JSON that an edit must leave."""
_DEEPEST = 4
"""Levels at which lists are counted: deep enough for `jobs.NAME.steps`."""


def lost(path: str, old: str, new: str) -> Iterator[str]:
    """Yield what stood in a file and is no longer there: keys, jobs, steps, tables, functions."""
    suffix = _suffix(path)
    if suffix in {"yml", "yaml", "json", "toml"}:
        before, after = _keys(suffix, old), _keys(suffix, new)
        yield from sorted(before.keys() - after.keys())[:3]
        yield from (
            f"entries of {key}" for key in before.keys() & after.keys() if after[key] < before[key]
        )
    elif path.rpartition("/")[2].upper() == "CODEOWNERS":
        yield from _fewer("owners of a path", old, new, lambda text: len(_code_lines(text)))
    elif (pattern := _LANDMARKS.get(suffix)) is not None:
        missing = _landmarks(pattern, old) - _landmarks(pattern, new)
        yield from (f"`{name}`" for name in list(missing)[:3])


def _fewer(thing: str, old: str, new: str, count: Callable[[str], int]) -> Iterator[str]:
    if count(new) < count(old):
        yield thing


def _code_lines(text: str) -> list[str]:
    lines = (line.strip() for line in text.split("\n"))
    return [line for line in lines if line and not line.startswith("#")]


def _landmarks(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(" ".join(one.group().split()).lower() for one in pattern.finditer(text))


def _suffix(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    if name.startswith("dockerfile") or name.endswith(".dockerfile"):
        return "dockerfile"
    ending = name.rpartition(".")[2]
    return _ALIASES.get(ending, ending)


def _keys(suffix: str, text: str) -> dict[str, int]:
    """Return the key paths of a document with how many items lie below: lists at any depth."""
    if suffix == "toml":
        return dict(_toml_keys(text))
    found: dict[str, int] = {}
    for place, document in enumerate(_yaml.parse(text).documents):
        _gather(document, f"document {place + 1}" if place else "", 0, found)
    return found


def _gather(node: _yaml.Node, name: str, depth: int, found: dict[str, int]) -> None:
    if depth > _DEEPEST:
        return
    match node:
        case _yaml.Mapping():
            for key, value in node.entries():
                below = f"{name}.{key}" if name else key
                if depth < _DEEP:
                    found[below] = 0
                _gather(value, below, depth + 1, found)
        case _yaml.Sequence():
            found[name] = len(node.items)
        case _:
            return


def _toml_keys(text: str) -> Iterator[tuple[str, int]]:
    import tomllib

    try:
        yield from _plain_keys(tomllib.loads(text), "", 0)
    except (ValueError, RecursionError):
        return


def _plain_keys(value: object, name: str, depth: int) -> Iterator[tuple[str, int]]:
    if isinstance(value, list):
        yield name, len(value)
    elif isinstance(value, dict) and depth <= _DEEPEST:
        for key, inner in value.items():
            below = f"{name}.{key}" if name else str(key)
            if depth < _DEEP:
                yield below, 0
            yield from _plain_keys(inner, below, depth + 1)

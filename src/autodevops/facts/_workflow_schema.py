"""Where a workflow breaks the published schema, with lines; known false alarms are left out."""

import json
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from autodevops.facts._yaml_nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from jsonschema_rs import Draft7Validator, ValidationError

MAX_NODES = 20_000
"""Most nodes of a workflow that is held against the schema; a long one has some thousands."""
MAX_ERRORS = 50
"""Most errors of one file that are told."""

_Path = list[str | int]
_CLOSED = 6
_SHOWN = 60
# Events and permissions grow faster than the schema does: an unknown name is only an error when it
# looks like a known one.
_GROWING = frozenset({"on", "permissions"})


class SchemaError(NamedTuple):
    """One place where a workflow is not as the schema says."""

    line: int
    """1-based line."""
    text: str
    """What is wrong."""


def schema_errors(root: Mapping) -> tuple[SchemaError, ...] | None:
    """Return where a workflow breaks the schema; None for one that is too large to say."""
    if _size(root, MAX_NODES) >= MAX_NODES:
        return None
    found: list[SchemaError] = []
    for error in islice(_leaves(_validator().iter_errors(_plain(root, ()))), MAX_ERRORS):
        found += _told(error, root)
    return tuple(sorted(set(found)))


def _size(node: Node, most: int) -> int:
    """Return how many nodes there are, counted until there are too many."""
    found = 0
    waiting: list[Node] = [node]
    while waiting and found < most:
        current = waiting.pop()
        found += 1
        match current:
            case Mapping():
                waiting += (value for _, value in current.entries())
            case Sequence():
                waiting += current.items
    return found + len(waiting)


@cache
def _schema() -> dict[str, Any]:
    schema = files("autodevops.facts.data").joinpath("github-workflow.schema.json")
    loaded: dict[str, Any] = json.loads(schema.read_text("utf-8"))
    return loaded


@cache
def _validator() -> "Draft7Validator":
    import jsonschema_rs

    return jsonschema_rs.Draft7Validator(_schema())


def _plain(node: Node, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - JSON for the validator
    """Return a node as JSON; a variable or input without a value is an empty text."""
    match node:
        case Mapping():
            return {key: _plain(value, (*path, key)) for key, value in node.entries()}
        case Sequence():
            return [_plain(item, (*path, "")) for item in node.items]
        case Scalar() if node.value is None and path[-2:-1] in (("env",), ("with",)):
            return ""
    return node.value


def _leaves(errors: "Iterable[ValidationError]") -> "Iterator[ValidationError]":
    """Yield the errors behind those that only say that no alternative fits."""
    for error in errors:
        branches = getattr(error.kind, "context", None)
        if not branches or not all(branches):
            yield error
            continue
        path = tuple(error.instance_path)
        yield from _leaves(min(branches, key=lambda branch: _distance(list(branch), path)))


def _distance(
    branch: "list[ValidationError]", path: tuple[str | int, ...]
) -> tuple[bool, int, int]:
    """Return how far the text is from an alternative: of another type, then by what is wrong."""
    own = [error for error in branch if tuple(error.instance_path) == path]
    return (any(error.kind.name == "type" for error in own), len(own), len(branch))


def _told(error: "ValidationError", root: Mapping) -> Iterator[SchemaError]:
    """Yield what is wrong in our words; nothing for what is known to be a false alarm."""
    path: _Path = list(error.instance_path)
    node = _node(root, path)
    is_computed = isinstance(node, Scalar) and "${{" in node.text
    # GitHub takes a strategy without a matrix.
    is_lean = path[-1:] == ["strategy"] and error.kind.name == "required"
    if node is None or is_computed or is_lean:
        return
    where = _where(path)
    match error.kind.name:
        case "additionalProperties":
            yield from _unknown_keys(error, node, path)
        case "required" if _detail(error, "property") in ("run", "uses") and "steps" in path[-2:]:
            yield SchemaError(node.line, f"{where} has neither `run` nor `uses`")
        case "required":
            missing = _detail(error, "property")
            yield SchemaError(_line(root, path), f"{where} has no `{missing}`")
        case "type" if isinstance(node, Scalar) and _is_taken(node, _detail(error, "types"), path):
            return
        case "type":
            types = " or ".join(_detail(error, "types"))
            yield SchemaError(node.line, f"{where} is {_kind(node)}, not {_article(types)}")
        case "enum" if isinstance(node, Scalar):
            yield from _unknown_word(error, node, path)
        case "minProperties" if path == ["jobs"]:
            yield SchemaError(node.line, "there are no jobs")
        case "oneOf" if isinstance(node, Mapping) and {"run", "uses"} <= node.index.keys():
            yield SchemaError(node.line, f"{where} has both `run` and `uses`")


def _is_taken(node: Scalar, types: list[str], path: _Path) -> bool:
    """Tell whether GitHub takes a scalar all the same: any as text, one for a list of filters."""
    is_filter = path[:1] == ["on"] and "array" in types
    return "string" in types or (is_filter and node.as_text is not None)


def _detail(error: "ValidationError", name: str) -> Any:  # noqa: ANN401 - the kinds are untyped
    """Return what a kind of error tells besides its name."""
    return getattr(error.kind, name)


def _unknown_keys(error: "ValidationError", node: Node, path: _Path) -> Iterator[SchemaError]:
    if not isinstance(node, Mapping):
        return
    known = _known_keys(error)
    for key in _detail(error, "unexpected"):
        near = get_close_matches(key[:_SHOWN], known, 1)
        if path[-1:] and path[-1] in _GROWING and not near:
            continue
        hint = f"; `{near[0]}` may be meant" if near else ""
        text = f"{_where(path)} has the unknown key `{key[:_SHOWN]}`{hint}"
        yield SchemaError(node.key_line(key), text)


def _known_keys(error: "ValidationError") -> list[str]:
    """Return the keys that the schema knows beside an unknown one."""
    schema: Any = _schema()
    for part in list(error.schema_path)[:-1]:
        schema = schema[int(part)] if isinstance(schema, list) else schema.get(str(part), {})
    return list(schema.get("properties", {})) if isinstance(schema, dict) else []


def _unknown_word(error: "ValidationError", node: Scalar, path: _Path) -> Iterator[SchemaError]:
    options = [option for option in _detail(error, "options") if isinstance(option, str)]
    near = get_close_matches(node.text[:_SHOWN], options, 1)
    if not near and len(options) > _CLOSED:
        return
    hint = f"`{near[0]}` may be meant" if near else f"it can be {', '.join(options)}"
    text = f"{_where(path)} is `{node.text[:_SHOWN]}`, which GitHub does not know; {hint}"
    yield SchemaError(node.line, text)


def _node(root: Mapping, path: _Path) -> Node | None:
    node: Node | None = root
    for part in path:
        if isinstance(part, int):
            node = node.items[part] if isinstance(node, Sequence) else None
        else:
            node = None if node is None else node.get(part)
    return node


def _line(root: Mapping, path: _Path) -> int:
    """Return the line of the key that leads to a place; of the first line for the root."""
    parent = _node(root, path[:-1])
    if path and isinstance(parent, Mapping) and isinstance(path[-1], str):
        return parent.key_line(path[-1])
    node = _node(root, path)
    return 1 if node is None or not path else node.line


def _where(path: _Path) -> str:
    """Return a place in words: `jobs.build.steps[2]`, counted from one as people do."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return f"`{text.lstrip('.')}`" if text else "the workflow"


def _kind(node: Node) -> str:
    match node:
        case Mapping():
            return "a mapping"
        case Sequence():
            return "a list"
    return "empty" if node.value is None else f"`{node.text[:_SHOWN]}`"


def _article(types: str) -> str:
    names = {"object": "a mapping", "array": "a list", "string": "text", "boolean": "true or false"}
    return " or ".join(names.get(name, f"a {name}") for name in types.split(" or "))

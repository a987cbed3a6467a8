"""YAML text as a frozen tree with line marks; whatever the text is, it ends as a value.

The text is read event by event, so depth, nodes and what aliases expand to are counted before
anything is built. The C parser is used where PyYAML has it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from autodevops.facts._yaml_build import Builder, Duplicate, RefusedError
from autodevops.facts._yaml_nodes import Mapping, Node, Pair, Scalar, Sequence, Value, items_of

if TYPE_CHECKING:
    from yaml.events import Event

__all__ = [
    "Duplicate",
    "Mapping",
    "Node",
    "Pair",
    "Parsed",
    "Scalar",
    "Sequence",
    "Value",
    "YamlError",
    "items_of",
    "parse",
]

MAX_CHARACTERS = 4 << 20
"""Longest text that is read."""
_OTHER_BREAKS = str.maketrans({"\x85": " ", "\u2028": " ", "\u2029": " "})
"""Line breaks in YAML 1.1 only; they would shift every line below them."""


class YamlError(NamedTuple):
    """Why a text could not be read to its end."""

    line: int
    """1-based line where reading stopped."""
    reason: str
    """What is wrong there."""


class Parsed(Struct, frozen=True, kw_only=True):
    """What a text holds."""

    documents: tuple[Node, ...]
    """Every whole document before the problem, if there is one."""
    problem: YamlError | None
    """Why reading stopped early."""
    duplicates: tuple[Duplicate, ...]
    """Keys that stand twice."""

    @property
    def root(self) -> Node | None:
        """Return the first document."""
        return self.documents[0] if self.documents else None


def parse(text: str) -> Parsed:
    """Return the documents of a YAML text; never raises, whatever the text is."""
    builder = Builder()
    problem = _read(text, builder)
    return Parsed(
        documents=tuple(builder.documents),
        problem=problem,
        duplicates=tuple(builder.duplicates),
    )


def _read(text: str, builder: Builder) -> YamlError | None:
    """Feed the text's events to the builder; return what stopped it."""
    import yaml

    if len(text) > MAX_CHARACTERS:
        return YamlError(1, f"it is longer than {MAX_CHARACTERS} characters")
    try:
        for event in _events(text if text.isascii() else text.translate(_OTHER_BREAKS)):
            builder.take(event)
    except RefusedError as refused:
        return YamlError(refused.line, refused.reason)
    except (yaml.YAMLError, ValueError, RecursionError, MemoryError) as error:
        return _problem(error, text)
    return None


def _problem(error: Exception, text: str) -> YamlError:
    """Return what the parser complains about, with its line."""
    import yaml

    match error:
        case yaml.MarkedYAMLError():
            mark = error.problem_mark or error.context_mark
            parts = [str(part) for part in (error.problem, error.context) if part]
            return YamlError(1 if mark is None else mark.line + 1, " ".join(parts))
        case yaml.reader.ReaderError():
            character = error.character if isinstance(error.character, int) else -1
            if character < 0:
                return YamlError(1, str(error.reason))
            reason = f"the character U+{character:04X} is not allowed"
            return YamlError(_line(text, text.find(chr(character))), reason)
        case UnicodeEncodeError():
            return YamlError(_line(text, error.start), "a byte is not UTF-8")
    return YamlError(1, f"it is not YAML: {error}")


def _line(text: str, at: int) -> int:
    """Return the 1-based line of a position."""
    return text.count("\n", 0, max(at, 0)) + 1


def _events(text: str) -> Iterator["Event"]:
    """Return the parser's events, from the C parser if there is one."""
    import yaml

    loader: Any = getattr(yaml, "CLoader", yaml.Loader)(text)
    try:
        while (event := loader.get_event()) is not None:
            yield event
            if isinstance(event, yaml.StreamEndEvent):
                break
    finally:
        loader.dispose()

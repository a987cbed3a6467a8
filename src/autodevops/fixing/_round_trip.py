"""A YAML document through ruamel.yaml and back, before and after a change."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

_WIDEST = 1 << 20
"""Columns at which ruamel.yaml would break a line: never."""
_KEY = re.compile(r"^( *)[^\s#-][^\n]*:[ \t]*\n( +)(- )?", re.MULTILINE)


def dumped(text: str, change: Callable[[Any], None]) -> tuple[str, str] | None:
    """Return ruamel.yaml's text of a document before and after a change.

    None when it can't read the text, or when there is not exactly one document.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _WIDEST
    mapping, sequence, offset = _indents(text)
    yaml.indent(mapping=mapping, sequence=sequence, offset=offset)
    yaml.explicit_start = text.startswith("---")
    try:
        document = yaml.load(text)
        before = _text(yaml, document)
        change(document)
        return before, _text(yaml, document)
    except (YAMLError, ValueError, RecursionError, NotImplementedError):
        return None


def _text(yaml: Any, document: object) -> str:  # noqa: ANN401 - ruamel.yaml has no useful types
    written = StringIO()
    yaml.dump(document, written)
    return written.getvalue()


def _indents(text: str) -> tuple[int, int, int]:
    """Return how far mappings and lists are indented, and dashes within lists."""
    mapping, offset = 2, 0
    for found in _KEY.finditer(text):
        step = len(found[2]) - len(found[1])
        if found[3]:
            offset = max(step, 0)
        elif step > 0:
            mapping = step
            break
    dashed = next((len(one[2]) - len(one[1]) for one in _KEY.finditer(text) if one[3]), offset)
    return mapping, max(dashed, 0) + 2, max(dashed, 0)

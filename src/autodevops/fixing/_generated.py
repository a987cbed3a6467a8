"""Tells files that a program writes: the next run of that program would undo a repair."""

import re

_HEAD = 2_000
_WRITTEN = re.compile(r"generated", re.IGNORECASE)
_HANDS_OFF = re.compile(
    r"\b(?:do\s+not|don't|never)\s+(?:\w+\s+)?(?:edit|modify|change|touch)\b", re.IGNORECASE
)


def is_generated(text: str) -> bool:
    """Tell whether a file's first lines say that it is generated and not to be edited."""
    head = text[:_HEAD]
    if "@generated" in head:
        return True
    return _WRITTEN.search(head) is not None and _HANDS_OFF.search(head) is not None

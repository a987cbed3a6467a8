"""Regular expressions that are compiled when they are first used.

There are hundreds of them, most for files that a repository doesn't have; compiling them all took
longer than auditing a small one.
"""

import re
from typing import Any, AnyStr, cast

_METHODS = (
    "findall",
    "finditer",
    "flags",
    "fullmatch",
    "groupindex",
    "groups",
    "match",
    "pattern",
    "scanner",
    "search",
    "split",
    "sub",
    "subn",
)


class _Later:
    """Stands for a compiled expression, whose attributes become its own at the first use."""

    __slots__ = ("_flags", "_source", *_METHODS)

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the expression has
        """Compile it; Python asks here only for what is not set yet."""
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self._source, self._flags)
        for one in _METHODS:
            setattr(self, one, getattr(compiled, one))
        return getattr(compiled, name)


def regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` does, only later; an error in it is raised at the first use.

    For methods only: the functions of `re` don't take it.
    """
    return cast("re.Pattern[AnyStr]", _Later(source, flags))

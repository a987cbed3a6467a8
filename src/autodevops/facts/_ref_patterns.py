"""Patterns of refs in rulesets, which are those of Ruby's `File.fnmatch` with `FNM_PATHNAME`.

A `*` stops at a slash, and `**` is only special in front of one.
"""

import re
from functools import lru_cache

from autodevops.facts._globs import path_regex

_LONGEST = 1000


def fits_ref(pattern: str, ref: str) -> bool:
    """Tell whether a ref, such as `refs/tags/v1.2.3`, fits a pattern with or without `refs/...`."""
    if pattern == "~ALL":
        return True
    if len(pattern) > _LONGEST:
        return False
    name = ref if pattern.startswith("refs/") else ref.split("/", 2)[2]
    return pattern == name or _expression(pattern).fullmatch(name) is not None


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    *folders, last = pattern.split("/")
    return re.compile(path_regex([*folders, "*" if last == "**" else last]))

"""What the container engine says to the `options:` of a service or a job's container."""

import shlex
from collections.abc import Iterator

from autodevops.facts._tools import tools
from autodevops.model.patterns import regex

MAX_CHARACTERS = 4_000
"""Longest options that are read."""

_DURATIONS = frozenset(
    {"--health-interval", "--health-timeout", "--health-start-period", "--health-start-interval"}
)
_DURATION = regex(r"(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+|0")
_NUMBERS = frozenset({"--health-retries", "--memory-swappiness", "--pids-limit", "--cpu-shares"})
# "The --network option is not supported" (Workflow syntax, `services.<id>.options`).
_TAKEN = frozenset({"--network", "--net"})


def refusals(options: str) -> Iterator[str]:
    """Yield why `docker create` does not take these options; nothing when only a run can tell."""
    if "${{" in options or len(options) > MAX_CHARACTERS:
        return
    try:
        words = shlex.split(options)
    except ValueError:
        yield "a quote in them is not closed"
        return
    table = tools().container_options
    at = 0
    while at < len(words):
        name, equals, value = words[at].partition("=")
        at += 1
        if name in _TAKEN:
            yield f"GitHub sets {name} itself"
        elif not name.startswith("-"):
            yield f"`{name}` is no option, and stands where the image's name belongs"
            return
        if name in table["flags"] or _is_short_with_value(name, table["values"]):
            continue
        if name not in table["values"]:
            yield f"`{name}` is no option of `docker create`"
            return
        if not equals:
            value = words[at] if at < len(words) else ""
            at += 1
        yield from _bad_value(name, value)


def _is_short_with_value(name: str, valued: frozenset[str]) -> bool:
    """Tell whether a one-letter option carries its value behind the letter: `-p5432:5432`."""
    return len(name) > 2 and not name.startswith("--") and name[:2] in valued  # noqa: PLR2004


def _bad_value(name: str, value: str) -> Iterator[str]:
    if not value:
        yield f"{name} has no value"
    elif name in _DURATIONS and not _DURATION.fullmatch(value):
        yield f"{name} {value} is no time with a unit, such as 10s"
    elif name in _NUMBERS and not value.lstrip("-").isdigit():
        yield f"{name} {value} is no number"

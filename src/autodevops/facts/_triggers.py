"""When a workflow runs: the events below `on:`, with GitHub's filter patterns."""

import re
from collections.abc import Sequence as Steps
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._yaml_nodes import Mapping, Node, Scalar, Sequence
from autodevops.model.patterns import regex

_MAX_PATTERN = 200
_TOKEN = regex(r"\*+|\[[^\]]+\]|\\.|.", re.DOTALL)


class Trigger(Struct, frozen=True, kw_only=True):
    """One event that starts a workflow."""

    event: str
    """Its name: `push`, `pull_request`, `schedule`, `workflow_dispatch` ..."""
    line: int
    """1-based line."""
    branches: tuple[str, ...] = ()
    """`branches:` patterns."""
    branches_ignore: tuple[str, ...] = ()
    """`branches-ignore:` patterns."""
    tags: tuple[str, ...] = ()
    """`tags:` patterns."""
    tags_ignore: tuple[str, ...] = ()
    """`tags-ignore:` patterns."""
    paths: tuple[str, ...] = ()
    """`paths:` patterns."""
    paths_ignore: tuple[str, ...] = ()
    """`paths-ignore:` patterns."""
    types: tuple[str, ...] = ()
    """`types:` of activity."""
    workflows: tuple[str, ...] = ()
    """Names of the workflows that `workflow_run` waits for."""
    node: Mapping | None = None
    """Everything as written, for what has no field."""

    @property
    def is_limited_to_paths(self) -> bool:
        """Tell whether changes elsewhere do not start it."""
        return bool(self.paths or self.paths_ignore)

    @property
    def names_branches(self) -> bool:
        """Tell whether it has a filter for branches."""
        return bool(self.branches or self.branches_ignore)

    @property
    def names_tags(self) -> bool:
        """Tell whether it has a filter for tags."""
        return bool(self.tags or self.tags_ignore)

    @property
    def branch_places(self) -> tuple[tuple[str, int], ...]:
        """Return the branches and patterns that it takes, each with its 1-based line."""
        node = None if self.node is None else self.node.get("branches")
        items = node.items if isinstance(node, Sequence) else (node,)
        named = ((item.as_text, item.line) for item in items if item is not None)
        return tuple((text, line) for text, line in named if text and not text.startswith("!"))

    def takes_branch(self, name: str) -> bool:
        """Tell whether the filters let a branch through.

        A push filter that names only tags lets no branch through (Workflow syntax for GitHub
        Actions, `on.push.<branches|tags|...>`).
        """
        if self.event == "push" and self.names_tags and not self.names_branches:
            return False
        return _passes(name, self.branches, self.branches_ignore)

    def takes_tag(self, name: str) -> bool:
        """Tell whether the push of a tag starts it."""
        if self.event != "push" or (self.names_branches and not self.names_tags):
            return False
        return _passes(name, self.tags, self.tags_ignore)


def read_triggers(on: Node | None) -> tuple[Trigger, ...]:
    """Return the events below `on:`, in their order."""
    match on:
        case Scalar():
            return tuple(Trigger(event=text, line=on.line) for text in on.texts())
        case Sequence(items=items):
            return tuple(
                Trigger(event=item.as_text, line=item.line)
                for item in items
                if item.as_text is not None
            )
        case Mapping():
            return tuple(
                _trigger(event, on.key_line(event), filters) for event, filters in on.entries()
            )
    return ()


def _trigger(event: str, line: int, filters: Node) -> Trigger:
    def texts(key: str) -> tuple[str, ...]:
        node = filters.get(key)
        return () if node is None else node.texts()

    return Trigger(
        event=event,
        line=line,
        branches=texts("branches"),
        branches_ignore=texts("branches-ignore"),
        tags=texts("tags"),
        tags_ignore=texts("tags-ignore"),
        paths=texts("paths"),
        paths_ignore=texts("paths-ignore"),
        types=texts("types"),
        workflows=texts("workflows"),
        node=filters if isinstance(filters, Mapping) else None,
    )


def _passes(name: str, patterns: tuple[str, ...], ignored: tuple[str, ...]) -> bool:
    return not any_match(ignored, name) if ignored else not patterns or any_match(patterns, name)


def any_match(patterns: tuple[str, ...], name: str) -> bool:
    """Tell whether the last pattern that fits lets a name through; `!` takes names out again."""
    taken = False
    for pattern in patterns:
        if pattern.startswith("!"):
            taken = taken and not matches(pattern[1:], name)
        else:
            taken = taken or matches(pattern, name)
    return taken


def matches(pattern: str, name: str) -> bool:
    """Tell whether a whole name fits a filter pattern of GitHub (Filter pattern cheat sheet).

    Every place in the pattern that the name may have come to is kept, so no text is tried twice.
    """
    steps = _steps(pattern) if max(len(pattern), len(name)) <= _MAX_PATTERN else None
    if steps is None:
        return pattern == name
    places = _with_skipped({0}, steps)
    for sign in name:
        reached = set()
        for at in places:
            if at < len(steps) and steps[at].takes(sign):
                reached.update({at, at + 1} if steps[at].repeats else {at + 1})
        places = _with_skipped(reached, steps)
    return len(steps) in places


class _Step(NamedTuple):
    """A part of a pattern: one sign of a kind, any number of it, or none."""

    signs: re.Pattern[str]
    """The signs that it takes."""
    repeats: bool = False
    """Whether it takes several."""
    skips: int = 0
    """How many steps may be left out from here on."""

    def takes(self, sign: str) -> bool:
        """Tell whether it takes a sign."""
        return self.signs.match(sign) is not None


def _with_skipped(places: set[int], steps: Steps[_Step]) -> set[int]:
    """Return the places and those that can be reached from them without a sign."""
    found = set(places)
    for at, step in enumerate(steps):
        if at in found and step.skips:
            found.update({at + 1, at + step.skips})
    return found


@lru_cache(maxsize=512)
def _steps(pattern: str) -> tuple[_Step, ...] | None:
    """Return a pattern step by step; None when it is none."""
    found: list[_Step] = []
    marks = _TOKEN.findall(pattern)
    for at, mark in enumerate(marks):
        if mark == "*":
            found.append(_Step(_NAME, repeats=True, skips=1))
        elif mark.startswith("*"):
            # `**/` at the beginning of a name is also no folder at all.
            if (at == 0 or marks[at - 1] == "/") and marks[at + 1 : at + 2] == ["/"]:
                found.append(_Step(_NOTHING, skips=3))
            found.append(_Step(_ANY, repeats=True, skips=1))
        elif mark == "?" and found:
            found[-1] = found[-1]._replace(skips=max(found[-1].skips, 1))
        elif mark == "+" and found:
            # The step itself, and then any number of the same.
            found.append(_Step(found[-1].signs, repeats=True, skips=1))
        else:
            signs = _signs(mark)
            if signs is None:
                return None
            found.append(_Step(signs))
    return tuple(found)


_NOTHING = re.compile("(?!)")
_ANY = re.compile(".", re.DOTALL)
_NAME = re.compile("[^/]", re.DOTALL)


def _signs(mark: str) -> re.Pattern[str] | None:
    """Return what one sign of a pattern stands for; None for a range that is none."""
    if not mark.startswith("[") or len(mark) == 1:
        return re.compile(re.escape(mark[-1]))
    inside = re.sub(r"[^\w-]", r"\\\g<0>", mark[1:-1]).replace("--", r"-\-")
    try:
        return re.compile(f"[{inside}]")
    except re.error:
        return None

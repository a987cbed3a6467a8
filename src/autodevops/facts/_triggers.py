"""When a workflow runs: the events below `on:`, with GitHub's filter patterns."""

import re
from functools import lru_cache

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
    """Tell whether a whole name fits a filter pattern of GitHub (Filter pattern cheat sheet)."""
    if len(pattern) > _MAX_PATTERN or len(name) > _MAX_PATTERN:
        return pattern == name
    expression = _expression(pattern)
    return pattern == name if expression is None else expression.fullmatch(name) is not None


@lru_cache(maxsize=512)
def _expression(pattern: str) -> re.Pattern[str] | None:
    """Return a filter pattern as an expression that matches in linear time.

    Every star but the last takes the shortest text and keeps it, so no text is tried twice.
    """
    pieces, stars = _pieces(pattern)
    text = pieces[0]
    for star, piece in zip(stars[:-1], pieces[1:-1], strict=True):
        text += f"(?>{star}*?{piece})"
    if stars:
        text += f"{stars[-1]}*{pieces[-1]}"
    try:
        return re.compile(text)
    except re.error:
        return None


def _pieces(pattern: str) -> tuple[list[str], list[str]]:
    """Return the expressions between the stars, and for each star what it may take."""
    pieces = [""]
    stars: list[str] = []
    for token in _TOKEN.findall(pattern):
        if token.startswith("*"):
            stars.append("." if len(token) > 1 else "[^/]")
            pieces.append("")
        elif token in ("?", "+"):
            pieces[-1] += token if pieces[-1] else re.escape(token)
        elif token.startswith("[") and len(token) > 1:
            inside = token[1:-1].replace("\\", r"\\").replace("^", r"\^").replace("[", r"\[")
            pieces[-1] += f"[{inside}]"
        else:
            pieces[-1] += re.escape(token[-1])
    return pieces, stars

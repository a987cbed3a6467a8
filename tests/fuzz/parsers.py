"""Finds the parsers of the project in its source, and those that the fuzz targets run.

A parser is a module that hands text or bytes to something that decodes them: JSON, TOML, YAML, a
grammar, a date, an address, an encoding, a pattern. Nobody has to remember to list one.
"""

import ast
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import autodevops
from tests.fuzz.interface import Target

SOURCE = Path(autodevops.__file__).parent
_DECODERS = frozenset(
    [
        "MarkdownIt",
        "Parser",
        "URL",
        "YAML",
        "b64decode",
        "compose",
        "convert",
        "decode",
        "decompress",
        "decompressobj",
        "from_json",
        "fromhex",
        "fromisoformat",
        "literal_eval",
        "loads",
        "parse",
        "parsedate_to_datetime",
        "raw_decode",
        "read_string",
        "scan",
        "strptime",
        "unquote",
        "unwrap",
        "urljoin",
        "urlparse",
        "urlsplit",
    ]
)
"""Names of what is called to make data of text."""
_MATCHERS = frozenset({"findall", "finditer", "fullmatch", "match", "search", "splitlines"})
"""Names of what is called to look for a pattern."""
_JUDGED_BEFORE = ("rules/", "render/", "cli/", "views/", "model/")
"""Rooms in which patterns are laid over our own data: what they read was parsed before."""


def parsers() -> frozenset[str]:
    """Return every module with a parser, as `room/module.py`."""
    return frozenset(
        path
        for path, tree in _modules()
        if _calls(tree) & _DECODERS
        or (_calls(tree) & _MATCHERS and not path.startswith(_JUDGED_BEFORE))
    )


def modules_run(targets: Iterable[tuple[Target, Iterable[bytes]]]) -> frozenset[str]:
    """Return every module of ours of which targets run a function with some inputs."""
    codes: set[CodeType] = set()
    with _noting(codes):
        for target, inputs in targets:
            for data in inputs:
                target(data)
    top = f"{SOURCE}/"
    return frozenset(
        code.co_filename.removeprefix(top)
        for code in codes
        if code.co_filename.startswith(top) and code.co_name != "<module>"
    )


def _modules() -> Iterator[tuple[str, ast.Module]]:
    """Yield the modules in which one of the names is called, or may be: trees take long."""
    called = re.compile(rf"\b(?:{'|'.join(sorted(_DECODERS | _MATCHERS))})\s*\(")
    for place in sorted(SOURCE.rglob("*.py")):
        text = place.read_text("utf-8")
        if called.search(text):
            yield place.relative_to(SOURCE).as_posix(), ast.parse(text)


def _calls(body: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(body):
        match node:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                names.add(name)
    return names


@contextmanager
def _noting(codes: set[CodeType]) -> Iterator[None]:
    """Note what is called during a `with`, in every thread."""

    def note(frame: FrameType, _event: str, _: Any) -> None:
        # It returns nothing to trace the lines with: calls are all that it hears about.
        codes.add(frame.f_code)

    before = sys.gettrace()
    threading.settrace(note)
    sys.settrace(note)
    try:
        yield
    finally:
        sys.settrace(before)
        threading.settrace(before)


_HANDS_ON = "only hands on what a target reads"
_RARE = "`repairs` gets there, but not with what it begins with"
NOT_FUZZED: Mapping[str, str] = {
    "batch/performing.py": _HANDS_ON,
    "batch/stored.py": _HANDS_ON,
    "briefing.py": _HANDS_ON,
    "cli/groups.py": "options of one command; `options` has those that are read elsewhere",
    "cli/history_text.py": "moments that a history holds, written here",
    "cli/plain.py": "values that Typer hands over",
    "cli/sync_text.py": _HANDS_ON,
    "fixing/secrets_found.py": _RARE,
    "policy.py": _HANDS_ON,
    "publishing.py": _HANDS_ON,
    "sources/changes.py": "what git prints of a status; `git-names` reads the same",
    "sources/github/clone.py": "an object id that git prints",
    "sources/local.py": "an object id that git prints",
    "standing.py": _HANDS_ON,
}
"""Modules with a parser and without a target, and why."""


def main() -> None:
    """Say what is wrong with the targets; alone in its process, where nothing is cached yet."""
    from tests.fuzz.seeds import seeds
    from tests.fuzz.targets import TARGETS

    reached = modules_run((target, seeds(name)[:10]) for name, target in TARGETS.items())
    known = parsers()
    for name in sorted(known - reached - NOT_FUZZED.keys()):
        sys.stdout.write(f"{name}: no target reaches it: write one, a seed, or a reason\n")
    for name in sorted(NOT_FUZZED.keys() - known):
        sys.stdout.write(f"{name}: is no parser any more and needs no reason\n")


if __name__ == "__main__":
    main()

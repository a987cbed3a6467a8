"""Commands of runbooks whose script, file, target or package script is not in the repository."""

import re
from collections.abc import Iterator
from functools import cache
from posixpath import dirname, join, normpath
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._makefile import is_complete, read_makefile
from autodevops.facts._node_packages import read_node_package
from autodevops.facts._path_kinds import is_vendored
from autodevops.facts._prose import inline_code, without_blocks
from autodevops.facts._runbook_lines import RunbookCommand, commands
from autodevops.facts._runbook_needs import Need, Needed, needs_of
from autodevops.facts._words import words
from autodevops.facts.ignores import Ignores
from autodevops.facts.path_index import PathIndex
from autodevops.facts.runbooks import RunbookText, RunbookTexts
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_MAX_COMMANDS = 1_000
_LONGEST_PATH = 300
_SHELL = words("sh bash shell zsh")
_SESSION = words("console shell-session terminal session")
_UNLABELLED = words("text plaintext txt plain")
_MAKEFILES = words("Makefile makefile GNUmakefile")
_SLOT = regex(
    r"[<>{}$*?|\[\]]|\.\.\.|…|[:,]$|path/to|your[-_]|example|xxx|(?-i:^[A-Z][A-Z_]{2,}$)",
    re.IGNORECASE,
)
_COMMAND = regex(
    r"(?:sudo )?(?:\./|(?:ba|z)?sh |source |python3? |node |make |npm |pnpm |yarn "
    r"|docker[ -]compose |kubectl |psql |ansible-playbook |terraform "
    r"|[\w.-]{1,60}(?:/[\w.-]{1,60}){1,6}\.(?:sh|py)\b)"
)
_GONE = regex(
    r"no longer|\bremoved\b|\bdeleted\b|deprecated|not exist|n't exist|\bmissing\b|\bobsolete\b"
    r"|never run|do not run|don't run|instead of|replaced|planned|future|another repo|used to",
    re.IGNORECASE,
)


class Dangling(NamedTuple):
    """One command that can't work."""

    line: int
    """1-based line in the runbook."""
    command: str
    """The command."""
    why: str
    """What is not there."""


class DanglingCommands(NamedTuple):
    """The commands of one runbook that can't work."""

    path: str
    """The runbook."""
    commands: tuple[Dangling, ...]
    """By line."""


class RunbookCommands(Struct, frozen=True, kw_only=True):
    """What the runbooks tell people to run."""

    dangling: tuple[DanglingCommands, ...]
    """Runbooks with commands that can't work, by path."""
    commands: int
    """How many commands of all runbooks were followed."""


@fact
def runbook_commands(
    snapshot: Snapshot, index: PathIndex, ignores: Ignores, texts: RunbookTexts
) -> RunbookCommands:
    """Look for whatever the commands of the runbooks need."""
    checker = _Checker(snapshot, index, ignores)
    dangling = []
    for runbook in texts.found:
        found = tuple(sorted(set(checker.dangling(runbook))))
        if found:
            dangling.append(DanglingCommands(runbook.path, found))
    return RunbookCommands(dangling=tuple(dangling), commands=checker.commands)


class _Checker:
    """Looks for files, targets and scripts; each manifest is read once."""

    def __init__(self, snapshot: Snapshot, index: PathIndex, ignores: Ignores) -> None:
        self.commands = 0
        self._snapshot = snapshot
        self._index = index
        self._ignores = ignores
        self._veiled = tuple(
            f"{entry.path}/" for entry in snapshot.entries if entry.kind is not EntryKind.FILE
        )
        self._targets = cache(self._read_targets)
        self._scripts = cache(self._read_scripts)

    def dangling(self, runbook: RunbookText) -> Iterator[Dangling]:
        """Yield the commands of a runbook that can't work."""
        until = self.commands + _MAX_COMMANDS
        for run, line in self._runs(runbook):
            if self.commands >= until:
                reason = f"{runbook.path} holds more than {_MAX_COMMANDS} commands"
                self._snapshot.note_gap(runbook.path, reason)
                return
            yield from self._judge(run, line, runbook.path)

    @staticmethod
    def _runs(runbook: RunbookText) -> Iterator[tuple[RunbookCommand, int]]:
        """Yield every command of a runbook with its line."""
        lines = runbook.text.split("\n")
        for block in runbook.markdown.code_blocks:
            prompted = block.language in _SESSION
            if not block.language or block.language in _UNLABELLED:
                prompted = "$ " in block.content
            elif block.language not in _SHELL and not prompted:
                continue
            if _GONE.search(_said_before(lines, block.line)):
                continue
            for run in commands(block.content, prompted=prompted):
                yield run, block.line + run.line
        for number, line in enumerate(without_blocks(runbook.text).split("\n"), start=1):
            for code in inline_code(line):
                if _COMMAND.match(code) and not _GONE.search(line):
                    for run in commands(code, prompted=False):
                        yield run, number

    def _judge(self, run: RunbookCommand, line: int, document: str) -> Iterator[Dangling]:
        self.commands += 1
        command = " ".join(run.argv)[:120]
        if run.argv[0] in {"cd", "pushd"}:
            why = self._missing_folder(run)
            if why is not None:
                yield Dangling(line, command, why)
            return
        for needed in needs_of(run.argv):
            if _SLOT.search(needed.name) or _SLOT.search(needed.folder):
                continue
            why = self._why_missing(needed, run, document)
            if why is not None:
                yield Dangling(line, command, why)

    def _missing_folder(self, run: RunbookCommand) -> str | None:
        """Return why `cd` fails; the first name of a path has to be one of this repository."""
        target = normpath(join(run.folder, run.argv[1]))
        first, _, rest = target.partition("/")
        if not rest or _SLOT.search(target) or not self._index.holds(first):
            return None
        return self._absent(target, run)

    def _why_missing(self, needed: Needed, run: RunbookCommand, document: str) -> str | None:
        match needed.kind:
            case Need.PATH:
                if needed.name.startswith(("/", "~", "-", "http:", "https:")):
                    return None
                path = normpath(join(run.folder, needed.folder, needed.name))
                if self._index.holds(normpath(join(dirname(document), needed.name))):
                    return None
                return self._absent(path, run)
            case Need.MODULE:
                return self._missing_module(needed.name, run)
            case Need.TARGET:
                return self._not_defined(needed.name, self._targets(), "target", "Makefile")
            case Need.SCRIPT:
                return self._not_defined(needed.name, self._scripts(), "script", "package.json")

    def _absent(self, path: str, run: RunbookCommand) -> str | None:  # noqa: PLR0911 - one for each excuse
        """Return that a path is not there, unless it may come from somewhere."""
        if path.startswith("..") or path == "." or len(path) > _LONGEST_PATH:
            return None
        if self._index.holds(path):
            return None
        if path in run.made or any(path.startswith(f"{made}/") for made in run.made):
            return None
        if f"{path}/".startswith(self._veiled) or self._ignores.ignoring(path):
            return None
        if self._ignores.ignoring(f"{path}/"):
            return None
        name = path.rpartition("/")[2]
        # The text may name the folder to stand in.
        same = [one for one in self._index.named(name) if not is_vendored(one)]
        if any(f"/{one}".endswith(f"/{path}") for one in same):
            return None
        if any(folder.endswith(f"/{path}") for folder in self._index.folders_named(name)):
            return None
        hint = f"; {same[0]} has that name" if len(same) == 1 else ""
        return f"there is no {path}{hint}"

    def _missing_module(self, module: str, run: RunbookCommand) -> str | None:
        """Return that a module of this repository is not there; others are installed."""
        first, _, rest = module.partition(".")
        if not rest or not self._index.holds(normpath(join(run.folder, first))):
            return None
        path = normpath(join(run.folder, module.replace(".", "/")))
        if self._index.holds(f"{path}.py") or self._index.holds(path):
            return None
        return self._absent(f"{path}.py", run)

    def _not_defined(
        self, name: str, defined: frozenset[str] | None, kind: str, manifest: str
    ) -> str | None:
        if defined is None or name in defined or self._index.holds(name):
            return None
        if not defined:
            return f"there is no {manifest} with a {kind} {name}"
        return f"no {manifest} has a {kind} {name}"

    def _read_targets(self) -> frozenset[str] | None:
        """Return the targets of all makefiles; None when one includes others or has patterns."""
        found: set[str] = set()
        for name in _MAKEFILES:
            for path in self._index.named(name):
                text = self._snapshot.text(path, CONFIG_LIMIT)
                targets = None if text is None else read_makefile(path, text)
                if targets is None or not is_complete(targets):
                    return None
                found.update(targets)
        return frozenset(found)

    def _read_scripts(self) -> frozenset[str] | None:
        """Return the scripts of all packages; None when one can't be read."""
        found: set[str] = set()
        for path in self._index.named("package.json"):
            if not is_vendored(path):
                manifest = read_node_package(self._snapshot, path)
                if manifest is None:
                    return None
                found.update(manifest.scripts)
        return frozenset(found)


def _said_before(lines: list[str], number: int) -> str:
    """Return the last line of prose above a code block, which begins on a 1-based line."""
    for line in lines[max(0, number - 2) :: -1]:
        if line.strip() and not line.strip().startswith(("```", "~~~")):
            return line
    return ""

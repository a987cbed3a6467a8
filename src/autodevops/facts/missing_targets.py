"""What steps run and read that the repository does not have."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from posixpath import join, normpath
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._commands import Run, unwrap
from autodevops.facts._makefile import is_complete
from autodevops.facts._named_files import NamedFile, files_of, files_of_action
from autodevops.facts._package_scripts import package_runs
from autodevops.facts._script_files import ScriptFiles
from autodevops.facts._shell import Fate
from autodevops.facts._workflow_reader import folder_of
from autodevops.facts._yaml_nodes import texts_of
from autodevops.facts.ignores import Ignores
from autodevops.facts.workflows import WORKFLOWS, Job, Step, Workflows
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import EntryKind, Snapshot

_ELSEWHERE = regex(r"[$~*?{}\[\]<>|`\"']|^/|^\.\.|://|^[A-Za-z]:")
# Folders that only a build or an installation brings.
_MADE = frozenset(
    {
        "node_modules", "dist", "build", "out", "target", ".next", "coverage", "venv", ".venv",
        "env", "tmp", "temp", "bin", "artifacts", "artifact", "htmlcov", "vendor", "public",
        "site", "_site", "reports", "test-results", "playwright-report", "release", "output",
    }
)  # fmt: skip
_GUARD = regex(r"(?:\[|test|-a|&&|!|\()\s+-[edfrsx]\s+[\"']?([^\s\"'\];]{1,300})")
_MOVES = regex(r"git\s+(?:checkout|switch|clone|worktree)\b")
# What names a file and makes none.
_LEAVES = frozenset({"chmod", "ls", "shellcheck", "stat"})
_ONLY_LEAVES = regex(r"(?m)^[ \t]*(?:chmod|ls|shellcheck|stat)[ \t][^\n;&|<>]*$")
# Inputs of a checkout that bring other files, or these to another place.
_OTHER_TREE = ("repository", "path", "ref", "sparse-checkout")
_MAKES = frozenset({"make", "gmake"})


class MissingTarget(NamedTuple):
    """Something that a step needs and that is not there."""

    job: Job
    """The job."""
    step: Step | None
    """The step; None for a job that calls a workflow."""
    path: str
    """The file that names it."""
    line: int
    """1-based line."""
    text: str
    """What is missing, in words."""


class MissingTargets(Struct, frozen=True, kw_only=True):
    """Everything that steps need and that is not there."""

    targets: tuple[MissingTarget, ...]
    """By job and step."""
    jobs: int
    """How many jobs were looked at."""


@fact
def missing_targets(workflows: Workflows, ignores: Ignores, snapshot: Snapshot) -> MissingTargets:
    """Look for what every step of every job names."""
    files = ScriptFiles(snapshot)
    found: list[MissingTarget] = []
    for job in workflows.jobs:
        if job.uses is not None and job.uses.text.startswith("./"):
            if normpath(job.uses.text) not in snapshot.by_path:
                text = f"the workflow {job.uses.text}"
                found.append(MissingTarget(job, None, job.path, job.uses.line, text))
        elif _has_the_tree(job):
            found += _Look(job, workflows, files, snapshot, ignores).all()
    if workflows.reader.is_spent:
        snapshot.note_gap(WORKFLOWS, "reading the scripts of the workflows takes too long")
    return MissingTargets(targets=tuple(found), jobs=len(workflows.jobs))


def _has_the_tree(job: Job) -> bool:
    """Tell whether a job works on this repository's files, in their own place."""
    checkouts = [step for step in job.steps if step.action == "actions/checkout"]
    return bool(checkouts) and not any(
        step.input(name) for step in checkouts for name in _OTHER_TREE
    )


class _Look:
    """Looks through the steps of one job."""

    def __init__(
        self,
        job: Job,
        workflows: Workflows,
        files: ScriptFiles,
        snapshot: Snapshot,
        ignores: Ignores,
    ) -> None:
        self.job = job
        self.workflows = workflows
        self.files = files
        self.snapshot = snapshot
        self.ignores = ignores
        self.seen = ""
        self.earlier = ""

    def all(self) -> Iterator[MissingTarget]:
        """Yield what the steps miss, up to where the files may have changed."""
        for step in self.job.steps:
            if step.condition is None or "hashFiles" not in step.condition.text:
                yield from self._step(step)
            if step.run is not None and _MOVES.search(step.run.text):
                return
            if step.action == "actions/download-artifact" and step.input("path") is None:
                return
            self.seen += _ONLY_LEAVES.sub("", "\n".join(_texts(step))) + "\n"

    def _step(self, step: Step) -> Iterator[MissingTarget]:
        line = step.line if step.uses is None else step.uses.line
        if step.run is not None and step.directory and not self._is_there(step.directory, ""):
            yield self._told(step, step.line, f"the working directory {step.directory}")
            return
        if self._misses_action(step):
            yield self._told(step, line, f"the action {step.uses.text if step.uses else ''}")
        for named in files_of_action(step):
            if not self._found(named, ""):
                yield self._told(step, line, named.text)
        yield from self._script(step)

    def _misses_action(self, step: Step) -> bool:
        if step.uses is None or not step.uses.text.startswith("./"):
            return False
        return self.workflows.action_of(step) is None and not self._is_made(step.uses.text)

    def _script(self, step: Step) -> Iterator[MissingTarget]:
        if step.run is None:
            return
        guarded = {normpath(path) for path in _GUARD.findall(step.run.text)}
        folder = step.directory
        before: list[str] = []
        for command in step.script.commands:
            self.earlier = "\n".join(before)
            run = unwrap(command.argv)
            line = step.line_of(command.line)
            if command.name == "cd" and command.argv[1:]:
                inner = folder_of(join(folder, command.argv[1]))
                if not self._is_there(inner, "") and normpath(command.argv[1]) not in guarded:
                    yield self._told(step, line, f"the folder {inner}")
                    return
                folder = inner
            elif command.fate is not Fate.VALUE:
                for text in self._missing(run, folder, guarded):
                    yield self._told(step, line, text)
            if _MOVES.match(command.text):
                return
            if command.name not in _LEAVES:
                before.append(command.text)
            before += command.output

    def _missing(self, run: Run, folder: str, guarded: set[str]) -> Iterator[str]:
        if _ELSEWHERE.search(folder):
            return
        for named in files_of(run):
            if normpath(named.path) not in guarded and not self._found(named, folder):
                yield named.text
        yield from self._missing_script(run, folder)
        yield from self._missing_make_target(run, folder)

    def _missing_script(self, run: Run, folder: str) -> Iterator[str]:
        if run.name not in ("npm", "pnpm") or run.has("--if-present") or run.image is not None:
            return
        for script in package_runs(run):
            where = folder_of(join(folder, script.folder or ""))
            is_elsewhere = script.workspace or script.everywhere or _ELSEWHERE.search(where)
            if is_elsewhere or not script.explicit:
                continue
            package = self.files.package(where)
            if package is None:
                if not self._is_made(join(where, "package.json")):
                    yield f"{join(where, 'package.json')} with the script {script.name!r}"
            elif script.name not in package.scripts and not _ELSEWHERE.search(script.name):
                yield f"the script {script.name!r} in {package.path}"

    def _missing_make_target(self, run: Run, folder: str) -> Iterator[str]:
        if run.name not in _MAKES or run.image is not None or run.has("-f", "--file", "-n"):
            return
        where = folder_of(join(folder, run.value("-C", "--directory") or ""))
        makefile = self.files.makefile(where, None)
        if makefile is None:
            if not _ELSEWHERE.search(where) and not self._is_made(join(where, "Makefile")):
                yield f"a Makefile in {where or 'the root'}"
            return
        if not is_complete(makefile):
            return
        valued = {run.value("-C", "--directory"), run.value("-j", "--jobs"), run.value("-O")}
        for name in run.operands:
            is_plain = "=" not in name and name not in valued and not _ELSEWHERE.search(name)
            if is_plain and name not in makefile and not self._is_there(name, where):
                yield f"the target {name!r} in the Makefile of {where or 'the root'}"

    def _found(self, named: NamedFile, folder: str) -> bool:
        names = (named.path, *named.others)
        if named.anywhere:
            return any(name in self._basenames for name in names)
        return any(self._is_there(name, "" if named.from_root else folder) for name in names)

    def _is_there(self, written: str, folder: str) -> bool:
        """Tell whether a path is there, or may be: expressions, globs and what steps make."""
        if _ELSEWHERE.search(written) or not written:
            return True
        path = normpath(join(folder, written))
        if path == "." or path.startswith("..") or _ELSEWHERE.search(path):
            return True
        known = path in self.snapshot.by_path or path in self.snapshot.folders
        return known or self._is_made(path) or self._is_in_submodule(path)

    def _is_made(self, path: str) -> bool:
        """Tell whether a step before may have made a path: it names it, or it looks like output."""
        parts = [part for part in normpath(path).split("/") if part != "."]
        if _MADE.intersection(parts) or not parts:
            return True
        if self.ignores.ignoring("/".join(parts)) is not None:
            return True
        texts = self.seen + self.earlier
        return parts[-1] in texts or (len(parts) > 1 and f"/{parts[0]}/" in texts)

    def _is_in_submodule(self, path: str) -> bool:
        return any(path == one or path.startswith(f"{one}/") for one in self._submodules)

    @cached_property
    def _submodules(self) -> tuple[str, ...]:
        submodule = EntryKind.SUBMODULE
        return tuple(one.path for one in self.snapshot.entries if one.kind is submodule)

    @cached_property
    def _basenames(self) -> frozenset[str]:
        return frozenset(basename(path) for path in self.snapshot.by_path)

    def _told(self, step: Step, line: int, text: str) -> MissingTarget:
        return MissingTarget(self.job, step, step.path, line, text)


def _texts(step: Step) -> Iterable[str]:
    if step.run is not None:
        yield step.run.text
    for mapping in (step.inputs, step.env):
        yield from texts_of(mapping).values()

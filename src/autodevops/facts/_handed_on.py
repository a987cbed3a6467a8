"""What a command line hands on to: a package script, the targets of a Makefile, a file of shell."""

from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts._commands import Run
from autodevops.facts._makefile import Line
from autodevops.facts._package_scripts import PackageRun, package_runs
from autodevops.facts._script_files import ScriptFiles
from autodevops.facts._shell import RUNNERS_OF_SHELL
from autodevops.facts._workflow_reader import folder_of

_MAKES = frozenset({"make", "gmake"})


class Handed(NamedTuple):
    """A line of shell that a command runs."""

    label: str
    """What leads to it: `npm test`, `make check`, `scripts/test.sh`."""
    line: Line
    """The line or file."""
    folder: str
    """The folder that it runs in."""
    extra: tuple[str, ...] = ()
    """Arguments that are put behind it."""


def handed_on(run: Run, folder: str, files: ScriptFiles) -> list[Handed]:
    """Return the lines of shell that a command line runs; none when it is the work itself."""
    if run.name in _MAKES:
        return list(_make(run, folder, files))
    found = [
        handed
        for script in package_runs(run)
        if (handed := _package_script(script, run, folder, files)) is not None
    ]
    return found or _shell_file(run, folder, files)


def _package_script(script: PackageRun, run: Run, folder: str, files: ScriptFiles) -> Handed | None:
    if script.everywhere:
        return None
    where = folder_of(f"{folder}/{script.folder}".lstrip("/")) if script.folder else folder
    package = files.package(where)
    if script.workspace is not None:
        package = files.named_package(script.workspace.removeprefix("./"))
    line = None if package is None else package.scripts.get(script.name)
    if package is None or line is None:
        return None
    label = " ".join(run.argv[:3]) if len(run.argv) < 4 else f"{run.name} {script.name}"  # noqa: PLR2004
    return Handed(label, line, package.folder, script.extra)


def _shell_file(run: Run, folder: str, files: ScriptFiles) -> list[Handed]:
    flags = None
    path = run.written
    if run.name in RUNNERS_OF_SHELL:
        flags = [word for word in run.argv[1:] if word.startswith("-")]
        path = next(iter(run.operands), "")
    line = files.shell_file(folder_of(f"{folder}/{path}".lstrip("/")), flags)
    return [] if line is None else [Handed(path, line, folder)]


def _make(run: Run, folder: str, files: ScriptFiles) -> Iterator[Handed]:
    where = folder_of(f"{folder}/{run.value('-C', '--directory') or '.'}".lstrip("/"))
    makefile = files.makefile(where, run.value("-f", "--file"))
    if not makefile:
        return
    valued = {run.value("-C", "--directory"), run.value("-f", "--file"), run.value("-j")}
    wanted = [word for word in run.operands if "=" not in word and word not in valued]
    wanted = wanted or [name for name in makefile if not name.startswith(".")][:1]
    waiting = wanted[::-1]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in makefile:
            continue
        seen.add(name)
        waiting += reversed(makefile[name].needs)
        for line in makefile[name].recipe:
            yield Handed(f"make {name}", line, where)

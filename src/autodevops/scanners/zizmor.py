"""Workflow security by zizmor (https://docs.zizmor.sh), on copies of the target's files.

Output format: https://docs.zizmor.sh/usage/#json, version 1; its positions are 0-based.
"""

import os
import re
import shutil
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from autodevops.model.analysis import Analysis, Observation, WorkflowAnalyser
from autodevops.model.finding import Confidence, Location, Severity
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot, Unavailable
from autodevops.scanners.zizmor_run import ADVICE, Run, started
from autodevops.temporary import temporary_folder

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_ACTION = re.compile(r"(?:.*/)?action\.ya?ml")
_COMPLETED = re.compile(r"completed (.+)$", re.MULTILINE)
_MISSING = Unavailable("zizmor, which analyses workflows, is not installed", ADVICE)
_SEVERITIES = {
    "Informational": Severity.INFO,
    "Low": Severity.LOW,
    "Medium": Severity.MEDIUM,
    "High": Severity.HIGH,
}


class Zizmor(Struct, frozen=True):
    """Runs one zizmor binary."""

    program: str | None = None
    """Absolute path; None to look beside our Python, then on PATH."""

    def analyse(self, snapshot: Snapshot) -> Analysis | Unavailable:
        """Return what zizmor says of the workflows and composite actions of a snapshot."""
        with self.begin(snapshot) as begun:
            return begun.analyse(snapshot)

    @contextmanager
    def begin(self, snapshot: Snapshot) -> Iterator[WorkflowAnalyser]:
        """Give an analyser that is at work on this snapshot already, for the length of a `with`.

        Whoever asks it later waits less.
        """
        paths = tuple(
            entry.path
            for entry in snapshot.entries
            if entry.kind is EntryKind.FILE
            and (_WORKFLOW.fullmatch(entry.path) or _ACTION.fullmatch(entry.path))
        )
        program = (self.program or find_zizmor()) if paths else None
        if program is None:
            yield _Idle(paths, _MISSING)
            return
        with temporary_folder() as folder:
            # Copies under plain names: what a path says can't become an option or lead out.
            copies = _copies(snapshot.view(), paths, folder)
            with started(program, folder) as run:
                if isinstance(run, Unavailable):
                    yield _Idle(paths, run)
                else:
                    yield _AtWork(paths=paths, copies=copies, run=run)


class _Idle(Struct, frozen=True):
    """An analyser with nothing to do, or nothing to do it with."""

    paths: tuple[str, ...]
    """What there would be to analyse."""
    reason: Unavailable
    """Why it can't."""

    def analyse(self, _snapshot: Snapshot) -> Analysis | Unavailable:
        """Return why nothing is known, if there was anything to know."""
        return self.reason if self.paths else Analysis(observations=(), paths=())


class _AtWork(Struct, frozen=True, kw_only=True):
    """An analyser whose process is running."""

    paths: tuple[str, ...]
    """All workflows and actions."""
    copies: Mapping[str, str]
    """Those that could be read, by the names of their copies."""
    run: Run
    """The process."""

    def analyse(self, snapshot: Snapshot) -> Analysis | Unavailable:
        """Return what zizmor says, when it is done."""
        said = self.run.finish()
        if isinstance(said, Unavailable):
            return said
        for path in {*self.paths}.difference(self.copies.values()):
            snapshot.data(path, CONFIG_LIMIT)  # notes the gap for whoever asks
        output, log = said
        done = {Path(name).as_posix() for name in _COMPLETED.findall(log)}
        try:
            observations = sorted(_observations(output, self.copies), key=_order)
        except (LookupError, TypeError, ValueError, AttributeError) as problem:
            reason = f"zizmor's answer is of another shape ({type(problem).__name__})"
            return Unavailable(reason, ADVICE)
        return Analysis(
            observations=tuple(observations),
            paths=tuple(sorted(path for name, path in self.copies.items() if name in done)),
            skipped=tuple(
                sorted({*self.paths} - {self.copies[name] for name in done if name in self.copies})
            ),
        )


def find_zizmor() -> str | None:
    """Return the binary that came with the package, or one on an absolute entry of PATH."""
    beside = Path(sysconfig.get_path("scripts")) / ("zizmor.exe" if os.name == "nt" else "zizmor")
    if beside.is_file():
        return str(beside)
    absolute = [part for part in os.get_exec_path() if Path(part).is_absolute()]
    return shutil.which("zizmor", path=os.pathsep.join(absolute))


def _copies(snapshot: Snapshot, paths: tuple[str, ...], folder: Path) -> dict[str, str]:
    """Write each readable file into a folder; return the paths by the copies' names."""
    names: dict[str, str] = {}
    for number, path in enumerate(paths):
        content = snapshot.data(path, CONFIG_LIMIT)
        if content is None:
            continue
        is_workflow = _WORKFLOW.fullmatch(path)
        name = f".github/workflows/{number}.yml" if is_workflow else f"actions/{number}/action.yml"
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        names[name] = path
    return names


def _observations(output: list[Any], copies: Mapping[str, str]) -> Iterator[Observation]:
    """Yield each finding that is not ignored by a comment, at its primary place."""
    for found in output:
        if found.get("ignored"):
            continue
        for place in found["locations"]:
            symbolic, concrete = place["symbolic"], place["concrete"]["location"]
            if symbolic.get("kind") != "Primary":
                continue
            name = Path(symbolic["key"]["Local"]["verbatim_path"]).as_posix()
            if name not in copies:
                continue
            job, step = _route(symbolic["route"]["route"])
            determined = found["determinations"]
            yield Observation(
                audit=_text(found["ident"]),
                summary=_text(found["desc"]),
                note=_text(symbolic["annotation"]),
                severity=_SEVERITIES.get(determined["severity"], Severity.INFO),
                confidence=Confidence(determined["confidence"].lower()),
                at=Location(
                    path=copies[name],
                    line=_position(concrete["start_point"]["row"]),
                    column=_position(concrete["start_point"]["column"]),
                    end_line=_position(concrete["end_point"]["row"]),
                ),
                job=job,
                step=step,
            )


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError
    return said


def _position(said: object) -> int:
    """Return a position as ours are counted; raises ValueError for what is none."""
    if type(said) is not int or said < 0:
        raise ValueError
    return said + 1


def _route(route: list[Any]) -> tuple[str | None, int | None]:
    """Return the job and the step that a route into the YAML leads through."""
    keys = [part.get("Key", part.get("Index")) for part in route]
    match keys:
        case ["jobs", str(job), "steps", int(step), *_] if step >= 0:
            return job, step
        case ["jobs", str(job), *_]:
            return job, None
    return None, None


def _order(one: Observation) -> tuple[str, int, int, str]:
    return one.at.path or "", one.at.line or 0, one.at.column or 0, one.audit

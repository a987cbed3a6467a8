"""Workflow security by zizmor (https://docs.zizmor.sh): its binary, offline, on copies of files.

Output format: https://docs.zizmor.sh/usage/#json, version 1; its positions are 0-based.
"""

import json
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autodevops.model.analysis import Analysis, Observation
from autodevops.model.finding import Confidence, Location, Severity
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot, Unavailable

TIME_LIMIT = 60
"""Seconds after which an analysis is given up."""

_WORKFLOW = re.compile(r"\.github/workflows/[^/]+\.ya?ml")
_ACTION = re.compile(r"(?:.*/)?action\.ya?ml")
_COMPLETED = re.compile(r"completed (.+)$", re.MULTILINE)
_ADVICE = "install zizmor beside autodevops; `autodevops doctor` tells how"
_SEVERITIES = {
    "Informational": Severity.INFO,
    "Low": Severity.LOW,
    "Medium": Severity.MEDIUM,
    "High": Severity.HIGH,
}


@dataclass(frozen=True, slots=True)
class Zizmor:
    """Runs one zizmor binary."""

    program: str | None = None
    """Absolute path; None to look beside our Python, then on PATH."""

    def analyse(self, snapshot: Snapshot) -> Analysis | Unavailable:
        """Return what zizmor says of the workflows and composite actions of a snapshot."""
        paths = [
            entry.path
            for entry in snapshot.entries
            if entry.kind is EntryKind.FILE
            and (_WORKFLOW.fullmatch(entry.path) or _ACTION.fullmatch(entry.path))
        ]
        if not paths:
            return Analysis(observations=(), paths=())
        program = self.program or find_zizmor()
        if program is None:
            return Unavailable("zizmor, which analyses workflows, is not installed", _ADVICE)
        with tempfile.TemporaryDirectory(prefix="autodevops-") as folder:
            # Copies under plain names: what a path says can't become an option or lead out.
            copies = _copies(snapshot, paths, Path(folder))
            said = _run(program, Path(folder))
            if isinstance(said, Unavailable):
                return said
            output, log = said
            done = {Path(name).as_posix() for name in _COMPLETED.findall(log)}
            observations = tuple(sorted(_observations(output, copies), key=_order))
        return Analysis(
            observations=observations,
            paths=tuple(sorted(path for name, path in copies.items() if name in done)),
            skipped=tuple(sorted({*paths} - {copies[name] for name in done if name in copies})),
        )


def find_zizmor() -> str | None:
    """Return the binary that came with the package, or one on an absolute entry of PATH."""
    beside = Path(sysconfig.get_path("scripts")) / ("zizmor.exe" if os.name == "nt" else "zizmor")
    if beside.is_file():
        return str(beside)
    absolute = [part for part in os.get_exec_path() if Path(part).is_absolute()]
    return shutil.which("zizmor", path=os.pathsep.join(absolute))


def _copies(snapshot: Snapshot, paths: list[str], folder: Path) -> dict[str, str]:
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


def _run(program: str, folder: Path) -> tuple[list[Any], str] | Unavailable:
    """Return zizmor's findings and its log."""
    arguments = ["--offline", "--no-config", "--no-exit-codes", "--no-progress", "--color=never"]
    try:
        done = subprocess.run(
            [program, *arguments, "--collect=all", "--format=json-v1", "."],
            cwd=folder,
            env={"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Unavailable(f"zizmor took longer than {TIME_LIMIT} s")
    except OSError as error:
        return Unavailable(f"zizmor can't be run: {error.strerror}", _ADVICE)
    log = done.stderr.decode("utf-8", "replace")
    if not done.stdout.strip():
        # It says nothing when it could not make sense of any file.
        return [], log
    try:
        return json.loads(done.stdout), log
    except ValueError:
        return Unavailable(f"zizmor ended with {done.returncode} and no JSON", _ADVICE)


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
                audit=found["ident"],
                summary=found["desc"],
                note=symbolic["annotation"],
                severity=_SEVERITIES.get(determined["severity"], Severity.INFO),
                confidence=Confidence(determined["confidence"].lower()),
                at=Location(
                    path=copies[name],
                    line=concrete["start_point"]["row"] + 1,
                    column=concrete["start_point"]["column"] + 1,
                    end_line=concrete["end_point"]["row"] + 1,
                ),
                job=job,
                step=step,
            )


def _route(route: list[Any]) -> tuple[str | None, int | None]:
    """Return the job and the step that a route into the YAML leads through."""
    keys = [part.get("Key", part.get("Index")) for part in route]
    match keys:
        case ["jobs", str(job), "steps", int(step), *_]:
            return job, step
        case ["jobs", str(job), *_]:
            return job, None
    return None, None


def _order(one: Observation) -> tuple[str, int, int, str]:
    return one.at.path or "", one.at.line or 0, one.at.column or 0, one.audit

"""Holds our secret scanner against the tools themselves: what is found, what is a false alarm.

    python benchmarks/secrets.py                     the labelled set of tests/secret_set
    python benchmarks/secrets.py --repository PATH   and CPU time over a repository's history

Tools that are not installed are left out: `kingfisher` (package kingfisher-bin), `gitleaks`,
`detect-secrets`. None of them contacts anyone here. CPU time is that of the process and all its
children; runs are paired (ours, theirs, ours again) since a busy machine makes all of them slower.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.secret_set import innocents, planted

SEEDS = (7, 23, 101)

Scan = Callable[[Path], set[str]]
"""Returns the paths below a folder in which a tool reports anything."""


def ours(folder: Path) -> set[str]:
    """Run our command with everything but the secrets left out."""
    done = _run(
        [
            *(sys.executable, "-m", "autodevops", "audit", str(folder), "--format", "json"),
            *("--no-history", "--select", "SE001,SE008,SB004", "--exit-zero"),
        ]
    )
    findings = json.loads(done)["findings"]
    return {place["path"] for finding in findings for place in finding["locations"]}


def kingfisher(folder: Path) -> set[str]:
    """Run kingfisher without validation."""
    with TemporaryDirectory() as scratch:
        told = Path(scratch) / "found.jsonl"
        _run(
            [
                *("kingfisher", "scan", str(folder), "--no-validate", "--no-update-check"),
                *("--git-history", "none", "--redact", "-f", "jsonl", "-o", str(told)),
            ]
        )
        found = [json.loads(line) for line in told.read_text().splitlines() if line.strip()]
    return _relative((_kingfisher_path(one) for one in found), folder)


def _kingfisher_path(one: Mapping[str, object]) -> str | None:
    finding = one.get("finding", one)
    path = finding.get("path") if isinstance(finding, dict) else None
    return path if isinstance(path, str) else None


def gitleaks(folder: Path) -> set[str]:
    """Run gitleaks over the files."""
    with TemporaryDirectory() as scratch:
        told = Path(scratch) / "found.json"
        _run(
            [
                *("gitleaks", "dir", str(folder), "--no-banner", "--redact", "--exit-code", "0"),
                *("--report-format", "json", "--report-path", str(told)),
            ]
        )
        found = json.loads(told.read_text() or "[]")
    return _relative((one["File"] for one in found), folder)


def detect_secrets(folder: Path) -> set[str]:
    """Run detect-secrets without verification."""
    done = _run(["detect-secrets", "-C", str(folder), "scan", "--no-verify", "--all-files"])
    return _relative(json.loads(done)["results"], folder)


TOOLS: Mapping[str, tuple[str, Scan]] = {
    "autodevops": (sys.executable, ours),
    "kingfisher": ("kingfisher", kingfisher),
    "gitleaks": ("gitleaks", gitleaks),
    "detect-secrets": ("detect-secrets", detect_secrets),
}


def _relative(paths: Iterable[str | None], folder: Path) -> set[str]:
    # Joining leaves an absolute path as it is.
    return {os.path.relpath(folder / path, folder) for path in paths if path is not None}


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    return done.stdout


def _lay(files: Mapping[str, bytes], folder: Path) -> None:
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    for arguments in (["init", "-q"], ["add", "-A", "-f"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def compare() -> None:
    """Print one line a tool: secrets found, innocents accused."""
    print(f"{'':16}{'secrets found':>20}{'false alarms':>20}")
    for name, (program, scan) in TOOLS.items():
        if shutil.which(program) is None:
            print(f"{name:16}{'not installed':>20}")
            continue
        found = secrets = alarms = innocent = 0
        for seed in SEEDS:
            guilty = {one.path: one.content for one in planted(seed)}
            harmless = innocents(seed)
            found += len(_scanned(scan, guilty) & guilty.keys())
            secrets += len(guilty)
            alarms += len(_scanned(scan, harmless) & harmless.keys())
            innocent += len(harmless)
        right = f"{found}/{secrets} ({found / secrets:.0%})"
        wrong = f"{alarms}/{innocent} ({alarms / innocent:.0%})"
        print(f"{name:16}{right:>20}{wrong:>20}")


def _scanned(scan: Scan, files: Mapping[str, bytes]) -> set[str]:
    with TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "set"
        folder.mkdir()
        _lay(files, folder)
        return scan(folder)


def measure(repository: str) -> None:
    """Print CPU and wall time over a repository's whole history."""
    audit = [sys.executable, "-m", "autodevops", "audit", repository]
    audit += ["--select", "SE002", "--format", "json", "--exit-zero"]
    theirs = ["kingfisher", "scan", repository, "--no-validate", "--no-update-check", "--redact"]
    theirs += ["-f", "json", "-o", os.devnull]
    leaks = ["gitleaks", "git", repository, "--no-banner", "--redact", "--exit-code", "0"]
    runs = {
        "autodevops, first": audit,
        "autodevops, again": audit,
        "kingfisher": theirs,
        "gitleaks": leaks,
    }
    with TemporaryDirectory() as cache:
        os.environ["AUTODEVOPS_CACHE_DIR"] = cache
        # The rules are compiled once a machine: that is not the history's time.
        _timed([*audit[:-4], "--select", "SE001", "--exit-zero", "--quiet"])
        for store in Path(cache).glob("secrets-*"):
            store.unlink()
        for name, command in runs.items():
            if shutil.which(command[0]) is None:
                continue
            cpu, wall = _timed(command)
            print(f"{name:20}{cpu:8.2f} s CPU{wall:8.2f} s")


def _timed(command: list[str]) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, wall


def main() -> None:
    """Read the command line and run what it asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--repository", help="also measure the history of this repository")
    chosen = parser.parse_args()
    if not chosen.repository:
        compare()
    if chosen.repository:
        measure(chosen.repository)


if __name__ == "__main__":
    main()

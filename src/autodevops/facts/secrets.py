"""Secrets in the tracked files and in history, judged and masked; and how to judge a literal.

Rules that meet literal values of their own (compose variables, `ENV` lines, Terraform defaults)
ask `judge_value`; `names_secret` tells whether a variable's name promises a secret.
"""

from datetime import datetime
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from autodevops.facts._api import fact
from autodevops.facts._secrets.context import is_environment_example, is_environment_file
from autodevops.facts._secrets.judgement import Judgement, Nature
from autodevops.facts._secrets.values import judge_value
from autodevops.facts._secrets.words import names_secret
from autodevops.model.detection import Detection, Leak
from autodevops.model.finding import Severity
from autodevops.model.snapshot import Snapshot, Unavailable

__all__ = [
    "Judgement",
    "Nature",
    "SecretHistory",
    "Secrets",
    "is_environment_example",
    "is_environment_file",
    "judge_value",
    "names_secret",
]


class Secrets(Struct, frozen=True, dict=True):
    """Secrets in the tracked (or staged) files."""

    in_tree: tuple[Detection, ...]
    """By path, line and column; those that a comment accepts are among them."""
    archives: int = 0
    """Archives and compressed files, which are not opened."""

    @cached_property
    def by_path(self) -> dict[str, tuple[Detection, ...]]:
        """Return the detections of each file."""
        files: dict[str, list[Detection]] = {}
        for detection in self.in_tree:
            files.setdefault(detection.path, []).append(detection)
        return {path: tuple(found) for path, found in files.items()}

    @property
    def unexplained(self) -> tuple[tuple[Detection, int], ...]:
        """Return each secret that a comment without a reason means to allow, and its line."""
        allowances = ((one, one.allowance) for one in self.in_tree)
        return tuple(
            (one, allowance.line)
            for one, allowance in allowances
            if allowance is not None and allowance.reason is None
        )

    def within(self, path: str, first: int, last: int | None = None) -> tuple[Detection, ...]:
        """Return what stands on these lines (1-based, inclusive) of a file."""
        return tuple(
            detection
            for detection in self.by_path.get(path, ())
            if detection.line <= (last or first) and detection.end_line >= first
        )


class SecretHistory(Struct, frozen=True, kw_only=True):
    """Secrets in any blob that any ref reaches."""

    leaks: tuple[Leak, ...]
    """Oldest first."""
    archives: int
    """Archives and compressed blobs, which are not opened."""
    since: int | None
    """Only commits since that time were looked at (Unix seconds); None for all."""


@fact
def secrets(snapshot: Snapshot) -> Secrets | Unavailable:
    """Return what the scanner finds in the files of the snapshot, within its scope."""
    if isinstance(snapshot.secrets, Unavailable):
        return snapshot.secrets
    scan = snapshot.secrets.scan_tree(snapshot)
    if isinstance(scan, Unavailable):
        return scan
    for gap in scan.gaps:
        snapshot.note_gap(gap.subject, gap.reason)
    found = tuple(_dated(detection, snapshot.now) for detection in scan.detections)
    return Secrets(in_tree=found, archives=scan.archives)


@fact
def secret_history(snapshot: Snapshot) -> SecretHistory | Unavailable:
    """Return what the scanner finds in every blob that any ref reaches."""
    if isinstance(snapshot.secrets, Unavailable):
        return snapshot.secrets
    if isinstance(snapshot.history, Unavailable):
        return snapshot.history
    scan = snapshot.secrets.scan_history(snapshot.history)
    if isinstance(scan, Unavailable):
        return scan
    for gap in scan.gaps:
        snapshot.note_gap(gap.subject, gap.reason)
    leaks = tuple(
        replace(leak, detection=_dated(leak.detection, snapshot.now)) for leak in scan.leaks
    )
    return SecretHistory(leaks=leaks, archives=scan.archives, since=scan.since)


def _dated(detection: Detection, now: datetime) -> Detection:
    """Return a detection with whether it has expired; an expired session opens nothing."""
    expires = detection.evidence.get("expires")
    if not isinstance(expires, str):
        return detection
    expired = expires < now.strftime("%Y-%m-%dT%H:%M:%SZ")
    severity = Severity.LOW if expired and detection.kind == "jwt" else detection.severity
    evidence = {**detection.evidence, "expired": expired}
    return replace(detection, evidence=evidence, severity=severity)

"""Baselines of secret scanners that are committed, held against the files they speak of."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from hashlib import sha1

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot


class StaleEntry(Struct, frozen=True, kw_only=True):
    """One entry of a baseline that the tree no longer bears out."""

    baseline: str
    """Path of the baseline."""
    line: int | None
    """1-based line in the baseline, where the format has one line an entry."""
    target: str
    """The file (or pattern) that the entry speaks of."""
    reason: str
    """What is no longer so."""


class SecretBaselines(Struct, frozen=True, kw_only=True):
    """Every committed baseline of a secret scanner."""

    paths: tuple[str, ...]
    """The baselines."""
    stale: tuple[StaleEntry, ...]
    """Entries that no longer hold, in order."""


_GITLEAKS_JSON = regex(r"\.?gitleaks[\w.-]*(?:baseline|report|results?)[\w.-]*\.json")
_TRUFFLEHOG = regex(r"\.?trufflehog[\w.-]*(?:exclude|ignore)[\w.-]*|\.trufflehogignore")
_LITERAL = regex(r"\^?(?:[\w/ -]|\\\.|\.)+\$?")
_WORDS = regex(r"[^\s\"'`=:,;(){}\[\]<>]+")
_SCANNED = 2 << 20
_LONGEST = 4096


@fact
def secret_baselines(snapshot: Snapshot) -> SecretBaselines | NotApplicable:
    """Return the baselines of detect-secrets, gitleaks and trufflehog and what is stale in them."""
    paths = [
        entry.path
        for entry in snapshot.entries
        if entry.kind is EntryKind.FILE and _reader(entry.path) is not None
    ]
    if not paths:
        return NotApplicable(reason="no baseline of a secret scanner is tracked")
    stale: list[StaleEntry] = []
    files = _Files(snapshot)
    for path in paths:
        reader = _reader(path)
        text = snapshot.text(path, CONFIG_LIMIT * 8)
        if text is not None and reader is not None:
            stale += reader(files, path, text)
    return SecretBaselines(paths=tuple(paths), stale=tuple(stale))


class _Files:
    """The files that entries speak of; a baseline may name one of them very often."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._lines = cache(self._count)

    @cached_property
    def paths(self) -> str:
        """Return every tracked path, one on a line."""
        return "\n".join(self.snapshot.by_path)

    def gone(self, target: str, line: int) -> str | None:
        """Return why an entry for a line of a file no longer holds."""
        if target not in self.snapshot.by_path:
            return f"{target} is not tracked any more"
        lines = self._lines(target)
        if lines is not None and line > lines:
            return f"it lists line {line} of {target}, which has {lines}"
        return None

    def _count(self, target: str) -> int | None:
        text = self.snapshot.text(target, _SCANNED)
        return None if text is None else text.count("\n") + (text[-1:] not in {"", "\n"})


def _detect_secrets(files: _Files, path: str, text: str) -> Iterator[StaleEntry]:
    """Yield stale entries of detect-secrets: SHA-1 digests of values, by file."""
    loaded = _json(files.snapshot, path, text)
    results = loaded.get("results") if isinstance(loaded, dict) else None
    if not isinstance(results, dict):
        return
    for target, entries in results.items():
        wanted = [
            (entry["hashed_secret"], _number(entry.get("line_number")))
            for entry in (entries if isinstance(entries, list) else ())
            if isinstance(entry, dict) and isinstance(entry.get("hashed_secret"), str)
        ]
        name = str(target).replace("\\", "/").removeprefix("./")
        if name not in files.snapshot.by_path:
            reason = f"{name} is not tracked any more"
            yield StaleEntry(baseline=path, line=None, target=name, reason=reason)
        elif wanted:
            yield from _moved(files.snapshot, path, name, wanted)


def _number(line: object) -> int:
    """Return a line as a number; 0 for anything else."""
    return line if isinstance(line, int) else 0


def _moved(
    snapshot: Snapshot, path: str, target: str, wanted: list[tuple[str, int]]
) -> Iterator[StaleEntry]:
    text = snapshot.text(target, _SCANNED)
    if text is None:
        return
    lines = text.split("\n")
    everywhere: dict[str, int] | None = None
    for digest, number in wanted:
        if 0 < number <= len(lines) and digest in _digests(lines[number - 1]):
            continue
        if everywhere is None:
            everywhere = {
                found: place for place, line in enumerate(lines, 1) for found in _digests(line)
            }
        if digest not in everywhere:
            reason = f"the secret that it lists is not in {target} any more"
        else:
            reason = f"it lists line {number} of {target}; the secret is on {everywhere[digest]}"
        yield StaleEntry(baseline=path, line=None, target=target, reason=reason)


def _digests(line: str) -> set[str]:
    """Return the SHA-1 of all that a scanner may have taken for the value on a line."""
    line = line[:_LONGEST]
    words = set(_WORDS.findall(line))
    words |= {part for quote in "\"'`" for part in line.split(quote)}
    if "=" in line:
        words.add(line.partition("=")[2].strip().strip("\"'`;,"))
    if ":" in line:
        words.add(line.partition(":")[2].strip().strip("\"'`;,"))
    words |= {line.strip(), *line.split()}
    return {
        sha1(word.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
        for word in words
    }


def _gitleaks_ignore(files: _Files, path: str, text: str) -> Iterator[StaleEntry]:
    """Yield stale fingerprints `path:rule:line`; those that name a commit speak of history."""
    for number, line in enumerate(text.split("\n"), 1):
        entry = line.partition("#")[0].strip()
        parts = entry.rsplit(":", 2)
        if len(parts) != 3 or not parts[2].isdecimal():  # noqa: PLR2004 - path, rule, line
            continue
        target = parts[0]
        if re.match(r"[0-9a-f]{40}:", target):
            continue
        reason = files.gone(target, int(parts[2][:9]))
        if reason is not None:
            yield StaleEntry(baseline=path, line=number, target=target, reason=reason)


def _gitleaks_report(files: _Files, path: str, text: str) -> Iterator[StaleEntry]:
    """Yield stale findings of a gitleaks report that serves as a baseline."""
    loaded = _json(files.snapshot, path, text)
    for entry in loaded if isinstance(loaded, list) else ():
        if not isinstance(entry, dict) or entry.get("Commit"):
            continue
        target, line = entry.get("File"), entry.get("StartLine")
        if isinstance(target, str) and isinstance(line, int):
            reason = files.gone(target, line)
            if reason is not None:
                yield StaleEntry(baseline=path, line=None, target=target, reason=reason)


def _trufflehog(files: _Files, path: str, text: str) -> Iterator[StaleEntry]:
    """Yield patterns that match no tracked path; only those that are plain paths are judged."""
    for number, line in enumerate(text.split("\n"), 1):
        pattern = line.strip()
        if not pattern or pattern.startswith("#") or not _LITERAL.fullmatch(pattern):
            continue
        literal = pattern.strip("^$").replace("\\.", ".")
        if literal not in files.paths:
            reason = f"no tracked path contains {literal}"
            yield StaleEntry(baseline=path, line=number, target=literal, reason=reason)


def _json(snapshot: Snapshot, path: str, text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        snapshot.note_gap(path, f"{path} is not valid JSON")
        return None


_Reader = Callable[[_Files, str, str], Iterator[StaleEntry]]


def _reader(path: str) -> _Reader | None:
    name = basename(path).lower()
    if name == ".secrets.baseline":
        return _detect_secrets
    if name == ".gitleaksignore":
        return _gitleaks_ignore
    if _GITLEAKS_JSON.fullmatch(name):
        return _gitleaks_report
    return _trufflehog if _TRUFFLEHOG.fullmatch(name) else None

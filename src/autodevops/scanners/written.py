"""What was found as JSON, for the cache, and back: masked, without a value or a text."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from autodevops.model.detection import Allowance, Detection, HistoryScan, Leak
from autodevops.model.finding import Confidence, Severity
from autodevops.model.snapshot import Gap

_DETECTION = Detection.__struct_fields__
_LEAK = Leak.__struct_fields__
_SPOILT = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What reading anything raises that was not written here."""


def dump_detections(detections: Iterable[Detection]) -> str:
    """Return detections as JSON."""
    return json.dumps([_plain_detection(one) for one in detections])


def load_detections(text: str) -> tuple[Detection, ...] | None:
    """Return the detections that `dump_detections` wrote down; None for anything else."""
    try:
        listed = json.loads(text)
        return tuple(map(_detection, listed)) if isinstance(listed, list) else None
    except _SPOILT:
        return None


def dump_scan(scan: HistoryScan) -> str:
    """Return a scan as JSON; it holds nothing that a report doesn't."""
    leaks = [
        {name: getattr(leak, name) for name in _LEAK}
        | {"detection": _plain_detection(leak.detection)}
        for leak in scan.leaks
    ]
    gaps = [[gap.subject, gap.reason] for gap in scan.gaps]
    return json.dumps(
        {"leaks": leaks, "archives": scan.archives, "since": scan.since, "gaps": gaps}
    )


def load_scan(text: str) -> HistoryScan | None:
    """Return the scan that `dump_scan` wrote down; None for anything else."""
    try:
        told = json.loads(text)
        return HistoryScan(
            leaks=tuple(_leak(plain) for plain in told["leaks"]),
            archives=told["archives"],
            since=told["since"],
            gaps=tuple(Gap(subject, reason) for subject, reason in told["gaps"]),
        )
    except _SPOILT:
        return None


def _leak(plain: Mapping[str, Any]) -> Leak:
    lists = {name: tuple(plain[name]) for name in ("paths", "refs", "admitted")}
    return Leak(**{**plain, **lists, "detection": _detection(plain["detection"])})


def _plain_detection(detection: Detection) -> dict[str, Any]:
    return {name: getattr(detection, name) for name in _DETECTION}


def _detection(plain: Mapping[str, Any]) -> Detection:
    changed = {
        "severity": Severity(plain["severity"]),
        "confidence": Confidence(plain["confidence"]),
        "allowance": _allowance(plain["allowance"]),
    }
    return Detection(**{**plain, **changed})


def _allowance(listed: list[Any] | None) -> Allowance | None:
    if listed is None:
        return None
    rules, reason, line = listed
    return Allowance(tuple(rules), reason, line)

"""What was found as JSON, for the cache, and back: masked, without a value or a text.

A digest stands before it: whatever became of it meanwhile, only what was written here is read.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from autodevops.model.detection import Allowance, Detection, HistoryScan, Leak
from autodevops.model.finding import Confidence, Severity
from autodevops.model.snapshot import Gap

_DETECTION = Detection.__struct_fields__
_LEAK = Leak.__struct_fields__
_SPOILT = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What reading raises that an earlier version wrote."""


def dump_detections(detections: Iterable[Detection]) -> str:
    """Return detections as sealed JSON."""
    return _sealed([_plain_detection(one) for one in detections])


def load_detections(text: object) -> tuple[Detection, ...] | None:
    """Return the detections that `dump_detections` wrote down; None for anything else."""
    try:
        listed = _unsealed(text)
        return tuple(map(_detection, listed)) if isinstance(listed, list) else None
    except _SPOILT:
        return None


def dump_scan(scan: HistoryScan) -> str:
    """Return a scan as sealed JSON; it holds nothing that a report doesn't."""
    leaks = [
        {name: getattr(leak, name) for name in _LEAK}
        | {"detection": _plain_detection(leak.detection)}
        for leak in scan.leaks
    ]
    gaps = [[gap.subject, gap.reason] for gap in scan.gaps]
    return _sealed({"leaks": leaks, "archives": scan.archives, "since": scan.since, "gaps": gaps})


def load_scan(text: object) -> HistoryScan | None:
    """Return the scan that `dump_scan` wrote down; None for anything else."""
    try:
        told = _unsealed(text)
        return HistoryScan(
            leaks=tuple(_leak(plain) for plain in told["leaks"]),
            archives=told["archives"],
            since=told["since"],
            gaps=tuple(Gap(subject, reason) for subject, reason in told["gaps"]),
        )
    except _SPOILT:
        return None


def _sealed(plain: object) -> str:
    text = json.dumps(plain)
    return f"{_seal(text)} {text}"


def _unsealed(written: object) -> Any:  # noqa: ANN401 - what JSON holds
    """Return what was sealed; raises ValueError for anything else."""
    seal, _, text = written.partition(" ") if isinstance(written, str) else ("", "", "")
    if seal != _seal(text):
        raise ValueError
    return json.loads(text)


def _seal(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


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

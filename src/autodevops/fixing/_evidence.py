"""Reads what a finding's evidence lists."""

from autodevops.fixing._api import Finding


def listed(finding: Finding, key: str) -> tuple[str, ...]:
    """Return the texts that the evidence lists under a key; none without it."""
    found = finding.evidence.get(key)
    return tuple(str(one) for one in found) if isinstance(found, (list, tuple)) else ()

"""Holds a repository against a written structure guide, rule by rule.

from autodevops import Severity, audit

report = audit(".")
for finding in report.open_findings(at_least=Severity.HIGH):
    print(finding.message)
"""

from importlib import import_module

# Not from `typing`: with `python -m autodevops` a file of that name in the current folder is it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from autodevops.api import audit
    from autodevops.errors import (
        AutodevopsError,
        ConfigurationError,
        TargetError,
        UsageError,
    )
    from autodevops.guide.load import load_guide
    from autodevops.model.finding import Confidence, Finding, FindingStatus, Location, Severity
    from autodevops.model.report import Report
    from autodevops.model.verdict import Status, Verdict

__version__ = "0.1.0"

__all__ = [
    "AutodevopsError",
    "Confidence",
    "ConfigurationError",
    "Finding",
    "FindingStatus",
    "Location",
    "Report",
    "Severity",
    "Status",
    "TargetError",
    "UsageError",
    "Verdict",
    "__version__",
    "audit",
    "load_guide",
]

_HOMES = {
    "audit": "autodevops.api",
    "AutodevopsError": "autodevops.errors",
    "ConfigurationError": "autodevops.errors",
    "TargetError": "autodevops.errors",
    "UsageError": "autodevops.errors",
    "load_guide": "autodevops.guide.load",
    "Confidence": "autodevops.model.finding",
    "Finding": "autodevops.model.finding",
    "FindingStatus": "autodevops.model.finding",
    "Location": "autodevops.model.finding",
    "Severity": "autodevops.model.finding",
    "Report": "autodevops.model.report",
    "Status": "autodevops.model.verdict",
    "Verdict": "autodevops.model.verdict",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `autodevops --version` imports none."""
    home = _HOMES.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(home), name)

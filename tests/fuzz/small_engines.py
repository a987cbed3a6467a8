"""Engines that find too much and cost nothing, so that what judges their findings is reached."""

import re
from collections.abc import Iterator
from itertools import islice

from autodevops.facts._secrets.context import FileContext
from autodevops.facts._secrets.engine import OWN
from autodevops.facts._secrets.sightings import Candidate
from autodevops.fixing._workflow_text import steps
from autodevops.model.analysis import Analysis, Observation
from autodevops.model.finding import Confidence, Severity, in_file
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot
from autodevops.scanners.secret_rules import WRAPPED

_VALUE = re.compile(rb"""(?:(\w{2,30})[ \t]*[=:][ \t]*)?["']?([^\s"'=:]{8,200})["']?""")
_AUDITS = ("template-injection", "unpinned-uses", "secrets-outside-env", "artipacked",
           "excessive-permissions", "dangerous-triggers", "cache-poisoning")  # fmt: skip


class PatternEngine:
    """Stands for the secret engine: whatever is long enough is a candidate, three times over."""

    digest = "0" * 64

    def begin(self) -> None:
        """Be ready at any time."""

    def scan(self, content: bytes, file: FileContext) -> Iterator[Candidate]:
        del file
        for found in _VALUE.finditer(content):
            value = found[2].decode("utf-8", "replace")
            for rule in (f"{OWN}named.1", OWN + WRAPPED, "betterleaks.github-pat"):
                yield Candidate(rule=rule, value=value, start=found.start(2), end=found.end(2))


class StepAnalyser:
    """Stands for zizmor: the first steps are at fault in every way."""

    def analyse(self, snapshot: Snapshot) -> Analysis:
        paths = [path for path in snapshot.by_path if path.startswith(".github/workflows/")]
        texts = {path: snapshot.text(path, CONFIG_LIMIT) for path in paths}
        return Analysis(
            observations=tuple(
                Observation(
                    audit=audit,
                    summary="x",
                    note="y",
                    severity=Severity.HIGH,
                    confidence=Confidence.HIGH,
                    at=in_file(path, one.node.line),
                    job=str(one.path[1]) if one.path[0] == "jobs" else None,
                    step=int(one.path[-1]),
                )
                for path, text in texts.items()
                for one in islice(steps(text or ""), 2)
                for audit in _AUDITS
            ),
            paths=tuple(path for path, text in texts.items() if text is not None),
        )

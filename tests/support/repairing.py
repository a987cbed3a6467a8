"""Repairs small repositories in memory: audits, fixes, audits again, and fixes again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from autodevops.engine.judge import Bench
from autodevops.engine.plan import Planned
from autodevops.engine.run import Outcomes, run
from autodevops.facts.catalog import FACTS
from autodevops.fixing._api import Refusal
from autodevops.fixing.catalog import fixer_for
from autodevops.fixing.overlay import lay_over
from autodevops.fixing.site import Site
from autodevops.guide.load import built_in_guide
from autodevops.guide.model import Guide
from autodevops.guide.waivers import WaiverUse
from autodevops.model.analysis import WorkflowAnalyser
from autodevops.model.edit import Edit
from autodevops.model.finding import Finding, Severity
from autodevops.model.snapshot import Snapshot
from autodevops.rules.catalog import RULES
from autodevops.scanners.zizmor import Zizmor
from tests.support.memory import snapshot_of

Files = Mapping[str, str | bytes]
"""Content by path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """What became of the findings of one rule."""

    found: tuple[Finding, ...]
    """The findings before."""
    refused: tuple[str, ...]
    """Why some were left."""
    edits: Mapping[str, Edit]
    """What became of files."""
    left: tuple[Finding, ...]
    """The rule's findings afterwards."""
    new: tuple[Finding, ...]
    """Findings of any rule at low or above that were not there before."""
    again: tuple[Edit, ...]
    """What a second run would change."""

    def text(self, path: str) -> str:
        """Return a file as it became, line ends as they are."""
        content = self.edits[path].content
        assert content is not None, f"{path} was taken away"
        return content.decode()

    @property
    def gone(self) -> set[str]:
        """Return the paths that left git."""
        return {path for path, edit in self.edits.items() if edit.content is None}


def repaired(rule: str, files: Files | Snapshot, *, guide: Guide | None = None) -> Repaired:
    """Return what the fixers of a rule make of a repository."""
    snapshot = files if isinstance(files, Snapshot) else snapshot_of(files)
    if rule.startswith("WS"):  # the analyser is a process of its own
        analyser: WorkflowAnalyser = Zizmor()
        snapshot = replace(snapshot, analyser=analyser)
    guide = guide or built_in_guide()
    before = audited(snapshot, guide)
    found = [one for one in before.findings if one.rule == rule]
    edits, refused = _fixed(snapshot, before, found)
    mended = lay_over(snapshot, edits)
    after = audited(mended, guide)
    left = [one for one in after.findings if one.rule == rule]
    known = {one.id for one in before.findings}
    again, _ = _fixed(mended, after, left)
    return Repaired(
        found=tuple(found),
        refused=tuple(refused),
        edits={edit.path: edit for edit in edits},
        left=tuple(left),
        new=tuple(
            one
            for one in after.findings
            if one.id not in known and one.severity is not Severity.INFO
        ),
        again=again,
    )


def mended(rule: str, files: Files | Snapshot, *, guide: Guide | None = None) -> Repaired:
    """Return the same, when every finding of the rule is gone, nothing came, and for good."""
    done = repaired(rule, files, guide=guide)
    assert done.found, f"there is no finding of {rule}"
    assert not done.refused, done.refused
    assert not done.left, [one.message for one in done.left]
    assert not done.new, [(one.rule, one.message) for one in done.new]
    assert not done.again, done.again
    return done


def refusal(rule: str, files: Files | Snapshot, *, guide: Guide | None = None) -> str:
    """Return why the one finding of a rule is left, when nothing was changed."""
    done = repaired(rule, files, guide=guide)
    assert not done.edits, done.edits
    assert len(done.refused) == 1, (done.refused, [one.message for one in done.found])
    return done.refused[0]


def audited(snapshot: Snapshot, guide: Guide) -> Outcomes:
    """Return what all rules say."""
    planned = [Planned(rule=rule, disabled=None) for rule in RULES]
    nothing = WaiverUse(today=snapshot.now.date(), count=0)
    return run(
        snapshot,
        guide,
        planned,
        bench=Bench(),
        providers=FACTS,
        late={WaiverUse: lambda _: nothing},
    )


def _fixed(
    snapshot: Snapshot, before: Outcomes, found: Iterable[Finding]
) -> tuple[tuple[Edit, ...], list[str]]:
    site = Site(snapshot, before.lookup)
    refused = []
    for finding in found:
        fixer = fixer_for(finding)
        if fixer is None:
            continue  # its fixers know from the finding that they would refuse
        answer = fixer.repair(finding, site)
        if isinstance(answer, Refusal):
            refused.append(answer.reason)
        else:
            site.take(answer)
    return site.edits, refused

"""What the HTML page shows of a repository beside findings: branch ages, lines of code.

No line of a file that holds a secret, or may, is ever taken.
"""

from collections.abc import Iterable, Iterator
from posixpath import basename

from autodevops.engine.run import Lookup
from autodevops.facts.branches import Branches
from autodevops.facts.secrets import Secrets
from autodevops.guide.model import BranchPolicy
from autodevops.model.background import Background, BranchAge, Excerpt
from autodevops.model.finding import Finding, FindingStatus
from autodevops.model.snapshot import Snapshot

AROUND = 2
"""Lines shown before and after the one that a finding names."""
MOST_EXCERPTS = 2_000
"""Findings that get one; a page with more opens too slowly."""
_LONGEST = 200
_SECRET_RULES = ("SE", "SB004", "SB006", "IN004", "CO002", "CO008", "CO011")


def background(findings: Iterable[Finding], snapshot: Snapshot, lookup: Lookup) -> Background:
    """Return what stands behind these findings; `lookup` gives the audit's facts."""
    return Background(
        branches=tuple(_ages(lookup)),
        excerpts=dict(_excerpts(findings, snapshot, lookup)),
    )


def _ages(lookup: Lookup) -> list[BranchAge]:
    branches, policy = lookup(Branches), lookup(BranchPolicy)
    if not isinstance(branches, Branches) or not isinstance(policy, BranchPolicy):
        return []
    ages = (
        BranchAge(branch.name, branch.age.days, limit.days)
        for branch in branches.unmerged
        if not branch.is_cut and (limit := policy.max_age(branch.name)) is not None
    )
    return sorted(ages, key=lambda one: (-one.days, one.name))


def _excerpts(
    findings: Iterable[Finding], snapshot: Snapshot, lookup: Lookup
) -> Iterator[tuple[tuple[str, int], Excerpt]]:
    secrets = lookup(Secrets)
    if not isinstance(secrets, Secrets):
        return
    wanted = [one for one in findings if one.status is FindingStatus.OPEN]
    closed = {*secrets.by_path}
    closed |= {
        place.path
        for one in wanted
        if one.rule.startswith(_SECRET_RULES)
        for place in one.locations
        if place.path is not None
    }
    view = snapshot.view()
    rows: dict[str, list[str]] = {}
    for one in wanted[:MOST_EXCERPTS]:
        place = next((it for it in one.locations if it.path and it.line and not it.commit), None)
        if place is None or place.path is None or place.line is None:
            continue
        if place.path in closed or basename(place.path).startswith(".env"):
            continue
        if place.path not in rows:
            rows[place.path] = (view.text(place.path) or "").split("\n")
        first = max(place.line - AROUND, 1)
        lines = rows[place.path][first - 1 : place.line + AROUND]
        if len(lines) > place.line - first:
            cut = tuple(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…" for line in lines)
            yield (place.path, place.line), Excerpt(first, cut)

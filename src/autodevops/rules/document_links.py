"""Runbooks & Incident Postmortems: what documents refer to is there."""

from collections.abc import Iterator

from autodevops.facts.commit_mentions import LostCommit, LostCommits
from autodevops.facts.document_links import DocumentLinks
from autodevops.model.finding import (
    Confidence,
    NotApplicable,
    Severity,
    Unknown,
    Violation,
    in_file,
)
from autodevops.model.snapshot import Unavailable
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, listed

_SECTION = "Runbooks & Incident Postmortems"
_MOST_PLACES = 100
"""Most places that one finding lists."""


@rule("OP004", "dead-link", section=_SECTION, severity=Severity.LOW, tier="T/H")
def dead_link(
    links: DocumentLinks | NotApplicable, commits: LostCommits | Unavailable | NotApplicable
) -> Iterator[Violation | Unknown | NotApplicable]:
    """Relative links, anchors and commit ids in documents lead somewhere.

    Whoever follows a dead link in a document doubts the rest of it. Links are read as GitHub and
    the usual site generators read them; what leaves the repository, stands in code or holds a
    placeholder is not judged. A commit id counts when the text calls it a commit.

    Remedy: Point the link to where the file or heading is now, or remove it.

    Example:
        before   [scaling](../ops/autoscaler.md)       (the file is named auto-scaler.md)
        after    [scaling](../ops/auto-scaler.md)
    """
    if isinstance(links, NotApplicable):
        yield links
        return
    for path, dead in links.dead:
        shown = listed([f"{one.target} (line {one.line}): {one.why}" for one in dead])
        yield Violation(
            subject=path,
            message=f"{path} has {counted(len(dead), 'dead link')}: {shown}",
            at=tuple(in_file(path, one.line) for one in dead[:_MOST_PLACES]),
            evidence={
                "links": [
                    {"line": one.line, "target": one.target, "why": one.why} for one in dead[:20]
                ]
            },
        )
    match commits:
        case Unavailable(reason, needs):
            yield Unknown(reason=f"commit ids in documents: {reason}", needs=needs)
        case LostCommits(found=lost):
            yield from _lost(lost)


def _lost(lost: tuple[LostCommit, ...]) -> Iterator[Violation]:
    for path in dict.fromkeys(one.mention.path for one in lost):
        of_path = [one for one in lost if one.mention.path == path]
        shown = listed(
            [
                f"{one.mention.oid} (line {one.mention.line}"
                f"{', only on another branch or tag' if one.elsewhere else ''})"
                for one in of_path
            ]
        )
        yield Violation(
            subject=path,
            message=f"{path} names {counted(len(of_path), 'commit')} that the default branch "
            f"does not have: {shown}",
            at=tuple(in_file(path, one.mention.line) for one in of_path[:_MOST_PLACES]),
            evidence={"commits": [one.mention.oid for one in of_path[:20]]},
            confidence=Confidence.MEDIUM,
        )

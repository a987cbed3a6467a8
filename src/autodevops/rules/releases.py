"""Tagging and Promotion: release tags by name, kind, place and order."""

from collections.abc import Iterator

from autodevops.facts.releases import Releases
from autodevops.facts.tag_protection import TagProtection
from autodevops.facts.tags import Tag, Tags
from autodevops.guide.model import ReleasePolicy
from autodevops.model.finding import (
    NotApplicable,
    Safety,
    Severity,
    Unknown,
    Violation,
    at_ref,
    at_setting,
)
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, in_days, lasting

_SECTION = "Tagging and Promotion"
_HISTORY = "`git fetch --unshallow --tags`"
_NO_TAGS = NotApplicable(reason="there are no release tags")


@rule("RE001", "tag-semver", section=_SECTION, severity=Severity.MEDIUM, tier="H")
def tag_semver(tags: Tags, policy: ReleasePolicy) -> Iterator[Violation | NotApplicable]:
    """Release tags are `vMAJOR.MINOR.PATCH`, with `-pre.release` where it is one.

    Deploys, changelogs and update tools order releases by Semantic Versioning 2.0.0; what doesn't
    follow it is skipped or sorted wrongly. Short aliases such as `v1` beside `v1.4.2` on the same
    commit are fine, and so are tags that don't look like versions.

    Remedy: Tag the commit again under the right name, for example
    `git tag -a v1.2.0 -m "Release 1.2.0" COMMIT`, and delete the other tag.

    Example:
        git tag -a v1.2 -m "Release 1.2"
        becomes
        git tag -a v1.2.0 -m "Release 1.2.0"
    """
    if not tags.releases:
        yield _NO_TAGS
    for tag in tags.releases:
        if tag.version is None:
            form = f"{policy.tag_prefix}MAJOR.MINOR.PATCH[-pre]"
            yield Violation(
                subject=tag.name,
                message=f"{tag.name} is not {form} as Semantic Versioning 2.0.0 writes it",
                at=at_ref(tag.name),
                evidence=_evidence(tag),
            )


@rule(
    "RE002", "tag-annotated", section="Release Branches Policy", severity=Severity.MEDIUM, tier="H"
)
def tag_annotated(tags: Tags) -> Iterator[Violation | NotApplicable]:
    """Release tags are annotated.

    An annotated tag says who released what and when, can be signed, and is what `git describe`
    and `git push --follow-tags` look at; a lightweight one is a bookmark that anyone may move.

    Remedy: Replace it: `git tag -a -f v1.2.0 v1.2.0^{} -m "Release 1.2.0"` and push it with
    `--force`, or keep it and annotate the next ones.

    Example:
        git tag v1.2.0
        becomes
        git tag -a v1.2.0 -m "Release 1.2.0"
    """
    if not tags.releases:
        yield _NO_TAGS
    for tag in tags.releases:
        if not tag.is_annotated:
            yield Violation(
                subject=tag.name,
                message=f"{tag.name} is lightweight; release tags are annotated (`git tag -a`)",
                at=at_ref(tag.name),
                evidence=_evidence(tag),
            )


@rule(
    "RE003",
    "tag-off-main",
    section="Release Branches Policy",
    severity=Severity.MEDIUM,
    tier="H",
    defers_to=("BR014",),
)
def tag_off_main(tags: Tags) -> Iterator[Violation | NotApplicable | Unknown]:
    """Release tags are on the default branch.

    What was released from elsewhere was never the trunk: the next release may lack it.

    Remedy: Merge the tagged commit, or tag the commit of the trunk that was meant.

    Example:
        git switch feature/export
        git tag -a v1.2.0 -m "Release 1.2.0"
        becomes
        git switch main
        git merge feature/export
        git tag -a v1.2.0 -m "Release 1.2.0"
    """
    if not tags.releases:
        yield _NO_TAGS
    away = [tag for tag in tags.releases if not tag.is_on_default]
    if away and tags.is_shallow:
        yield Unknown(reason="the clone is shallow: tags may be on commits below", needs=_HISTORY)
        return
    for tag in away:
        place = "marks no commit" if tag.commit is None else "is not on the default branch"
        yield Violation(
            subject=tag.name,
            message=f"{tag.name} {place}; releases are tagged there",
            at=at_ref(tag.name),
            evidence=_evidence(tag),
        )


@rule("RE004", "unpromoted-release", section=_SECTION, severity=Severity.LOW, tier="H")
def unpromoted_release(
    releases: Releases, policy: ReleasePolicy
) -> Iterator[Violation | NotApplicable]:
    """Each major or minor release was a release candidate first, on the same line.

    `v1.2.0-rc.1` is tested, and the same line becomes `v1.2.0`: what goes to production has been
    tried as it is. Patch releases need no candidate.

    Remedy: Tag a candidate before the next one: `git tag -a v1.3.0-rc.1 -m "Candidate for 1.3.0"`.

    Example:
        git tag -a v1.3.0 -m "Release 1.3.0"
        becomes
        git tag -a v1.3.0-rc.1 -m "Candidate for 1.3.0"
        git tag -a v1.3.0 -m "Release 1.3.0"   # once the candidate has been tried
    """
    if not releases.major_or_minor:
        yield NotApplicable(reason="there is no major or minor release")
    for tag in releases.unpromoted:
        yield Violation(
            subject=tag.name,
            message=f"{tag.name} was released without {tag.name}-{policy.candidate}.N before it "
            "on the same line",
            at=at_ref(tag.name),
            evidence=_evidence(tag),
        )


@rule("RE005", "version-regression", section=_SECTION, severity=Severity.MEDIUM, tier="H")
def version_regression(releases: Releases, tags: Tags) -> Iterator[Violation | NotApplicable]:
    """Versions grow along history.

    A lower version on top of a higher one is never installed by tools that take the newest, and
    nobody can tell which of the two holds more.

    Remedy: Release again under a version above all before it, and delete the wrong tag.

    Example:
        * (main, tag: v1.1.3) fix: round prices once
        * (tag: v1.2.0) feat: export orders
        becomes
        * (main, tag: v1.2.1) fix: round prices once
        * (tag: v1.2.0) feat: export orders
    """
    if not tags.versions:
        yield _NO_TAGS
    for tag, earlier in releases.regressions:
        yield Violation(
            subject=tag.name,
            message=f"{tag.name} comes after {earlier.name} in history; versions only grow",
            at=(at_ref(tag.name), at_ref(earlier.name)),
            evidence=_evidence(tag) | {"after": earlier.name, "after_commit": earlier.commit},
        )


@rule(
    "RE010",
    "tag-protection",
    section=_SECTION,
    severity=Severity.MEDIUM,
    tier="G1",
    fix=Safety.UNSAFE,
)
def tag_protection(
    protection: TagProtection, policy: ReleasePolicy
) -> Iterator[Violation | Unknown]:
    """A ruleset protects `v*` tags from being moved and deleted.

    Deploys follow tags: who can move `v1.2.0` can deploy anything under a name that was reviewed.

    Remedy: Add a tag ruleset for `v*` that restricts updates and deletions (Settings, Rules).

    Example:
        Settings > Rules > Rulesets: none that is for tags
        becomes
        Settings > Rules > Rulesets > Release tags: active
          Target tags: v*
          Restrict updates, restrict deletions: on
    """
    kept_from = (("updates", protection.blocks_update), ("deletions", protection.blocks_deletion))
    missing = [what for what, is_kept in kept_from if not is_kept]
    if not missing:
        return
    if protection.unseen is not None:
        yield Unknown(reason=protection.unseen.reason, needs=protection.unseen.needs)
        return
    yield Violation(
        subject="rulesets",
        message=f"no ruleset keeps {policy.protected_tags} tags from {' and '.join(missing)}",
        at=at_setting("rulesets"),
        evidence={"missing": missing, "rulesets": list(protection.rulesets)},
    )


@rule("RE011", "unreleased-drift", section=_SECTION, severity=Severity.INFO, tier="H")
def unreleased_drift(
    releases: Releases, policy: ReleasePolicy
) -> Iterator[Violation | NotApplicable]:
    """The default branch is not far ahead of the last release.

    What is merged but not released helps nobody yet, and the next release grows riskier with it.

    Remedy: Release what is there: `git tag -a v1.3.0 -m "Release 1.3.0"`.

    Example:
        $ git rev-list --count v1.2.0..main
        140
        becomes
        $ git tag -a v1.3.0 -m "Release 1.3.0" main
        $ git rev-list --count v1.3.0..main
        0
    """
    drift = releases.drift
    if drift is None:
        yield NotApplicable(reason="there is no release yet")
        return
    by_count = drift.commits >= policy.drift_commits
    if not by_count and drift.age.days < policy.drift_days:
        return
    yield Violation(
        subject=drift.release.name,
        message=f"{drift.release.name} was the last release; since then "
        f"{counted(drift.commits, 'commit')}, the oldest {lasting(drift.age)} old, "
        f"{'waits' if drift.commits == 1 else 'wait'} for the next",
        at=at_ref(drift.release.name),
        evidence={
            "commits": drift.commits,
            "oldest_days": in_days(drift.age),
            "limit_commits": policy.drift_commits,
            "limit_days": policy.drift_days,
        },
    )


def _evidence(tag: Tag) -> dict[str, str | bool | None]:
    return {
        "commit": tag.commit,
        "annotated": tag.is_annotated,
        "on_default_branch": tag.is_on_default,
    }

"""Tagging and Promotion: what changelog, manifests and tags say about the same release."""

from collections.abc import Iterator

from autodevops.facts.changelog import Changelog
from autodevops.facts.tag_deploys import TagDeploys
from autodevops.facts.tags import Tags
from autodevops.facts.version_claims import VersionClaims
from autodevops.model.finding import NotApplicable, Safety, Severity, Violation, at_ref, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Tagging and Promotion"


@rule(
    "RE006",
    "changelog-entry",
    section=_SECTION,
    severity=Severity.LOW,
    tier="H",
    fix=Safety.UNSAFE,
)
def changelog_entry(tags: Tags, changelog: Changelog) -> Iterator[Violation | NotApplicable]:
    """Each release tag has its section in the changelog.

    Who upgrades looks there for what changes. Candidates and other pre-releases need none.

    Remedy: Add a section under the version's heading, such as `## [1.2.0] - 2026-03-01`.

    Example:
        ## [1.1.0] - 2026-02-01     <- the newest section, while v1.2.0 is tagged
        becomes
        ## [1.2.0] - 2026-03-01
        - Orders can be exported.

        ## [1.1.0] - 2026-02-01
    """
    due = [tag for tag in tags.versions if tag.version and not tag.version.pre]
    if not due:
        yield NotApplicable(reason="there are no release tags")
    for tag in due:
        if tag.version and changelog.find(tag.version) is None:
            yield Violation(
                subject=tag.name,
                message=f"{tag.name} has no section in {changelog.paths[0]}",
                at=(at_ref(tag.name), in_file(changelog.paths[0])),
                evidence={"changelogs": list(changelog.paths)},
            )


@rule("RE007", "deploy-on-tag", section=_SECTION, severity=Severity.MEDIUM, defers_to=("CI014",))
def deploy_on_tag(deploys: TagDeploys) -> Iterator[Violation]:
    """A deploy workflow runs when a version is tagged.

    The tag is the release: what it marks is what is deployed, and deploying it again, or going
    back, is a matter of choosing a tag.

    Remedy: Add the tags to the deploy workflow's triggers.

    Example:
        on:
          push:
            branches: [main]
            tags: ["v*"]   # added
    """
    if deploys.on_tags:
        return
    first = deploys.jobs[0]
    yield Violation(
        subject=first.path,
        message=f"{listed([job.subject for job in deploys.jobs])} "
        f"{'deploys' if len(deploys.jobs) == 1 else 'deploy'}, but not when a version is tagged",
        at=tuple(in_file(job.path, job.line) for job in deploys.jobs),
        evidence={"jobs": [job.subject for job in deploys.jobs]},
    )


@rule("RE008", "no-release-tag", section=_SECTION, severity=Severity.HIGH, tier="H")
def no_release_tag(claims: VersionClaims) -> Iterator[Violation | NotApplicable]:
    """The version that changelog or manifests claim has its tag.

    Releases are tags: a version that is only written down can't be deployed, compared or gone back
    to. Development versions, placeholders, private packages and sections marked as unreleased
    claim nothing.

    Remedy: Tag the commit that was released: `git tag -a v1.2.0 -m "Release 1.2.0" COMMIT` and
    `git push origin v1.2.0`; or mark the section as unreleased.

    Example:
        $ grep -m 1 '^## ' CHANGELOG.md
        ## [1.2.0] - 2026-03-01
        $ git tag --list 'v1.2*'          # before: nothing
        $ git tag --list 'v1.2*'          # after
        v1.2.0
    """
    if not claims.released:
        yield NotApplicable(reason="nothing claims a released version")
    untagged = claims.untagged
    for version in dict.fromkeys(claim.text for claim in untagged):
        places = [claim for claim in untagged if claim.text == version]
        yield Violation(
            subject=f"{claims.tag_prefix}{version}",
            message=f"{listed([claim.path for claim in places])} "
            f"{'claims' if len(places) == 1 else 'claim'} version {version}, which has no tag"
            + ("" if claims.has_tags else "; the repository has no release tag at all"),
            at=tuple(in_file(claim.path, claim.line) for claim in places),
            evidence={"version": version, "newest_tag": claims.newest_tag},
        )


@rule("RE009", "version-agreement", section=_SECTION, severity=Severity.LOW, tier="H")
def version_agreement(claims: VersionClaims) -> Iterator[Violation | NotApplicable]:
    """Manifests, changelog, API version and newest tag name the same version.

    When they differ, nobody can say which code a bug report or a deploy is about. A version in
    development that is above the newest release is fine when it says so (`1.3.0-dev`).

    Remedy: Set the version in one place, or let the build take it from the tag.

    Example:
        pyproject.toml, while v1.2.0 is the newest tag:
        version = "1.1.0"
        becomes
        version = "1.2.0"
    """
    if claims.reference is None:
        yield NotApplicable(reason="fewer than two places state a version")
        return
    for claim in claims.deviating:
        yield Violation(
            subject=claim.path,
            message=f"{claim.path} says {claim.text}; {claims.reference.path} says "
            f"{claims.reference.text}",
            at=in_file(claim.path, claim.line),
            evidence={"version": claim.text, "reference": claims.reference.text},
        )

"""What tags, changelog, manifests and code say about the version, held against each other."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.changelog import Changelog
from autodevops.facts.semver import Version, parse_version
from autodevops.facts.tags import Tags
from autodevops.facts.versions import ClaimKind, VersionClaim, Versions
from autodevops.guide.model import ReleasePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Unavailable

# What tools write into a new manifest: up to here a version was never anybody's decision.
_SCAFFOLD = (0, 1, 0)
_NEWEST_TAG = "the newest tag"


class Claim(NamedTuple):
    """One place that states a version."""

    path: str
    """The file, or `the newest tag`."""
    line: int | None
    """1-based line."""
    text: str
    """The version as written."""
    version: Version
    """The semantic version; `1.2` reads as `1.2.0`."""


class VersionClaims(Struct, frozen=True, kw_only=True):
    """What the places say, and where they differ."""

    released: tuple[Claim, ...]
    """The newest section of the changelog, and manifests: places that claim a release."""
    untagged: tuple[Claim, ...]
    """Those of them that state the highest version when it has no tag."""
    reference: Claim | None
    """What all places are held against; None when fewer than two state a version."""
    deviating: tuple[Claim, ...]
    """Places that state another version than the reference."""
    newest_tag: str | None
    """Name of the tag with the highest version."""
    has_tags: bool
    """Whether there is any release tag."""
    tag_prefix: str
    """What stands before the version in a tag."""


@fact
def version_claims(
    versions: Versions, changelog: Changelog | NotApplicable, tags: Tags, policy: ReleasePolicy
) -> VersionClaims | Unavailable:
    """Return what is claimed."""
    written = tuple(_claims(versions.claims))
    documented = _documented(changelog)
    manifests = _claims(claim for claim in versions.claims if claim.kind is ClaimKind.MANIFEST)
    released = (*documented, *(c for c in manifests if _is_release(c)))
    untagged = _untagged(released, documented, tags)
    if untagged and tags.is_shallow:
        return Unavailable("the clone is shallow and may lack tags", needs="`git fetch --tags`")
    places = (*documented, *written)
    reference = _reference(places, untagged, tags)
    return VersionClaims(
        released=released,
        untagged=untagged,
        reference=reference,
        deviating=_deviating(places, documented, reference, tags) if reference else (),
        newest_tag=tags.newest.name if tags.newest else None,
        has_tags=bool(tags.releases),
        tag_prefix=policy.tag_prefix,
    )


def _claims(stated: Iterable[VersionClaim]) -> Iterator[Claim]:
    for claim in stated:
        version = claim.version or parse_version(f"{claim.text}.0")
        if version is not None:
            yield Claim(claim.path, claim.line, claim.text, version)


def _documented(changelog: Changelog | NotApplicable) -> tuple[Claim, ...]:
    """Return what the changelog's newest released section claims."""
    newest = None if isinstance(changelog, NotApplicable) else changelog.newest
    if newest is None or newest.version is None:
        return ()
    return (Claim(newest.path, newest.line, newest.text, newest.version),)


def _is_release(claim: Claim) -> bool:
    return not claim.version.pre and claim.version.core > _SCAFFOLD


def _untagged(
    released: tuple[Claim, ...], documented: tuple[Claim, ...], tags: Tags
) -> tuple[Claim, ...]:
    """Return the claims of the highest version if it should have a tag and has none.

    Beside older tags a manifest alone may be ahead for the next release; a changelog's section
    says that the release was made.
    """
    highest = max((claim.version.precedence for claim in released), default=None)
    claims = tuple(claim for claim in released if claim.version.precedence == highest)
    if not claims or tags.names_version(claims[0].version):
        return ()
    newest = tags.newest.version if tags.newest else None
    if newest is not None and newest.precedence > claims[0].version.precedence:
        return ()
    return claims if not tags.releases or set(claims) & set(documented) else ()


def _reference(places: tuple[Claim, ...], untagged: tuple[Claim, ...], tags: Tags) -> Claim | None:
    if untagged:
        return untagged[0] if places[1:] else None
    if tags.newest is not None and tags.newest.version is not None:
        newest = Claim(_NEWEST_TAG, None, tags.newest.name, tags.newest.version)
        return newest if places else None
    highest = max(places, key=lambda claim: claim.version.precedence, default=None)
    return highest if places[1:] else None


def _deviating(
    places: tuple[Claim, ...], documented: tuple[Claim, ...], reference: Claim, tags: Tags
) -> tuple[Claim, ...]:
    accepted = {reference.version.precedence}
    stable = [tag.version for tag in tags.versions if tag.version and not tag.version.pre]
    if reference.version.pre and stable:
        # Between a candidate and its release, places may name either.
        accepted.add(stable[-1].precedence)
    by_tag = reference.path == _NEWEST_TAG
    return tuple(
        claim
        for claim in places
        if claim.version.precedence not in accepted
        and not (claim.version.pre and claim.version.precedence > reference.version.precedence)
        # A newest tag without its section is RE006's matter.
        and not (by_tag and claim in documented)
    )

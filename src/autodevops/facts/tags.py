"""Tags: which are releases, what version they name, and where they stand in history."""

import re
from collections.abc import Mapping

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.lineage import Lineage
from autodevops.facts.refs import Refs
from autodevops.facts.semver import Version, parse_version
from autodevops.guide.model import ReleasePolicy
from autodevops.model.history import Ref
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Unavailable

_TAGS = "refs/tags/"
# `v1`, `1.2`, `v1.2.3.4`, `v1.2rc1`, `v1.2.0-beta.1+5`, `1.2.3.Final`: what looks like a version.
# A single number followed by words, such as `2-before-the-move`, names something else.
_LOOKS_LIKE_VERSION = regex(
    r"[vV]?[0-9]+(?:"
    r"(?:\.[0-9]+)+(?:[-+._]?[0-9A-Za-z][0-9A-Za-z.+_-]*)?"
    r"|(?:[-.]?(?:a|alpha|b|beta|rc|pre|dev|post)[-.]?[0-9]*)?"
    r")",
    re.ASCII,
)
_LONGEST = 250


class Tag(Struct, frozen=True, kw_only=True):
    """One tag."""

    name: str
    """Without `refs/tags/`."""
    commit: str | None
    """Commit that it leads to; None when it marks a file or folder."""
    made_at: int
    """Committer time of that commit, Unix seconds."""
    is_annotated: bool
    """Whether it has an author, a date and a message of its own."""
    is_on_default: bool
    """Whether the default branch reaches its commit."""
    version: Version | None
    """The version by SemVer 2.0 after the guide's prefix; None when the name doesn't follow it."""


class Tags(Struct, frozen=True, kw_only=True):
    """The repository's tags."""

    releases: tuple[Tag, ...]
    """Tags that look like versions, oldest version first, those without a version in front."""
    moving: tuple[Tag, ...]
    """Aliases such as `v1` beside `v1.4.2` on the same commit."""
    rest: tuple[Tag, ...]
    """All other tags, by name."""
    is_shallow: bool
    """Whether a shallow clone leaves out commits, and perhaps tags."""

    @property
    def versions(self) -> tuple[Tag, ...]:
        """Return the release tags that follow SemVer, oldest version first."""
        return tuple(tag for tag in self.releases if tag.version is not None)

    @property
    def newest(self) -> Tag | None:
        """Return the tag of the highest version on the default branch; of any if none is there."""
        known = self.versions
        return next((tag for tag in reversed(known) if tag.is_on_default), None) or (
            known[-1] if known else None
        )

    def names_version(self, version: Version) -> bool:
        """Tell whether some tag is that version's, a component's (`api-v1.2.0`) included."""
        text = re.escape(str(version._replace(build="")))
        ending = re.compile(rf"(?:.*[^0-9.])?{text}(?:\+.*)?", re.DOTALL)
        return any(ending.fullmatch(tag.name) for tag in (*self.releases, *self.moving, *self.rest))


@fact
def tags(refs: Refs, lineage: Lineage, policy: ReleasePolicy) -> Tags | Unavailable:
    """Return the tags; a shallow clone without any has just not fetched them."""
    if lineage.shallow and not refs.tags:
        return Unavailable("the clone is shallow and has no tags", needs="`git fetch --tags`")
    every = tuple(_tag(ref, lineage, policy.tag_prefix) for ref in refs.tags)
    looking = [tag for tag in every if _is_release(tag.name, policy.tag_prefix)]
    full = {tag.commit: tag for tag in looking if tag.version is not None}
    moving = {tag.name for tag in looking if _is_alias(tag, full)}
    names = {tag.name for tag in looking}
    return Tags(
        releases=tuple(sorted((t for t in looking if t.name not in moving), key=_order)),
        moving=tuple(tag for tag in looking if tag.name in moving),
        rest=tuple(tag for tag in every if tag.name not in names),
        is_shallow=lineage.shallow,
    )


def _tag(ref: Ref, lineage: Lineage, prefix: str) -> Tag:
    name = ref.name.removeprefix(_TAGS)
    return Tag(
        name=name,
        commit=ref.commit,
        made_at=ref.committed_at,
        is_annotated=ref.kind == "tag",
        is_on_default=ref.commit is not None and lineage.is_on_default(ref.commit),
        version=parse_version(name.removeprefix(prefix)) if name.startswith(prefix) else None,
    )


def _is_release(name: str, prefix: str) -> bool:
    if len(name) > _LONGEST:
        return False
    bare = name.removeprefix(prefix) if name.startswith(prefix) else name
    return bool(_LOOKS_LIKE_VERSION.fullmatch(name) or _LOOKS_LIKE_VERSION.fullmatch(bare))


def _is_alias(tag: Tag, full: Mapping[str | None, Tag]) -> bool:
    """Tell whether a tag is the short name of a full version on the same commit."""
    release = full.get(tag.commit)
    return tag.version is None and release is not None and release.name.startswith(f"{tag.name}.")


def _order(tag: Tag) -> tuple[bool, object, str]:
    return (tag.version is not None, tag.version.precedence if tag.version else (), tag.name)

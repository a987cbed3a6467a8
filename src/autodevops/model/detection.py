"""What a secret scanner may say: where a secret stands and what kind it is, never its value.

The scanner belongs to another layer; whoever builds a snapshot hands one in (`Snapshot.secrets`).
It judges each candidate while the value is in memory and keeps only what stands here.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from autodevops.model.finding import Confidence, Plain, Severity

if TYPE_CHECKING:
    from autodevops.model.history import History
    from autodevops.model.snapshot import Gap, Snapshot, Unavailable


class Allowance(NamedTuple):
    """A comment beside a secret that accepts it: `autodevops: allow SE001 -- reason`."""

    rules: tuple[str, ...]
    """Ids and slugs that it names, upper and lower case as written."""
    reason: str | None
    """Why; without a reason the comment does not count."""
    line: int
    """1-based line of the comment."""


class Detection(Struct, frozen=True, kw_only=True):
    """A secret at one place, judged and masked."""

    path: str
    """Path inside the repository."""
    line: int
    """1-based line of its first character."""
    column: int
    """1-based column of its first character, in characters."""
    end_line: int
    """1-based line of its last character."""
    kind: str
    """What it is, as a slug such as `github-token` or `password`."""
    title: str
    """What it is, in words that fit after "a" or "an": `GitHub token`."""
    provider: str | None
    """Who issued it; None for passwords and keys of one's own."""
    name: str | None
    """The variable, key or field that holds it, as written."""
    masked: str
    """At most its first four characters and an ellipsis."""
    engine_rule: str
    """Id of the engine's rule that found it."""
    severity: Severity
    """How bad a leak of this kind is."""
    confidence: Confidence
    """How sure the judgement is."""
    group: int = 0
    """Equal numbers within one scan stand for equal values; nothing else follows from them."""
    remedy: str
    """Where to revoke it and what to do then."""
    evidence: Mapping[str, Plain] = field(default_factory=dict)
    """What the value says about itself, such as a token's role and expiry."""
    allowance: Allowance | None = None
    """The comment that accepts it, if there is one."""

    @property
    def subject(self) -> str:
        """Return what a finding about it is about, stable over runs and edits: `path#NAME`."""
        return f"{self.path}#{self.name or self.kind}"

    def at(self, path: str) -> "Detection":
        """Return the same secret in another file of the same content."""
        return replace(self, path=path)

    def allowed(self, *rules: str) -> bool:
        """Tell whether a comment with a reason accepts it for one of these ids or slugs."""
        return (
            self.allowance is not None
            and self.allowance.reason is not None
            and not {rule.lower() for rule in rules}.isdisjoint(
                named.lower() for named in self.allowance.rules
            )
        )


class TreeScan(Struct, frozen=True, kw_only=True):
    """What the tracked (or staged) files hold."""

    detections: tuple[Detection, ...]
    """By path, line and column."""
    files: int
    """Files that were read."""
    archives: int = 0
    """Archives and compressed files, which are not opened."""
    gaps: tuple["Gap", ...] = ()
    """Files that could not be read or scanned."""


class Leak(Struct, frozen=True, kw_only=True):
    """A secret in history: one value in one or many old versions of files."""

    detection: Detection
    """The secret where it first stood, with the newest version's comment that accepts it."""
    commit: str | None
    """Commit that brought it; None when only a tag or note holds it."""
    committed_at: int | None
    """Committer time of that commit, Unix seconds."""
    summary: str | None
    """First line of that commit's message."""
    paths: tuple[str, ...]
    """Every path that ever held it, sorted."""
    refs: tuple[str, ...]
    """Full names of refs that still reach it, sorted; at most `MAX_REFS` of them."""
    ref_count: int
    """How many refs reach it."""
    versions: int
    """How many versions of files hold it."""
    admitted: tuple[str, ...] = ()
    """Later commits on its paths whose messages admit it: short id and subject."""


MAX_REFS = 20
"""So many refs are named for one leak."""


class HistoryScan(Struct, frozen=True, kw_only=True):
    """What every blob holds that any ref reaches."""

    leaks: tuple[Leak, ...]
    """Oldest first."""
    archives: int = 0
    """Archives and compressed blobs, which are not opened."""
    since: int | None = None
    """Only commits since that time were looked at (Unix seconds); None for all."""
    gaps: tuple["Gap", ...] = ()
    """What could not be read: missing objects, oversized blobs, a shallow boundary."""


class SecretScanner(Protocol):
    """Finds secrets; the implementation is picked where the program is put together."""

    def begin(self, snapshot: "Snapshot") -> None:
        """Make ready, beside the caller's other work, for a search that is about to be asked."""
        ...

    def scan_tree(self, snapshot: "Snapshot") -> "TreeScan | Unavailable":
        """Return the secrets in the snapshot's files, within its scope."""
        ...

    def scan_history(self, history: "History") -> "HistoryScan | Unavailable":
        """Return the secrets in every blob that any ref reaches."""
        ...

    def left_out(self) -> str | None:
        """Return, after the searches, what they did not open, in one sentence."""
        ...

"""What a repair would change: whole new contents of files, as data; someone else applies them."""

from msgspec import Struct

from autodevops.model.finding import Finding, Safety


class Edit(Struct, frozen=True, kw_only=True):
    """What becomes of one file."""

    path: str
    """Path inside the repository, with `/`."""
    content: bytes | None
    """The whole new content; None takes the file away."""
    executable: bool | None = None
    """Whether the file may be run; None keeps what is."""
    keep: bool = False
    """Whether a file that is taken away only leaves git and stays on disk, as `git rm --cached`."""


class Repair(Struct, frozen=True, kw_only=True):
    """What would make one finding go."""

    finding: Finding
    """The finding."""
    title: str
    """What the repair does, in the imperative."""
    safety: Safety
    """Whether it needs a person's look."""
    edits: tuple[Edit, ...]
    """What becomes of files, on top of the repairs before it."""

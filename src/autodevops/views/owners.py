"""Who owns which folder, and how much of it."""

from collections import Counter

from autodevops.facts.ownership import Ownership
from autodevops.model.table import Table

_ROOT = "(files of the root)"


def owners_view(ownership: Ownership) -> Table:
    """Top-level folders and who owns how many of their files."""
    owners_of = _owners(ownership)
    folders: dict[str, list[int]] = {}
    for position, path in enumerate(ownership.index.paths):
        folder, slash, _ = path.partition("/")
        folders.setdefault(folder + slash if slash else _ROOT, []).append(position)
    return Table(
        title="Owners",
        columns=("folder", "files", "owned", "owners"),
        rows=tuple(
            _row(folder, [owners_of.get(position, ()) for position in positions])
            for folder, positions in sorted(folders.items())
        ),
        notes=tuple(
            f"line {fault.line} of {ownership.codeowners.path} counts for nothing: {fault.reason}"
            for fault in ownership.codeowners.faults
        ),
    )


def _owners(ownership: Ownership) -> dict[int, tuple[str, ...]]:
    """Return the owners of each file by its position among the tracked paths."""
    found: dict[int, tuple[str, ...]] = {}
    for line, files in zip(ownership.codeowners.lines, ownership.effective, strict=True):
        names = tuple(owner.name for owner in line.owners)
        if names:
            digits = bin(files)[:1:-1]
            found |= {i: names for i, digit in enumerate(digits) if digit == "1"}
    return found


def _row(folder: str, owners: list[tuple[str, ...]]) -> tuple[str, ...]:
    counts = Counter(name for names in owners for name in names)
    owned = sum(1 for names in owners if names)
    share = 100 * owned // len(owners)
    told = ", ".join(
        name if count == len(owners) else f"{name} ({count})"
        for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    return (folder, str(len(owners)), f"{share} %", told)

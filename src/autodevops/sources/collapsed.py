"""Indexes that hold folders in place of the files that a sparse checkout leaves out."""

from pathlib import Path

from autodevops.sources.index_names import HEADER, names

_EXTENSION = b"sdir"
_CONFIGURATION = """\
[core]
\tsparseCheckout = true
\tsparseCheckoutCone = true
[index]
\tsparse = true
[sparse]
\texpectFilesOutsideOfPatterns = true
"""
_PATTERNS = "info/sparse-checkout"


def is_collapsed(index: bytes, id_size: int) -> bool:
    """Tell whether folders may stand in an index for all that is in them."""
    if _EXTENSION not in index:
        return False
    at = max((end for _, end in names(index, id_size)), default=HEADER)
    while at < len(index) - id_size:
        if index[at : at + 4] == _EXTENSION:
            return True
        at += 8 + int.from_bytes(index[at + 4 : at + 8], "big")
    return False


def keep_collapsed(quarantine: Path) -> None:
    """Let git read the index of a quarantine as it is.

    Else it reads it out into all files, makes every folder anew, and with that renews the time of
    those objects of the target that are the same.
    """
    with (quarantine / "config").open("a", encoding="ascii") as configuration:
        configuration.write(_CONFIGURATION)
    patterns = quarantine / _PATTERNS
    patterns.parent.mkdir(exist_ok=True)
    patterns.write_text("/*\n!/*/\n", encoding="ascii")


def is_kept_collapsed(quarantine: Path) -> bool:
    """Tell whether the index of a quarantine is to be read as it is."""
    return (quarantine / _PATTERNS).exists()

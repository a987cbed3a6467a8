"""Names and writes the files of a batch; what targets are called is hostile text."""

import os
import re
from hashlib import sha256
from pathlib import Path

from autodevops.errors import OutputError
from autodevops.writing import write_whole

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST = 80
_MAKE_ROOM = "check that the folder exists, is writable and has room"


def file_name(number: int, target: str) -> str:
    """Return the name of a target's report: its number, then what is harmless of its name."""
    harmless = _UNSAFE.sub("-", target).strip("-.")[-_LONGEST:].lstrip("-.")
    return f"{number:05}-{harmless or 'target'}.json"


def checksum(content: bytes) -> str:
    """Return by what a file is known to be the one that was written."""
    return sha256(content).hexdigest()


def make_folder(folder: Path, *, advice: str = _MAKE_ROOM) -> Path:
    """Make a folder that only its owner reads, unless it is there; raises OutputError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(
            f"could not make {folder}: {problem.strerror or problem}", advice=advice
        ) from problem
    return folder


def put_on_disk(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever looks finds all of it or nothing; raises OutputError."""
    try:
        write_whole(path, [content], mode=0o600)
    except OSError as problem:
        raise OutputError(
            f"could not write {path}: {problem.strerror or problem}", advice=_MAKE_ROOM
        ) from problem


def append_line(path: Path, line: bytes) -> None:
    """Add a line to a file, on disk when this returns; raises OutputError.

    It begins with a line end, too: the line before it may have been torn.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(b"\n" + line + b"\n")
            file.flush()
            os.fsync(handle)
    except OSError as problem:
        raise OutputError(
            f"could not write {path}: {problem.strerror or problem}", advice=_MAKE_ROOM
        ) from problem


def read_whole(path: Path, known_by: str) -> bytes | None:
    """Return a file's content if it is still the one that was written."""
    try:
        content = path.read_bytes()
    except (OSError, ValueError):
        return None
    return content if checksum(content) == known_by else None

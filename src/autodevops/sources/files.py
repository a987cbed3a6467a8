"""The one function that opens a target's files: no links followed, regular files only, bounded.

Every folder on the way is opened without following links, relative to the one above it, so that
nothing a target can put on the way leads out of its root.
"""

import errno
import os
import stat
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from autodevops.errors import NoRoomError, spent
from autodevops.model.snapshot import Unavailable

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_OPEN_FOLDERS = 64
"""Folders kept open; macOS allows a process 256 descriptors by default."""
_LARGEST_PART = 1 << 20
"""So many bytes are read at once."""
_NOT_NAMES = frozenset({b"", b".", b".."})
_NOT_INSIDE = "is not a path inside the repository"


class Files:
    """The files under a root; used with `with`, at whose end its descriptors are closed."""

    def __init__(self, root: Path) -> None:
        """Open the root, through links as the user named it; raises `OSError`."""
        self._root = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._folders: OrderedDict[bytes, int] = OrderedDict()
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every descriptor."""
        with self._lock:
            for descriptor in (*self._folders.values(), self._root):
                with suppress(OSError):
                    os.close(descriptor)
            self._folders.clear()
            self._root = -1

    def read(self, path: str, limit: int) -> bytes | Unavailable:
        """Return a regular file's bytes, or why they can't be had."""
        with self._lock:
            try:
                return self._read(path, limit)
            except (OSError, ValueError) as problem:
                return Unavailable(f"{path} {_reason(problem)}")

    def link(self, path: str) -> str | Unavailable:
        """Return where a symbolic link points, as written, or why it can't be told."""
        with self._lock:
            try:
                folder, name = self._place(path)
                target = os.readlink(name, dir_fd=folder)
            except (OSError, ValueError) as problem:
                return Unavailable(f"{path} {_reason(problem)}")
        return target.decode("utf-8", "surrogateescape")

    def holds(self, path: str) -> bool:
        """Tell whether anything but a folder is at the path, links on the way not followed."""
        with self._lock:
            try:
                folder, name = self._place(path)
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            except (OSError, ValueError):
                return False
        return not stat.S_ISDIR(found.st_mode)

    def _read(self, path: str, limit: int) -> bytes | Unavailable:
        folder, name = self._place(path)
        # Looked at before it is opened: opening a device can have effects of its own.
        if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            return Unavailable(f"{path} is not a regular file")
        descriptor = os.open(name, _FILE, dir_fd=folder)
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                return Unavailable(f"{path} is not a regular file")
            if found.st_size > limit:
                return too_large(path, limit)
            content = _all(descriptor, limit, found.st_size)
        finally:
            os.close(descriptor)
        return too_large(path, limit) if len(content) > limit else content

    def _place(self, path: str) -> tuple[int, bytes]:
        """Return the open folder of a path and the name in it."""
        folder, _, name = path.encode("utf-8", "surrogateescape").rpartition(b"/")
        if name in _NOT_NAMES or path.startswith("/"):
            raise ValueError(_NOT_INSIDE)
        return self._folder(folder), name

    def _folder(self, folder: bytes) -> int:
        """Return a folder's descriptor, opened step by step from the nearest one that is open."""
        missing = []
        while folder and folder not in self._folders:
            folder, _, name = folder.rpartition(b"/")
            missing.append(name)
        if folder:
            self._folders.move_to_end(folder)
        descriptor = self._folders[folder] if folder else self._root
        for name in reversed(missing):
            if name in _NOT_NAMES:
                raise ValueError(_NOT_INSIDE)
            descriptor = os.open(name, _FOLDER, dir_fd=descriptor)
            folder = folder + b"/" + name if folder else name
            self._folders[folder] = descriptor
            if len(self._folders) > _OPEN_FOLDERS:
                os.close(self._folders.popitem(last=False)[1])
        return descriptor


def too_large(path: str, limit: int) -> Unavailable:
    """Return the answer for a file beyond its limit."""
    return Unavailable(f"{path} is larger than {limit / (1 << 20):g} MiB")


def _all(descriptor: int, limit: int, size: int) -> bytes:
    """Return what a file holds, at most one byte more than the limit; `size` is what is expected.

    Of a hundred thousand small files each needless system call and each large buffer counts.
    """
    asked = min(size, limit, _LARGEST_PART) + 1
    part = os.read(descriptor, asked)
    if size <= len(part) < asked:
        return part
    parts = [part]
    missing = limit + 1 - len(part)
    while part and missing > 0:
        part = os.read(descriptor, min(missing, _LARGEST_PART))
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _reason(problem: OSError | ValueError) -> str:
    if isinstance(problem, ValueError):
        return _NOT_INSIDE
    match problem.errno:
        case errno.ENOENT:
            return "is not in the working tree"
        case errno.ELOOP | errno.ENOTDIR:
            return "is reached through a link or is no longer a file"
        case errno.EACCES | errno.EPERM:
            return "can't be read: permission denied"
        case errno.EINVAL:
            return "is not a symbolic link in the working tree"
        case _:
            return f"can't be read: {os.strerror(problem.errno or 0)}"


def read_regular(place: Path, limit: int) -> bytes:
    """Return the bytes of a regular file that is not a link; raises `OSError`.

    For the few files of a git folder; what is tracked is read through `Files`.
    """
    content = _content(place, limit)
    if len(content) > limit:
        raise OSError(errno.EFBIG, f"larger than {limit} bytes", str(place))
    return content


def read_beginning(place: Path, limit: int) -> bytes:
    """Return so many bytes of a regular file that is not a link; raises `OSError`."""
    return _content(place, limit)[:limit]


def _content(place: Path, limit: int) -> bytes:
    descriptor = os.open(place, _FILE)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(place))
        return _all(descriptor, limit, found.st_size)
    finally:
        os.close(descriptor)


def copy_regular(place: Path, to: Path, limit: int) -> None:
    """Copy a regular file that is not a link, with its modification time; raises `OSError`.

    Raises `NoRoomError` when it is the copy that can't be written.
    """
    write_copy(to, read_regular(place, limit))
    found = place.lstat()
    os.utime(to, ns=(found.st_atime_ns, found.st_mtime_ns))


def write_copy(to: Path, content: bytes) -> None:
    """Write a file of our own, whose folder is made if need be.

    Raises `NoRoomError` when this machine takes no more, `OSError` for what is wrong with the name.
    """
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes(content)
    except OSError as problem:
        limit = spent(problem)
        if limit is None:
            raise
        raise NoRoomError(
            f"the target could not be copied: {limit}",
            advice="make room for temporary files, or name another folder with TMPDIR",
        ) from problem

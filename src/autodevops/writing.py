"""Writes files in one step: at any moment a name has all of the old content or all of the new."""

import errno
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_whole(
    path: Path,
    pieces: Iterable[bytes],
    *,
    mode: int | None = None,
    executable: bool = False,
    folder: int | None = None,
) -> None:
    """Put the pieces, one after the other, where a regular file or nothing is.

    They are on disk when this returns. `mode` is what others may do with the file; without it, the
    permissions of the file that is there stay, and a new one has those that the umask leaves.
    With `executable`, whoever may read it may run it. `folder` is an open folder that the path
    starts from. Raises OSError, also where a link, a folder or a device is in the way; then what
    was there is as it was, and nothing is beside it.
    """
    if mode is None:
        mode = _mode_of(path, folder)
    draft = path.with_name(f".autodevops-{token_hex(8)}.tmp")
    try:
        with os.fdopen(os.open(draft, _NEW, 0o666, dir_fd=folder), "wb") as file:
            file.writelines(pieces)
            _permit(file.fileno(), mode, executable=executable)
            file.flush()
            os.fsync(file.fileno())
        os.rename(draft, path, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft, dir_fd=folder)
        raise


def _mode_of(path: Path, folder: int | None) -> int | None:
    """Return the permissions of the file that is there; None when there is nothing."""
    try:
        found = os.stat(path, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    return stat.S_IMODE(found.st_mode)


def _permit(descriptor: int, mode: int | None, *, executable: bool) -> None:
    made = stat.S_IMODE(os.fstat(descriptor).st_mode)
    wanted = made if mode is None else mode
    if executable:
        wanted |= (wanted & 0o444) >> 2
    if wanted != made:
        os.fchmod(descriptor, wanted)

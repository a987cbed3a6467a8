"""Every error that autodevops raises on purpose, as one tree.

    AutodevopsError                  70
    ├── UsageError                    2   the command line makes no sense
    ├── ConfigurationError            2   a guide, configuration or baseline file is invalid
    ├── TargetError                   3   the target could not be audited at all
    │   ├── TargetNotFoundError       3   no such path, repository or revision
    │   ├── NotARepositoryError       3   the folder is not inside a git repository
    │   ├── UnreadableTargetError     3   permissions, corruption or an unsupported format
    │   ├── GitUnavailableError       3   no git program, or one that is too old
    │   ├── UnauthorizedError         3   a service refuses the credential
    │   └── UnreachableError          3   a service does not answer
    ├── RateLimitError                4   a service's limit ended the work early
    ├── KeyringError                  3   the keyring is missing, broken or loses what it is given
    ├── OutputError                   3   a report could not be written
    ├── NoRoomError                   3   the machine has no disk, files or memory left for the work
    ├── HistoryError                  3   the history of audits can't be read or written
    └── SyncError                     3   the team's backend can't be reached or refuses

The number is the exit code that the command line ends with (exit_codes.py).
"""

import errno
from typing import ClassVar

from autodevops.exit_codes import BUG, IN_PART, MISUSED, NOT_DONE


class AutodevopsError(Exception):
    """What is wrong, where, and what to do about it."""

    exit_code: ClassVar[int] = BUG

    def __init__(self, message: str, *, advice: str) -> None:
        """Keep the message for people and the advice on what to do next."""
        super().__init__(message)
        self.message = message
        self.advice = advice


class UsageError(AutodevopsError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_code = MISUSED


class ConfigurationError(AutodevopsError):
    """A guide, a configuration file or a baseline is invalid."""

    exit_code = MISUSED

    def __init__(
        self, message: str, *, advice: str, path: str | None = None, line: int | None = None
    ) -> None:
        """Name the file and the 1-based line that are at fault, as far as they are known."""
        place = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(place + message, advice=advice)
        self.path = path
        self.line = line


class TargetError(AutodevopsError):
    """The target could not be audited."""

    exit_code = NOT_DONE


class TargetNotFoundError(TargetError):
    """There is no such path, repository or revision."""


class NotARepositoryError(TargetError):
    """The folder is not inside a git repository."""


class UnreadableTargetError(TargetError):
    """The repository is there but can't be read."""


class GitUnavailableError(TargetError):
    """There is no usable git program."""


class UnauthorizedError(TargetError):
    """A service does not accept the credential."""


class UnreachableError(TargetError):
    """A service could not be reached, or gave no usable answer however often it was asked."""


class RateLimitError(AutodevopsError):
    """A service's limit is spent: what was done until then stands."""

    exit_code = IN_PART


class KeyringError(AutodevopsError):
    """The keyring can't keep a credential, or not let go of it."""

    exit_code = NOT_DONE


class OutputError(AutodevopsError):
    """A report could not be written where it was asked for."""

    exit_code = NOT_DONE


class NoRoomError(AutodevopsError):
    """The machine lacks what the work itself takes, such as a folder for temporary files."""

    exit_code = NOT_DONE


class HistoryError(AutodevopsError):
    """The history of audits on this machine can't be read or written."""

    exit_code = NOT_DONE


class SyncError(AutodevopsError):
    """The team's backend can't be reached, or refuses."""

    exit_code = NOT_DONE


_SPENT = frozenset(
    {
        *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO),
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN),
    }
)


def place_of(bug: BaseException) -> str | None:
    """Return the file and the line where a bug is, the file as seen from the package.

    The message of a bug may quote the repository, so that is all there is to tell.
    """
    place = bug.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None:
        return None
    file = place.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/autodevops/")[2]
    return f"{file}:{place.tb_lineno}"


def spent(error: BaseException) -> str | None:
    """Return what the machine has no more of; None when that is not what the error tells."""
    if isinstance(error, MemoryError):
        return "no memory left"
    if isinstance(error, OSError) and error.errno in _SPENT:
        return (error.strerror or "no room").lower()
    if isinstance(error, RuntimeError) and "start new thread" in str(error):
        return "no threads left"  # Python has no exception of its own for it
    return None

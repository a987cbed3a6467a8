"""Temporary folders that are gone when the process is, whatever ends it but a `kill -9`."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_there: set[str] = set()


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give an empty folder by its real path for the length of a `with`.

    What can't be removed then is removed when the process ends: no file could be opened, a thread
    was still writing, or whoever removed it was interrupted.
    """
    place = _make()
    try:
        yield Path(os.path.realpath(place))
    finally:
        _remove(place)


def _make() -> str:
    while True:
        place = f"{tempfile.gettempdir()}/autodevops-{os.urandom(8).hex()}"
        # Before it is there: an interruption between making and noting would leave it.
        _there.add(place)
        try:
            os.mkdir(place, 0o700)  # noqa: PTH102 - it is a name, not yet a path
        except FileExistsError:
            _there.discard(place)
        except OSError:
            _there.discard(place)
            raise
        else:
            return place


def _remove(place: str) -> None:
    shutil.rmtree(place, ignore_errors=True)
    if not os.path.lexists(place):
        _there.discard(place)


@atexit.register
def _remove_all() -> None:
    for place in tuple(_there):
        _remove(place)


# A child that ends has not made what its parent works in.
os.register_at_fork(after_in_child=_there.clear)

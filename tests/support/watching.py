"""Tells which files any process of this machine opens, git's children included; by the kernel."""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

_OPEN, _ACCESS = 0x20, 0x01
_EVENT = struct.Struct("iIII")
_BUFFER = 1 << 16


class Watch:
    """Notes each opening and reading under some places, through whatever link it comes.

    Only Linux tells; elsewhere nothing is ever noted.
    """

    def __init__(self, places: Iterable[Path]) -> None:
        """Take files and folders, watched with all that is below them within a `with`."""
        self._places = tuple(places)
        self._names: dict[int, str] = {}
        self._descriptor = -1

    def __enter__(self) -> Self:
        if sys.platform == "linux":
            library = ctypes.CDLL(None, use_errno=True)
            self._descriptor = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
            found = [one for place in self._places for one in (place, *place.rglob("*"))]
            for place in found:
                if not place.is_symlink():
                    name = os.fsencode(place)
                    number = library.inotify_add_watch(self._descriptor, name, _OPEN | _ACCESS)
                    assert number >= 0, os.strerror(ctypes.get_errno())
                    self._names[number] = str(place)
            self.opened()  # what listing the folders above did
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)

    def opened(self) -> list[str]:
        """Return what was opened since this was asked last."""
        told: set[str] = set()
        while self._descriptor >= 0:
            try:
                events = os.read(self._descriptor, _BUFFER)
            except BlockingIOError:
                break
            at = 0
            while at < len(events):
                number, _mask, _cookie, length = _EVENT.unpack_from(events, at)
                at += _EVENT.size + length
                child = os.fsdecode(events[at - length : at].rstrip(b"\0"))
                watched = self._names.get(number, "too many events")
                told.add(f"{watched}/{child}" if child else watched)
        return sorted(told)

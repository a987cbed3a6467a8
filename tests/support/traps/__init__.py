"""Ways in which a repository tries to execute something, to lead out or to break who reads it."""

from tests.support.traps.contents import CONTENTS
from tests.support.traps.gitfolders import GIT_FOLDERS
from tests.support.traps.places import PLACES
from tests.support.traps.room import MARKER, Room, Trap, room_of
from tests.support.traps.stores import STORES

TRAPS: dict[str, Trap] = {**CONTENTS, **PLACES, **GIT_FOLDERS, **STORES}
"""Every trap by what it is."""

__all__ = ["MARKER", "TRAPS", "Room", "Trap", "room_of"]

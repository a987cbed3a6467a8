"""What becomes of files on a bad day."""

from collections.abc import Callable
from typing import TypeAlias

from hypothesis import strategies as st

Damage: TypeAlias = Callable[[bytes], bytes]
"""Makes the damaged content of the good one."""


def written_over(old: bytes, at: float, new: bytes) -> bytes:
    """Return a content, as long as before, with something else from a part of its length on."""
    place = int(at * len(old))
    return old[:place] + new[: len(old) - place] + old[place + len(new) :]


_PLACE = st.floats(0, 1, exclude_max=True)
DAMAGE: st.SearchStrategy[Damage] = st.one_of(
    st.binary(max_size=300).map(lambda new: lambda _: new),
    _PLACE.map(lambda at: lambda old: old[: int(at * len(old))]),
    _PLACE.map(lambda at: lambda old: written_over(old, at, bytes(512))),
    st.tuples(_PLACE, st.binary(min_size=1, max_size=4)).map(
        lambda one: lambda old: written_over(old, *one)
    ),
)
"""Other contents, halves, zeros where a block was not written, single bytes."""
